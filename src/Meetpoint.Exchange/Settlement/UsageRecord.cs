using System.Text.Json;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Quality;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>What one exchange measured of one participant, one cascade or one call. Immutable; times in whole milliseconds.</summary>
public record UsageRecord
{
    /// <summary>No text of a record is longer, in characters.</summary>
    public const int MaxTextLength = 256;

    // Bounds far from those of the calendar, within which every month has an end.
    static readonly Instant Earliest = Instant.FromUtc(2000, 1, 1, 0, 0);
    static readonly Instant Latest = Instant.FromUtc(2200, 1, 1, 0, 0);

    /// <summary>Chosen by who measures, time first; the same on both sides. The same id twice is one usage.</summary>
    public required string Id { get; init; }

    /// <summary>The agreement that it falls under.</summary>
    public required string Agreement { get; init; }

    /// <summary>Hash of the agreement's version in force when it began.</summary>
    public required string AgreementHash { get; init; }

    /// <summary>The session's correlation id, on every exchange the same.</summary>
    public required string Correlation { get; init; }

    /// <summary>The parent: the meeting; for a call its own id.</summary>
    public required string Meeting { get; init; }

    /// <summary>What is charged for: a participant's time, a cascade's time, the meeting as such, a call's time, or a roaming session.</summary>
    public required ChargeUnit Unit { get; init; }

    /// <summary>The exchange that measured: for a participant that of whose customer it is, for a cascade the focus, for a call the caller's side's.</summary>
    public required string MeasuredBy { get; init; }

    /// <summary>Who: the participant's pseudonym or address; for a cascade the exchange at its other end; for a call who called.</summary>
    public required string Party { get; init; }

    /// <summary>For a call: whom it was to, user@domain or a number; null otherwise.</summary>
    public string? Called { get; init; }

    /// <summary>First packet; for a call its answer.</summary>
    public required Instant Started { get; init; }

    /// <summary>Last proof of life.</summary>
    public required Instant Ended { get; init; }

    /// <summary>What is charged, in milliseconds: 0 to the time from start to end.</summary>
    public required long BillableMs { get; init; }

    /// <summary>RTP packets received from the party; of a roaming session those from the user, and the same of what follows.</summary>
    public long PacketsIn { get; init; }

    /// <summary>RTP packets sent to the party.</summary>
    public long PacketsOut { get; init; }

    /// <summary>RTP bytes received from the party.</summary>
    public long BytesIn { get; init; }

    /// <summary>RTP bytes sent to the party.</summary>
    public long BytesOut { get; init; }

    /// <summary>SHA-256 in hexadecimal over everything above, so that other content under the same id is seen.</summary>
    public string ContentHash() => CanonicalHash.Of(JsonSerializer.SerializeToNode(AsRecord(), UsageJson.Default.UsageRecord));

    /// <summary>Times cut to whole milliseconds, as both sides keep and compare them.</summary>
    internal UsageRecord Normalised() => AsRecord() with
    {
        Started = Instant.FromUnixTimeMilliseconds(Started.ToUnixTimeMilliseconds()),
        Ended = Instant.FromUnixTimeMilliseconds(Ended.ToUnixTimeMilliseconds()),
    };

    /// <summary>Whether it can be one at all: texts present and short, times in order, no count negative.</summary>
    internal bool IsSound() =>
        Array.TrueForAll([Id, Agreement, AgreementHash, Correlation, Meeting, MeasuredBy, Party], IsSoundText)
        && (Called is null || IsSoundText(Called)) && Enum.IsDefined(Unit) && Started >= Earliest && Ended < Latest && Started <= Ended && BillableMs >= 0 && BillableMs <= (Ended - Started).TotalMilliseconds
        && PacketsIn >= 0 && PacketsOut >= 0 && BytesIn >= 0 && BytesOut >= 0;

    /// <summary>Present, short, and without control characters, of which PostgreSQL cannot store U+0000.</summary>
    internal static bool IsSoundText(string? text) => text is { Length: > 0 and <= MaxTextLength } && !text.Any(char.IsControl);

    UsageRecord AsRecord() => new()
    {
        Id = Id,
        Agreement = Agreement,
        AgreementHash = AgreementHash,
        Correlation = Correlation,
        Meeting = Meeting,
        Unit = Unit,
        MeasuredBy = MeasuredBy,
        Party = Party,
        Called = Called,
        Started = Started,
        Ended = Ended,
        BillableMs = BillableMs,
        PacketsIn = PacketsIn,
        PacketsOut = PacketsOut,
        BytesIn = BytesIn,
        BytesOut = BytesOut,
    };
}

/// <summary>How far the two sides have come with a record. Only agreed ones are on a statement.</summary>
[JsonConverter(typeof(KebabEnumConverter<UsageState>))]
public enum UsageState
{
    /// <summary>Durable here; the other side does not know of it.</summary>
    Measured,

    /// <summary>Sent, not answered yet.</summary>
    Proposed,

    /// <summary>Both sides hold the same.</summary>
    Agreed,

    /// <summary>No answer in time. A later countersignature makes it agreed as long as the period is open.</summary>
    Unagreed,

    /// <summary>The other side saw something else, or the id came again with other content.</summary>
    Disputed,
}

/// <summary>A usage record as the book keeps it, with both sides' figures.</summary>
public sealed record UsageEntry : UsageRecord
{
    /// <summary>The exchange at the other side.</summary>
    public required string Peer { get; init; }

    /// <summary>Where it stands.</summary>
    public required UsageState State { get; init; }

    /// <summary>Why it is disputed; null while it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>When the answer is due; null before the proposal.</summary>
    public Instant? AnswerBy { get; init; }

    /// <summary>Start as the witness saw it; null when it saw none.</summary>
    public Instant? WitnessStarted { get; init; }

    /// <summary>End as the witness saw it.</summary>
    public Instant? WitnessEnded { get; init; }

    /// <summary>Packets that the witness received from the measuring side; null where it cannot tell.</summary>
    public long? WitnessPacketsIn { get; init; }

    /// <summary>Packets that the witness sent to the measuring side; null where it cannot tell.</summary>
    public long? WitnessPacketsOut { get; init; }

    /// <summary>Octets from the user as the witness was told of them; null for all but roaming sessions.</summary>
    public long? WitnessBytesIn { get; init; }

    /// <summary>Octets to the user as the witness was told of them; null for all but roaming sessions.</summary>
    public long? WitnessBytesOut { get; init; }

    /// <summary>How well the measuring side heard it, as <see cref="QualityText"/> writes it; null where that was not measured.</summary>
    public string? Quality { get; init; }

    /// <summary>How well the witness heard its own legs of it.</summary>
    public string? WitnessQuality { get; init; }

    /// <summary>Time as the witness was told of it, in milliseconds; null for all but roaming sessions.</summary>
    public long? WitnessMs { get; init; }
}

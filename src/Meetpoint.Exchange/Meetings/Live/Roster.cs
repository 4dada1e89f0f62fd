using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Where a participant stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ParticipantState>))]
public enum ParticipantState
{
    /// <summary>Is being dialled.</summary>
    Dialling,

    /// <summary>Is asked for the PIN.</summary>
    EnteringPin,

    /// <summary>Waits to be admitted.</summary>
    Lobby,

    /// <summary>Is let in; the record of it is being made durable.</summary>
    Entering,

    /// <summary>Takes part.</summary>
    In,

    /// <summary>Is gone.</summary>
    Left,
}

/// <summary>How a participant takes part.</summary>
[JsonConverter(typeof(KebabEnumConverter<ParticipantKind>))]
public enum ParticipantKind
{
    /// <summary>By some other system.</summary>
    Other,

    /// <summary>With a browser.</summary>
    Browser,

    /// <summary>By telephone.</summary>
    Phone,

    /// <summary>With a room system.</summary>
    Room,
}

/// <summary>A line of the roster.</summary>
public sealed record RosterEntry
{
    /// <summary>Participant id, global to the meeting; the same number stands in CSRC lists.</summary>
    public required uint Id { get; init; }

    /// <summary>user@domain.</summary>
    public required string Address { get; init; }

    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>Whose customer it is.</summary>
    public required string Provider { get; init; }

    /// <summary>The exchange that hosts it.</summary>
    public required string Exchange { get; init; }

    /// <summary>Where it stands.</summary>
    public required ParticipantState State { get; init; }

    /// <summary>Nobody hears it.</summary>
    public bool IsMuted { get; init; }

    /// <summary>How it takes part.</summary>
    public ParticipantKind Kind { get; init; }

    /// <summary>It has switched its own microphone off.</summary>
    public bool IsSilentByItself { get; init; }

    /// <summary>Its camera is on.</summary>
    public bool HasVideo { get; init; }

    /// <summary>It has its hand up.</summary>
    public bool HasHandUp { get; init; }

    /// <summary>When it came in.</summary>
    public required Instant Joined { get; init; }

    /// <summary>The session's id, which its usage record carries too.</summary>
    public required string Session { get; init; }
}

/// <summary>Everyone in a meeting, on this exchange and on the others, as far as they told us.</summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class Roster(string self)
{
    /// <summary>Entries that another exchange may tell us of.</summary>
    public const int MaxRemote = 2_000;

    readonly Dictionary<string, IReadOnlyList<RosterEntry>> _remote = [];

    /// <summary>Grows with each change.</summary>
    public uint Version { get; private set; }

    /// <summary>Something changed here; not raised for what the exchange that it is told to has said itself.</summary>
    public event Action<string>? Changed;

    /// <summary>Our own participants, by id.</summary>
    public Dictionary<uint, RosterEntry> Own { get; } = [];

    /// <summary>All.</summary>
    public IEnumerable<RosterEntry> All => Own.Values.Concat(_remote.Values.SelectMany(entries => entries));

    /// <summary>All but those of one exchange: what it is told.</summary>
    public IReadOnlyList<RosterEntry> For(string exchange) =>
        [.. Own.Values.Concat(_remote.Where(pair => pair.Key != exchange).SelectMany(pair => pair.Value))];

    /// <summary>One of ours changed.</summary>
    public void Set(RosterEntry entry)
    {
        if (entry.State == ParticipantState.Left)
            Own.Remove(entry.Id);
        else
            Own[entry.Id] = entry;
        Touch(self);
    }

    /// <summary>Another exchange told us who is there behind it.</summary>
    public void SetRemote(string exchange, IReadOnlyList<RosterEntry> entries)
    {
        _remote[exchange] = entries;
        Touch(exchange);
    }

    /// <summary>What is known of those behind an exchange.</summary>
    public IReadOnlyList<RosterEntry> Remote(string exchange) => _remote.GetValueOrDefault(exchange) ?? [];

    void Touch(string by)
    {
        Version++;
        Changed?.Invoke(by);
    }
}

using System.Text.Json.Serialization;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>
/// A scheduled meeting, as its organiser's exchange (the focus, RFC 4353) and each other exchange that takes part (a spoke) keeps it.
/// </summary>
/// <remarks>Immutable; a change makes a new value with a higher <see cref="Sequence"/>.</remarks>
public sealed record Meeting
{
    /// <summary>mtg_..., the same on every exchange.</summary>
    public required string Id { get; init; }

    /// <summary>The calendar UID, one across all providers (RFC 5545 3.8.4.7).</summary>
    public required string Uid { get; init; }

    /// <summary>Raised by each change that invitees must hear of (RFC 5546 2.1.4).</summary>
    public int Sequence { get; init; }

    /// <summary>The exchange of the organiser.</summary>
    public required string Focus { get; init; }

    /// <summary>The provider whose customer organises it.</summary>
    public required string OrganiserProvider { get; init; }

    /// <summary>The organiser's address, such as alice@albion.example.</summary>
    public required string Organiser { get; init; }

    /// <summary>The organiser's name, for people.</summary>
    public string? OrganiserName { get; init; }

    /// <summary>The organiser's mail address.</summary>
    public string? OrganiserMail { get; init; }

    /// <summary>What it is about; at most <see cref="MeetingLimits.TitleLength"/> characters.</summary>
    public required string Title { get; init; }

    /// <summary>Start of the (first) meeting, in <see cref="Zone"/>.</summary>
    public required LocalDateTime Start { get; init; }

    /// <summary>How long each occurrence lasts that is not among <see cref="Prolonged"/>.</summary>
    public required Duration Length { get; init; }

    /// <summary>Name of the time zone in the TZ database, such as Europe/London.</summary>
    public required string Zone { get; init; }

    /// <summary>How it repeats, as an RRULE value (RFC 5545 3.3.10); null for once.</summary>
    public string? Recurrence { get; init; }

    /// <summary>Occurrences of a series that last otherwise than <see cref="Length"/>, by start; null for none.</summary>
    public IReadOnlyList<ProlongedOccurrence>? Prolonged { get; init; }

    /// <summary>People and rooms of any provider.</summary>
    public IReadOnlyList<Invitee> Invitees { get; init; } = [];

    /// <summary>Digits that participants must enter; null for none.</summary>
    public string? Pin { get; init; }

    /// <summary>True when everyone but the organiser waits until admitted.</summary>
    public bool Lobby { get; init; }

    /// <summary>Whether rooms are dialled at the start or wait for their button.</summary>
    public RoomDialling Dialling { get; init; }

    /// <summary>Where the booking stands.</summary>
    public MeetingState State { get; init; }

    /// <summary>Why it failed: a reason code.</summary>
    public string? Failure { get; init; }

    /// <summary>More on the failure, for people: which room, until when.</summary>
    public string? FailureDetail { get; init; }

    /// <summary>One for each exchange that takes part; the focus is the first.</summary>
    public IReadOnlyList<MeetingHalf> Halves { get; init; } = [];

    /// <summary>The half that the exchange hosts, or null.</summary>
    public MeetingHalf? HalfOf(string exchange)
    {
        foreach (var half in Halves)
        {
            if (half.Exchange == exchange)
                return half;
        }

        return null;
    }

    /// <summary>The same meeting with one half replaced.</summary>
    public Meeting With(MeetingHalf half) => this with
    {
        Halves = [.. Halves.Select(each => each.Exchange == half.Exchange ? half : each)],
    };

    /// <summary>Invitees that are customers of the exchange.</summary>
    public IEnumerable<Invitee> InviteesOf(string exchange) => Invitees.Where(invitee => invitee.Exchange == exchange);
}

/// <summary>Where a booking stands, at the organiser's exchange and at each holder.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MeetingState>))]
public enum MeetingState
{
    /// <summary>Asked for; nothing is promised yet.</summary>
    Requested,

    /// <summary>(At a holder) kept free, until confirmed, released or lapsed.</summary>
    Held,

    /// <summary>(At the organiser's exchange) everything is held and the decision is durable; confirms are on their way.</summary>
    Decided,

    /// <summary>Every exchange has confirmed.</summary>
    Confirmed,

    /// <summary>Something was not to be had; nothing is held.</summary>
    Failed,

    /// <summary>Called off.</summary>
    Cancelled,
}

/// <summary>When rooms are dialled.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RoomDialling>))]
public enum RoomDialling
{
    /// <summary>The exchange dials each room when the meeting starts.</summary>
    AtStart,

    /// <summary>The room's button asks to be dialled.</summary>
    OnButton,
}

/// <summary>What an invitee is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InviteeKind>))]
public enum InviteeKind
{
    /// <summary>A person.</summary>
    Person,

    /// <summary>A room system, booked and dialled.</summary>
    Room,

    /// <summary>A customer's own conference bridge, dialled as one participant.</summary>
    Bridge,
}

/// <summary>An invitee's answer (RFC 5545 3.2.12).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InviteeAnswer>))]
public enum InviteeAnswer
{
    /// <summary>None yet.</summary>
    NeedsAction,

    /// <summary>Will come.</summary>
    Accepted,

    /// <summary>Will not come.</summary>
    Declined,

    /// <summary>Proposed another time.</summary>
    Countered,
}

/// <summary>Someone or some room invited.</summary>
public sealed record Invitee
{
    /// <summary>user@domain, lower case, without scheme.</summary>
    public required string Address { get; init; }

    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>Where the invitation goes; known to the invitee's own exchange only.</summary>
    public string? Mail { get; init; }

    /// <summary>Person, room or bridge.</summary>
    public InviteeKind Kind { get; init; }

    /// <summary>The provider whose customer it is.</summary>
    public required string Provider { get; init; }

    /// <summary>The exchange that serves that provider.</summary>
    public required string Exchange { get; init; }

    /// <summary>What was answered.</summary>
    public InviteeAnswer Answer { get; init; }

    /// <summary>The start that was proposed, while the answer is Countered.</summary>
    public Instant? CounterStart { get; init; }

    /// <summary>The end that was proposed, while the answer is Countered.</summary>
    public Instant? CounterEnd { get; init; }
}

/// <summary>One exchange's part in a meeting.</summary>
public sealed record MeetingHalf
{
    /// <summary>The exchange's domain name.</summary>
    public required string Exchange { get; init; }

    /// <summary>The provider that takes part through it.</summary>
    public required string Provider { get; init; }

    /// <summary>Where its booking stands.</summary>
    public MeetingState State { get; init; }

    /// <summary>Until when its hold is promised while undecided.</summary>
    public Instant? HeldUntil { get; init; }

    /// <summary>Ports booked: participants that can be in it at once.</summary>
    public int Ports { get; init; }

    /// <summary>The first of its participant ids, global to the meeting.</summary>
    public uint FirstParticipantId { get; init; }

    /// <summary>The certificate fingerprint of its end of the cascade (RFC 8122), sha-256.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>How its customers join.</summary>
    public Coordinates? Join { get; init; }

    /// <summary>The agreement between organiser's and this provider that the booking stands on; null at the focus.</summary>
    public string? Agreement { get; init; }

    /// <summary>Hash of the agreement's version.</summary>
    public string? AgreementVersion { get; init; }
}

/// <summary>How to join one half.</summary>
/// <param name="Uri">A SIP URI to dial.</param>
/// <param name="Number">A telephone number to dial, +E.164; null when the exchange has none.</param>
/// <param name="Code">The digits that name the meeting after dialling the number.</param>
public sealed record Coordinates(string Uri, string? Number, string Code);

/// <summary>Named limits of meetings.</summary>
public static class MeetingLimits
{
    /// <summary>Characters of a title.</summary>
    public const int TitleLength = 200;

    /// <summary>Invitees of a meeting, rooms included.</summary>
    public const int Invitees = 500;

    /// <summary>Longest single occurrence.</summary>
    public static readonly Duration Length = Duration.FromHours(24);

    /// <summary>Occurrences that a recurring meeting books ahead.</summary>
    public const int Occurrences = 366;

    /// <summary>How long a hold is promised while undecided.</summary>
    public static readonly Duration Hold = Duration.FromSeconds(60);

    /// <summary>Participant ids of one half.</summary>
    public const uint ParticipantIdsPerHalf = 65_536;

    /// <summary>How early participants may come in.</summary>
    public static readonly Duration JoinEarly = Duration.FromMinutes(10);

    /// <summary>How long someone waits in the lobby until the call is refused.</summary>
    public static readonly Duration LobbyWait = Duration.FromMinutes(15);

    /// <summary>Digits of a PIN, at the least.</summary>
    public const int LeastPinLength = 4;

    /// <summary>Digits of a PIN, at the most.</summary>
    public const int PinLength = 12;

    /// <summary>Digits of an access code.</summary>
    public const int CodeLength = 9;

    /// <summary>Ports that a person, room or bridge takes beyond those invited, for guests with the code.</summary>
    public const int SparePorts = 2;
}

using Meetpoint.Exchange.Meetings;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>Asks for a meeting.</summary>
public sealed record ScheduleRequest
{
    /// <summary>Address of the organiser, a user of a provider that this exchange serves, such as alice@albion.example.</summary>
    public required string Organiser { get; init; }

    /// <summary>What it is about, 1 to 200 characters.</summary>
    public required string Title { get; init; }

    /// <summary>Start of the (first) meeting as local time in timeZone, such as 2026-11-22T09:30:00.</summary>
    public required LocalDateTime Start { get; init; }

    /// <summary>End, local time in timeZone; or give length.</summary>
    public LocalDateTime? End { get; init; }

    /// <summary>How long it lasts, such as 0:30:00; or give end.</summary>
    public Duration? Length { get; init; }

    /// <summary>Time zone of the TZ database; the organiser's own when left out.</summary>
    public string? TimeZone { get; init; }

    /// <summary>How it repeats, an RRULE value (RFC 5545), such as FREQ=WEEKLY;COUNT=10.</summary>
    public string? Recurrence { get; init; }

    /// <summary>Addresses of people of any provider.</summary>
    public IReadOnlyList<string> Invitees { get; init; } = [];

    /// <summary>Addresses of rooms and bridges of any provider; booked, and dialled at the start.</summary>
    public IReadOnlyList<string> Rooms { get; init; } = [];

    /// <summary>4 to 12 digits that every participant must enter.</summary>
    public string? Pin { get; init; }

    /// <summary>True: everyone but the organiser waits until admitted.</summary>
    public bool Lobby { get; init; }

    /// <summary>AtStart: rooms are dialled when it starts. OnButton: they wait for their button.</summary>
    public RoomDialling Dialling { get; init; }
}

/// <summary>Changes a meeting; what is left out stays.</summary>
public sealed record ChangeRequest
{
    /// <summary>What it is about.</summary>
    public string? Title { get; init; }

    /// <summary>New start in its zone.</summary>
    public LocalDateTime? Start { get; init; }

    /// <summary>How long each occurrence lasts.</summary>
    public Duration? Length { get; init; }

    /// <summary>People and rooms.</summary>
    public IReadOnlyList<string>? Invitees { get; init; }

    /// <summary>Addresses of rooms and bridges.</summary>
    public IReadOnlyList<string>? Rooms { get; init; }
}

/// <summary>Prolongs a meeting, running or not; of a series one occurrence.</summary>
public sealed record ExtendRequest
{
    /// <summary>By how much, such as 0:15:00.</summary>
    public required Duration By { get; init; }

    /// <summary>Of a series: the start of the occurrence in the meeting's zone; the one that is on, else the next, when left out.</summary>
    public LocalDateTime? Occurrence { get; init; }
}

/// <summary>A meeting as the API shows it.</summary>
public sealed record MeetingView
{
    /// <summary>mtg_..., the same on every exchange.</summary>
    public required string Id { get; init; }

    /// <summary>The calendar UID.</summary>
    public required string Uid { get; init; }

    /// <summary>Version, raised by each change.</summary>
    public required int Sequence { get; init; }

    /// <summary>Where the booking stands.</summary>
    public required MeetingState State { get; init; }

    /// <summary>Reason code when it failed.</summary>
    public string? Failure { get; init; }

    /// <summary>More on the failure, for people.</summary>
    public string? FailureDetail { get; init; }

    /// <summary>What it is about.</summary>
    public required string Title { get; init; }

    /// <summary>The organiser's address.</summary>
    public required string Organiser { get; init; }

    /// <summary>The organiser's exchange.</summary>
    public required string Focus { get; init; }

    /// <summary>Start of the next occurrence that is not over; of the last one when all are.</summary>
    public required Instant Start { get; init; }

    /// <summary>End of that occurrence.</summary>
    public required Instant End { get; init; }

    /// <summary>Start of the first occurrence in timeZone.</summary>
    public required LocalDateTime LocalStart { get; init; }

    /// <summary>How long each occurrence lasts.</summary>
    public required Duration Length { get; init; }

    /// <summary>Time zone of the TZ database.</summary>
    public required string TimeZone { get; init; }

    /// <summary>RRULE value; null for once.</summary>
    public string? Recurrence { get; init; }

    /// <summary>Occurrences of a series that last otherwise than length; null for none.</summary>
    public IReadOnlyList<ProlongedOccurrence>? Prolonged { get; init; }

    /// <summary>People and rooms.</summary>
    public required IReadOnlyList<InviteeView> Invitees { get; init; }

    /// <summary>Digits that every participant enters.</summary>
    public string? Pin { get; init; }

    /// <summary>Whether everyone but the organiser waits until admitted.</summary>
    public bool Lobby { get; init; }

    /// <summary>When rooms are dialled.</summary>
    public RoomDialling Dialling { get; init; }

    /// <summary>How customers of this exchange join.</summary>
    public Coordinates? Join { get; init; }

    /// <summary>One for each exchange that takes part.</summary>
    public required IReadOnlyList<HalfView> Halves { get; init; }

    /// <summary>A change that is being booked and does not stand yet.</summary>
    public bool ChangePending { get; init; }
}

/// <summary>An invitee and the answer; with Countered, the time that was proposed.</summary>
public sealed record InviteeView(
    string Address, string? Name, InviteeKind Kind, string Provider, InviteeAnswer Answer, Instant? CounterStart = null, Instant? CounterEnd = null);

/// <summary>One exchange's part and where its booking stands.</summary>
public sealed record HalfView(string Exchange, string Provider, MeetingState State, Coordinates? Join);

/// <summary>An answer to an invitation, by its token.</summary>
public sealed record ReplyRequest
{
    /// <summary>Accepted, Declined or Countered.</summary>
    public required InviteeAnswer Answer { get; init; }

    /// <summary>What the invitee adds.</summary>
    public string? Comment { get; init; }

    /// <summary>With Countered: the start that is proposed.</summary>
    public Instant? Start { get; init; }

    /// <summary>With Countered: the end that is proposed.</summary>
    public Instant? End { get; init; }
}

/// <summary>What a token stands for.</summary>
public sealed record InvitationView(string Meeting, string Title, string Organiser, Instant Start, Instant End, string Address, InviteeAnswer Answer);

/// <summary>An entry of a directory.</summary>
public sealed record DirectoryEntry
{
    /// <summary>organisation, person, room or bridge</summary>
    public required string Kind { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>user@domain; null for an organisation.</summary>
    public string? Address { get; init; }

    /// <summary>The organisation.</summary>
    public required string Organisation { get; init; }

    /// <summary>The provider whose customer it is.</summary>
    public required string Provider { get; init; }

    /// <summary>Screens of a room.</summary>
    public int? Screens { get; init; }
}

/// <summary>A line of a room's feed of meetings to come.</summary>
public sealed record NextMeeting(string Meeting, string Title, string OrganiserName, Instant Start, Instant End, string JoinUri, bool CanJoinNow);

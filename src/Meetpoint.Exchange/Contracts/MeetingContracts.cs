using System.ComponentModel;
using Meetpoint.Exchange.Meetings;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>Asks for a meeting.</summary>
public sealed record ScheduleRequest
{
    [Description("Address of the organiser, a user of a provider that this exchange serves, such as alice@albion.example.")]
    public required string Organiser { get; init; }

    [Description("What it is about, 1 to 200 characters.")]
    public required string Title { get; init; }

    [Description("Start of the (first) meeting as local time in timeZone, such as 2026-11-22T09:30:00.")]
    public required LocalDateTime Start { get; init; }

    [Description("End, local time in timeZone; or give length.")]
    public LocalDateTime? End { get; init; }

    [Description("How long it lasts, such as 0:30:00; or give end.")]
    public Duration? Length { get; init; }

    [Description("Time zone of the TZ database; the organiser's own when left out.")]
    public string? TimeZone { get; init; }

    [Description("How it repeats, an RRULE value (RFC 5545), such as FREQ=WEEKLY;COUNT=10.")]
    public string? Recurrence { get; init; }

    [Description("Addresses of people of any provider.")]
    public IReadOnlyList<string> Invitees { get; init; } = [];

    [Description("Addresses of rooms and bridges of any provider; booked, and dialled at the start.")]
    public IReadOnlyList<string> Rooms { get; init; } = [];

    [Description("4 to 12 digits that every participant must enter.")]
    public string? Pin { get; init; }

    [Description("True: everyone but the organiser waits until admitted.")]
    public bool Lobby { get; init; }

    [Description("AtStart: rooms are dialled when it starts. OnButton: they wait for their button.")]
    public RoomDialling Dialling { get; init; }
}

/// <summary>Changes a meeting; what is left out stays.</summary>
public sealed record ChangeRequest
{
    public string? Title { get; init; }

    public LocalDateTime? Start { get; init; }

    public Duration? Length { get; init; }

    public IReadOnlyList<string>? Invitees { get; init; }

    public IReadOnlyList<string>? Rooms { get; init; }
}

/// <summary>Prolongs a meeting, running or not.</summary>
public sealed record ExtendRequest
{
    [Description("By how much, such as 0:15:00.")]
    public required Duration By { get; init; }
}

/// <summary>A meeting as the API shows it.</summary>
public sealed record MeetingView
{
    public required string Id { get; init; }

    public required string Uid { get; init; }

    public required int Sequence { get; init; }

    public required MeetingState State { get; init; }

    public string? Failure { get; init; }

    public string? FailureDetail { get; init; }

    public required string Title { get; init; }

    public required string Organiser { get; init; }

    public required string Focus { get; init; }

    [Description("Start of the next occurrence that is not over; of the last one when all are.")]
    public required Instant Start { get; init; }

    public required Instant End { get; init; }

    public required LocalDateTime LocalStart { get; init; }

    public required Duration Length { get; init; }

    public required string TimeZone { get; init; }

    public string? Recurrence { get; init; }

    public required IReadOnlyList<InviteeView> Invitees { get; init; }

    public string? Pin { get; init; }

    public bool Lobby { get; init; }

    public RoomDialling Dialling { get; init; }

    [Description("How customers of this exchange join.")]
    public Coordinates? Join { get; init; }

    public required IReadOnlyList<HalfView> Halves { get; init; }

    [Description("A change that is being booked and does not stand yet.")]
    public bool ChangePending { get; init; }
}

/// <summary>An invitee and the answer.</summary>
public sealed record InviteeView(string Address, string? Name, InviteeKind Kind, string Provider, InviteeAnswer Answer);

/// <summary>One exchange's part and where its booking stands.</summary>
public sealed record HalfView(string Exchange, string Provider, MeetingState State, Coordinates? Join);

/// <summary>An answer to an invitation, by its token.</summary>
public sealed record ReplyRequest
{
    [Description("Accepted, Declined or Countered.")]
    public required InviteeAnswer Answer { get; init; }

    public string? Comment { get; init; }

    [Description("With Countered: the start that is proposed.")]
    public Instant? Start { get; init; }

    [Description("With Countered: the end that is proposed.")]
    public Instant? End { get; init; }
}

/// <summary>What a token stands for.</summary>
public sealed record InvitationView(string Meeting, string Title, string Organiser, Instant Start, Instant End, string Address, InviteeAnswer Answer);

/// <summary>An entry of a directory.</summary>
public sealed record DirectoryEntry
{
    [Description("organisation, person, room or bridge")]
    public required string Kind { get; init; }

    public required string Name { get; init; }

    public string? Address { get; init; }

    public required string Organisation { get; init; }

    public required string Provider { get; init; }

    public int? Screens { get; init; }
}

/// <summary>A line of a room's feed of meetings to come.</summary>
public sealed record NextMeeting(string Meeting, string Title, string OrganiserName, Instant Start, Instant End, string JoinUri, bool CanJoinNow);

using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Messaging.Keeping;
using Meetpoint.Exchange.Signalling;
using NodaTime;

namespace Meetpoint.Exchange.Messaging.Meeting;

/// <summary>From a conversation to a meeting: it begins now, and everyone gets a message with how to join it at their own exchange.</summary>
/// <remarks>From any thread. Whether there may be a meeting with the other side is the waist's to say, as for any booking.</remarks>
sealed class MeetNow(Messenger messenger, MeetingService meetings, MeetingParties parties, Func<World> world, IClock clock, Ids ids)
{
    /// <summary>How long the other exchanges may take.</summary>
    static readonly Duration Wait = Duration.FromSeconds(8);

    static readonly Duration UsualLength = Duration.FromHours(1);

    /// <summary>Books it, and tells everyone once it stands.</summary>
    /// <param name="id">Of the meeting; the same again books nothing more.</param>
    /// <param name="organiser">Who asks, a customer of ours.</param>
    /// <param name="with">Addresses of the others.</param>
    /// <param name="title">What it is about; null makes it from the names.</param>
    /// <param name="length">How long; null is an hour.</param>
    /// <exception cref="BookingRefusedException">There can be none.</exception>
    public async Task<BookingOutcome> BookAsync(string id, SipCaller organiser, IReadOnlyList<string> with, string? title = null, Duration? length = null)
    {
        var zone = parties.ZoneOf(organiser.Address);
        var schedule = new ScheduleRequest
        {
            Organiser = organiser.Address,
            Title = title ?? $"{organiser.Name ?? organiser.Address} meets {with[0]}{(with.Count > 1 ? $" and {with.Count - 1} more" : "")}",
            Start = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime.With(TimeAdjusters.TruncateToSecond),
            Length = length ?? UsualLength,
            Invitees = with,
        };
        if (MeetingPlan.Of(schedule, id, parties, clock.GetCurrentInstant(), out var meeting) is { } refusal)
            throw new BookingRefusedException(refusal);
        var outcome = await meetings.ScheduleAsync(meeting, Wait);
        if (Stands(outcome))
            Tell(outcome.Meeting, organiser);
        return outcome;
    }

    /// <summary>Calls off one that did not come to stand.</summary>
    public Task CancelAsync(string id) => meetings.CancelAsync(id);

    /// <summary>True once everyone can join it.</summary>
    public static bool Stands(BookingOutcome outcome) => outcome is { Refusal: null, Meeting.State: MeetingState.Decided or MeetingState.Confirmed };

    /// <summary>Nobody waits for these: who is not there finds the message later, or the meeting over.</summary>
    void Tell(Meetings.Meeting meeting, SipCaller organiser)
    {
        var self = world().Exchange;
        var own = $"{FailureNotice.User}@{organiser.Provider.Domains.FirstOrDefault() ?? self}";
        Send(organiser with { Address = own, Name = "Messages" }, organiser.Address, self);
        foreach (var invitee in meeting.Invitees)
            Send(organiser, invitee.Address, invitee.Exchange);

        void Send(SipCaller from, string to, string exchange)
        {
            if (meeting.HalfOf(exchange)?.Join is not { } join)
                return;
            var number = join.Number is null ? "" : $"\r\nor call {join.Number} and enter {join.Code}";
            var now = clock.GetCurrentInstant();
            _ = messenger.SendAsync(
                ClientMessage.Of(ids.New("msg"), $"meet {meeting.Id} {to}", from, to, now) with
                {
                    Text = $"{meeting.Title}: join now at {join.Uri}{number}", Expires = now + meeting.Length, Conversation = meeting.Id,
                },
                from);
        }
    }
}

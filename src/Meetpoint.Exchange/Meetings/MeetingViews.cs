using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings.Booking;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>Meetings as the API shows them.</summary>
static class MeetingViews
{
    public static MeetingView Of(MeetingRow row, MeetingParties parties, IClock clock)
    {
        var meeting = row.Shown;
        var occurrences = Occurrences.Of(meeting);
        var now = clock.GetCurrentInstant();
        var next = occurrences.FirstOrDefault(occurrence => occurrence.End > now, occurrences[^1]);
        return new MeetingView
        {
            Id = meeting.Id,
            Uid = meeting.Uid,
            Sequence = meeting.Sequence,
            State = meeting.State,
            Failure = meeting.Failure,
            FailureDetail = meeting.FailureDetail,
            Title = meeting.Title,
            Organiser = meeting.Organiser,
            Focus = meeting.Focus,
            Start = next.Start,
            End = next.End,
            LocalStart = meeting.Start,
            Length = meeting.Length,
            TimeZone = meeting.Zone,
            Recurrence = meeting.Recurrence,
            Prolonged = meeting.Prolonged,
            Invitees = [.. meeting.Invitees.Select(invitee =>
                new InviteeView(invitee.Address, invitee.Name, invitee.Kind, invitee.Provider, invitee.Answer, invitee.CounterStart, invitee.CounterEnd))],
            Pin = meeting.Pin,
            Lobby = meeting.Lobby,
            Dialling = meeting.Dialling,
            Join = meeting.HalfOf(parties.Self)?.Join,
            Halves = [.. meeting.Halves.Select(half => new HalfView(half.Exchange, half.Provider, half.State, half.Join))],
            ChangePending = row.Current is not null && row.Proposed is not null,
        };
    }
}

using Meetpoint.Calendar;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Meetings.Invitations;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>Writes to this exchange's own customers about their meetings, into the mail outbox, within the transaction of what it tells.</summary>
/// <remarks>Every mail has an id made of meeting, version and recipient, so nothing is told twice.</remarks>
sealed class MeetingMail(MailOutbox outbox, MeetingParties parties, MailSettings settings, IClock clock)
{
    /// <summary>A version stands: invites those who are new, tells the others of the change, and those who were dropped that they are.</summary>
    public void Invite(StoreTransaction transaction, MeetingRow row, Meeting? before, Ids ids)
    {
        var meeting = row.Current!;
        var recipients = Recipients(meeting).ToList();
        var prolonged = before is null ? [] : Occurrences.LastingOtherwise(before, meeting);
        foreach (var person in recipients)
        {
            var kind = meeting.Sequence == 0 || !WasInvited(transaction, row.Id, person.Address) ? InvitationKind.Invitation : InvitationKind.Change;
            var token = MeetingTokens.For(transaction, row.Id, person.Address, ids);
            // Nobody asks the organiser whether he comes.
            var answer = person.Address == meeting.Organiser ? null : AnswerLinks.Under(settings.AnswerUrl, token);
            if (kind == InvitationKind.Invitation || prolonged.Count == 0)
                Send(transaction, meeting, person, kind, answer, token);
            else
                prolonged.ToList().ForEach(start => Send(transaction, meeting, person, kind, answer, token, start));
        }

        foreach (var person in before is null ? [] : Recipients(before).Where(person => recipients.All(other => other.Address != person.Address)))
        {
            MeetingTokens.Forget(transaction, row.Id, person.Address);
            Send(transaction, meeting, person, InvitationKind.Withdrawal, null);
        }
    }

    /// <summary>The meeting is called off.</summary>
    public void Cancel(StoreTransaction transaction, MeetingRow row)
    {
        foreach (var person in Recipients(row.Current!))
            Send(transaction, row.Current!, person, InvitationKind.Cancellation, null);
    }

    /// <summary>An invitee answered: the organiser, who is a customer of ours, is told (RFC 5546 3.2.3, 3.2.7).</summary>
    public void Answered(
        StoreTransaction transaction, MeetingRow row, string address, InviteeAnswer answer, string? comment, Interval? counter)
    {
        var meeting = row.Current!;
        if (meeting.OrganiserMail is not { } organiser || meeting.Invitees.FirstOrDefault(each => each.Address == address) is not { } invitee)
            return;
        var details = Details(meeting, OrganiserAsInvitee(meeting), InvitationKind.Invitation, null);
        outbox.Enqueue(transaction, AnswerMail.Compose(
            details, new MailParty(meeting.OrganiserName ?? organiser, organiser), invitee, Attendee(invitee), answer, comment, counter,
            MailId(meeting, $"{answer}-{clock.GetCurrentInstant().ToUnixTimeMilliseconds()}", address), clock.GetCurrentInstant()));
    }

    /// <summary>The meeting as a file for anybody's calendar: with the ways to join, without anybody's address and without the PIN.</summary>
    /// <param name="meeting">With a half of ours.</param>
    /// <param name="exchange">Where the pages are.</param>
    public byte[] Calendar(Meeting meeting, Uri exchange)
    {
        var half = meeting.HalfOf(parties.Self)!;
        var organiser = OrganiserAsInvitee(meeting) with { Mail = meeting.Organiser, Provider = half.Provider };
        var details = Details(meeting, organiser, InvitationKind.Invitation, null);
        return InvitationCalendar.File(
            details with { Join = details.Join with { Pin = null }, Page = JoinLinks.Under(exchange, half.Join!.Code, "") }, clock.GetCurrentInstant());
    }

    /// <param name="transaction">Of what it tells.</param>
    /// <param name="meeting">The version.</param>
    /// <param name="person">Who is told.</param>
    /// <param name="kind">What.</param>
    /// <param name="answer">Where answers are taken.</param>
    /// <param name="token">By which the join page knows the person; null who takes no part.</param>
    /// <param name="occurrence">The one occurrence of a series that it is about; null when it is about the meeting.</param>
    void Send(StoreTransaction transaction, Meeting meeting, Invitee person, InvitationKind kind, AnswerLinks? answer, string? token = null, LocalDateTime? occurrence = null) =>
        outbox.Enqueue(transaction, InvitationMail.Compose(
            Details(meeting, person, kind, answer, occurrence) with
            {
                Page = token is not null && meeting.HalfOf(parties.Self)?.Join is { } join ? JoinLinks.Under(settings.AnswerUrl, join.Code, token) : null,
            },
            MailId(meeting, occurrence is { } start ? $"{kind}-{start:uuuuMMddHHmmss}" : kind.ToString(), person.Address), clock.GetCurrentInstant()));

    /// <summary>One mail for each meeting, version, kind and recipient; letters, digits and -_. only.</summary>
    static string MailId(Meeting meeting, string kind, string address) =>
        string.Concat($"{meeting.Id}.{meeting.Sequence}.{kind}.{address}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));

    InvitationDetails Details(Meeting meeting, Invitee recipient, InvitationKind kind, AnswerLinks? answer, LocalDateTime? occurrence = null)
    {
        var start = occurrence ?? meeting.Start;
        var join = meeting.HalfOf(parties.Self)!.Join!;
        RecurrenceRule? rule = meeting.Recurrence is { } text && RecurrenceRule.TryParse(text, out var parsed, out _) ? parsed : null;
        return new InvitationDetails
        {
            Kind = kind,
            Uid = meeting.Uid,
            Sequence = meeting.Sequence,
            Title = meeting.Title,
            Start = start,
            End = Occurrences.LocalEnd(meeting, start, occurrence is null ? meeting.Length : Occurrences.LengthOf(meeting, start)),
            IsOneOfSeries = occurrence is not null,
            Others = occurrence is null && rule is not null
                ? [.. (meeting.Prolonged ?? []).Select(each => (each.Start, Occurrences.LocalEnd(meeting, each.Start, each.Length)))] : [],
            TimeZoneId = meeting.Zone,
            RecipientTimeZoneId = parties.ZoneOf(recipient.Address, meeting.Zone),
            Rule = occurrence is null ? rule : null,
            Organizer = new MailParty(meeting.OrganiserName ?? meeting.Organiser, meeting.OrganiserMail ?? meeting.Organiser),
            Recipient = new MailParty(recipient.Name ?? recipient.Address, recipient.Mail!),
            Attendees = [.. meeting.Invitees.Append(OrganiserAsInvitee(meeting)).Concat(kind == InvitationKind.Withdrawal ? [recipient] : []).Select(Attendee)],
            Sender = settings.SenderOf(recipient.Provider),
            Join = new JoinCoordinates(join.Uri, join.Number, join.Code, meeting.Pin),
            Answer = answer,
        };
    }

    /// <summary>People of ours with a mail address; the organiser too, for the coordinates and the calendar.</summary>
    IEnumerable<Invitee> Recipients(Meeting meeting) => meeting.InviteesOf(parties.Self)
        .Where(invitee => invitee is { Kind: InviteeKind.Person, Mail: not null })
        .Concat(meeting.Focus == parties.Self && meeting.OrganiserMail is not null ? [OrganiserAsInvitee(meeting)] : []);

    /// <summary>Who organises it, as who is written to and comes in by an invitation; the list of invitees has others alone.</summary>
    internal static Invitee OrganiserAsInvitee(Meeting meeting) => new()
    {
        Address = meeting.Organiser,
        Name = meeting.OrganiserName,
        Mail = meeting.OrganiserMail,
        Provider = meeting.OrganiserProvider,
        Exchange = meeting.Focus,
        Answer = InviteeAnswer.Accepted,
    };

    static Attendee Attendee(Invitee invitee) => new(invitee.Mail is null ? "sip:" + invitee.Address : "mailto:" + invitee.Mail)
    {
        CommonName = invitee.Name,
        Rsvp = invitee is { Kind: InviteeKind.Person, Answer: InviteeAnswer.NeedsAction },
        Kind = invitee.Kind == InviteeKind.Person ? AttendeeKind.Individual : AttendeeKind.Room,
        Status = invitee.Kind != InviteeKind.Person ? ParticipationStatus.Accepted : invitee.Answer switch
        {
            InviteeAnswer.Accepted => ParticipationStatus.Accepted,
            InviteeAnswer.Declined => ParticipationStatus.Declined,
            InviteeAnswer.Countered => ParticipationStatus.Tentative,
            _ => ParticipationStatus.NeedsAction,
        },
    };

    static bool WasInvited(StoreTransaction transaction, string meeting, string address) => MeetingTokens.Has(transaction, meeting, address);
}

/// <summary>How this exchange writes to its customers.</summary>
/// <param name="AnswerUrl">Where invitees answer, such as https://meet.liberty.example/.</param>
/// <param name="SenderOf">The mailbox that mail to customers of a provider comes from.</param>
sealed record MailSettings(Uri AnswerUrl, Func<string, MailParty> SenderOf);

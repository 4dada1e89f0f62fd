using Meetpoint.Calendar;
using Meetpoint.Exchange.Meetings.Invitations;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Meetings.Invitations;

static class Sample
{
    public static readonly Instant Now = Instant.FromUtc(2026, 6, 20, 8, 0);

    public static InvitationDetails Details(InvitationKind kind = InvitationKind.Invitation) => new()
    {
        Kind = kind,
        Uid = "mtg_1@albion.example",
        Sequence = 0,
        Title = "Zürich & <Interconnect> review",
        Note = "Bring the numbers.\n.A line that begins with a dot.",
        Start = new LocalDateTime(2026, 7, 1, 10, 0),
        End = new LocalDateTime(2026, 7, 1, 11, 0),
        TimeZoneId = "Europe/London",
        Organizer = new MailParty("Alice Doe", "alice@albion.example"),
        Recipient = new MailParty("Bob Röe", "bob@liberty.example"),
        Attendees =
        [
            new Attendee("mailto:bob@liberty.example") { CommonName = "Bob Röe", Rsvp = true },
            new Attendee("sip:boardroom@liberty.example") { CommonName = "Boardroom", Kind = AttendeeKind.Room },
        ],
        Sender = new MailParty("Liberty Telephone", "meetings@liberty.example"),
        Join = new JoinCoordinates("sip:4711@meet.liberty.example", "+12125550100", "4711", "9876"),
        Answer = AnswerLinks.Under(new Uri("https://meet.liberty.example/"), "t0ken"),
    };

    public static OutgoingMail Mail(string id = "mail-1", InvitationKind kind = InvitationKind.Invitation) =>
        InvitationMail.Compose(Details(kind), id, Now);
}

using Meetpoint.Calendar;
using Meetpoint.Exchange.Meetings.Invitations;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Invitations;

public sealed class InvitationMailTests
{
    static CalendarEvent Event(OutgoingMail mail, out ItipMethod method)
    {
        ItipMessage.TryRead(mail.Calendar, out var message, out var error).ShouldBeTrue(error.ToString());
        method = message!.Method;
        return message.Events.Single();
    }

    [Theory]
    [InlineData(InvitationKind.Invitation, "Invitation: ", ItipMethod.Request)]
    [InlineData(InvitationKind.Change, "Changed: ", ItipMethod.Request)]
    [InlineData(InvitationKind.Cancellation, "Cancelled: ", ItipMethod.Cancel)]
    [InlineData(InvitationKind.Withdrawal, "No longer invited: ", ItipMethod.Cancel)]
    public void Compose_Kind_GivesSubjectAndMethod(InvitationKind kind, string subject, ItipMethod expected)
    {
        var mail = Sample.Mail(kind: kind);
        mail.Subject.ShouldBe(subject + "Zürich & <Interconnect> review");
        Event(mail, out var method);
        method.ShouldBe(expected);
        mail.CalendarMethod.ShouldBe(method.ToString().ToUpperInvariant());
    }

    [Fact]
    public void Compose_Invitation_CalendarKeepsUidAndNamesExchangeAsSentBy()
    {
        var meeting = Event(Sample.Mail(), out _);
        meeting.Uid.ShouldBe("mtg_1@albion.example");
        meeting.Organizer.ShouldBe(new Organizer("mailto:alice@albion.example") { CommonName = "Alice Doe", SentBy = "mailto:meetings@liberty.example" });
        meeting.Start.ShouldBe(CalendarTime.OfZone(new LocalDateTime(2026, 7, 1, 10, 0), "Europe/London"));
        meeting.Conferences.Select(each => each.Uri).ShouldBe(["sip:4711@meet.liberty.example", "tel:+12125550100"]);
        meeting.Attendees[1].Kind.ShouldBe(AttendeeKind.Room);
    }

    [Fact]
    public void Compose_Invitation_BodiesSayHowToJoinAndAnswer()
    {
        var mail = Sample.Mail();
        foreach (var expected in new[] { "Wednesday 1 July 2026, 10:00 to 11:00 (Europe/London)", "sip:4711@meet.liberty.example", "code 4711, PIN 9876", "https://meet.liberty.example/answer/t0ken/accept", "/decline", "/propose" })
        {
            mail.TextBody.ShouldContain(expected);
            mail.HtmlBody.ShouldContain(expected.Replace("+", "&#43;", StringComparison.Ordinal));
        }

        mail.HtmlBody.ShouldContain("&amp; &lt;Interconnect&gt;");
        mail.HtmlBody.ShouldNotContain("<Interconnect>");
    }

    [Fact]
    public void Compose_Invitation_CalendarHoldsNoAnswerLink() => Event(Sample.Mail(), out _).Description!.ShouldNotContain("t0ken");

    [Fact]
    public void Compose_Cancellation_SaysNothingOfJoiningOrAnswering()
    {
        var mail = Sample.Mail(kind: InvitationKind.Cancellation);
        mail.TextBody.ShouldContain("Alice Doe has cancelled a meeting.");
        mail.TextBody.ShouldNotContain("sip:4711");
        mail.TextBody.ShouldNotContain("answer/");
        Event(mail, out _).Status.ShouldBe(EventStatus.Cancelled);
    }

    [Fact]
    public void Compose_Withdrawal_CancelsForTheRecipientAlone()
    {
        var mail = Sample.Mail(kind: InvitationKind.Withdrawal);
        mail.TextBody.ShouldContain("Alice Doe holds this meeting without you now.");
        mail.TextBody.ShouldNotContain("sip:4711");
        var meeting = Event(mail, out _);
        meeting.Attendees.Single().Address.ShouldBe("mailto:bob@liberty.example");
        meeting.Status.ShouldBe(EventStatus.Confirmed, "it takes place, without him");
    }

    [Theory]
    [InlineData("America/New_York", "For you: Wednesday 1 July 2026, 05:00 to 06:00 (America/New_York)")]
    [InlineData("Pacific/Auckland", "For you: Wednesday 1 July 2026, 21:00 to 22:00 (Pacific/Auckland)")]
    [InlineData("Europe/Lisbon", null)]
    [InlineData(null, null)]
    public void Compose_RecipientElsewhere_IsToldHisOwnTimeToo(string? zone, string? expected)
    {
        var mail = InvitationMail.Compose(Sample.Details() with { RecipientTimeZoneId = zone }, "m", Sample.Now);
        foreach (var body in new[] { mail.TextBody, mail.HtmlBody })
        {
            if (expected is null)
                body.ShouldNotContain("For you");
            else
                body.ShouldContain(expected);
        }
    }

    [Fact]
    public void Compose_ToTheOrganiser_TellsThatItIsBooked() =>
        InvitationMail.Compose(Sample.Details() with { Recipient = new MailParty("Alice Doe", "alice@albion.example"), Answer = null }, "m", Sample.Now)
            .TextBody.ShouldStartWith("Your meeting is booked");

    [Fact]
    public void Compose_TitleOfManyLines_CannotAddHeaderFields()
    {
        var mail = InvitationMail.Compose(Sample.Details() with { Title = "a\r\nBcc: eve@example.com\r\n" }, "m", Sample.Now);
        mail.Subject.ShouldBe("Invitation: a  Bcc: eve@example.com");
    }

    [Fact]
    public void Compose_Series_SaysThatItRepeatsAndCarriesTheRule()
    {
        var rule = new RecurrenceRule(RecurrenceFrequency.Weekly) { Count = 4 };
        var mail = InvitationMail.Compose(Sample.Details() with { Rule = rule }, "m", Sample.Now);
        mail.TextBody.ShouldContain("It repeats");
        Event(mail, out _).Rule!.ToString().ShouldBe("FREQ=WEEKLY;COUNT=4");
    }
}

using System.Text;
using NodaTime;
using Shouldly;

namespace Meetpoint.Calendar.Tests;

public sealed class ItipTests
{
    static readonly Instant Now = Instant.FromUtc(2026, 6, 21, 12, 0);
    static readonly CalendarEvent Meeting = EventTests.Meeting() with { RecurrenceId = null, ThisAndFuture = false, Comment = null };
    static readonly Attendee Bob = Meeting.Attendees[0];

    static ItipMessage ReadBack(ItipMessage message)
    {
        ItipMessage.TryRead(message.Write(), out var read, out var error).ShouldBeTrue(error.ToString());
        return read!;
    }

    [Fact]
    public void Request_ReadBack_IsTheSameWithItsZone()
    {
        var request = Itip.Request(Meeting, Now);
        ReadBack(request).Events.Single().ShouldBeSameAs(request.Events.Single());
        var text = Encoding.UTF8.GetString(request.Write());
        text.ShouldContain("METHOD:REQUEST\r\n");
        text.ShouldContain("BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\n");
    }

    [Theory]
    [InlineData(ParticipationStatus.Accepted)]
    [InlineData(ParticipationStatus.Declined)]
    [InlineData(ParticipationStatus.Tentative)]
    public void Reply_ReadBack_NamesOneAttendeeTheUidAndTheSequence(ParticipationStatus status)
    {
        var reply = ReadBack(Itip.Reply(Meeting, Bob, status, Now, "Glad to"));
        reply.Method.ShouldBe(ItipMethod.Reply);
        var answer = reply.Events.Single();
        (answer.Uid, answer.Sequence, answer.Stamp, answer.Comment).ShouldBe((Meeting.Uid, Meeting.Sequence, Now, "Glad to"));
        answer.Attendees.Single().ShouldBe(Bob with { Status = status, Rsvp = false });
    }

    [Fact]
    public void Cancel_OfAll_SaysCancelledAndOfOneDoesNot()
    {
        Itip.Cancel(Meeting, Meeting.Attendees, Now).Events.Single().Status.ShouldBe(EventStatus.Cancelled);
        Itip.Cancel(Meeting, [Bob], Now).Events.Single().Status.ShouldBe(EventStatus.Confirmed);
    }

    [Fact]
    public void Counter_ReadBack_HasTheProposedTime()
    {
        var start = CalendarTime.OfZone(new LocalDateTime(2026, 7, 2, 9, 0), "America/New_York");
        var end = CalendarTime.OfZone(new LocalDateTime(2026, 7, 2, 10, 0), "America/New_York");
        var counter = ReadBack(Itip.Counter(Meeting with { Rule = null, AddedDates = [], ExcludedDates = [] }, Bob, start, end, Now));
        counter.Method.ShouldBe(ItipMethod.Counter);
        (counter.Events[0].Start, counter.Events[0].End).ShouldBe((start, end));
        ReadBack(Itip.DeclineCounter(Meeting, Bob, Now, "Not then")).Method.ShouldBe(ItipMethod.DeclineCounter);
    }

    [Theory]
    [InlineData("PUBLISH", CalendarErrorReason.UnsupportedMethod)]
    [InlineData("", CalendarErrorReason.UnsupportedMethod)]
    [InlineData("REPLY", CalendarErrorReason.BadMethodContent)]
    public void TryRead_OtherMethodOrReplyByMany_IsRefused(string method, CalendarErrorReason reason)
    {
        var text = Encoding.UTF8.GetString(Itip.Request(Meeting, Now).Write()).Replace("METHOD:REQUEST", "METHOD:" + method, StringComparison.Ordinal);
        ItipMessage.TryRead(Encoding.UTF8.GetBytes(text), out _, out var error).ShouldBeFalse();
        error.Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData(null, 0, 0, ItipVerdict.Apply)]
    [InlineData("1:10", 2, 5, ItipVerdict.Apply)] // a higher SEQUENCE wins whatever its stamp
    [InlineData("1:10", 1, 11, ItipVerdict.Apply)]
    [InlineData("1:10", 1, 10, ItipVerdict.Duplicate)]
    [InlineData("1:10", 1, 9, ItipVerdict.Stale)]
    [InlineData("1:10", 0, 99, ItipVerdict.Stale)]
    public void FromOrganizer_AgainstWhatIsHeld_GivesVerdict(string? held, int sequence, long stamp, ItipVerdict expected) =>
        ItipSequencing.FromOrganizer(Revision(held), Revision($"{sequence}:{stamp}")!.Value).ShouldBe(expected);

    [Theory]
    [InlineData(2, 3, null, "1:50", ItipVerdict.Stale)]
    [InlineData(2, 3, null, "2:50", ItipVerdict.Apply)] // 3 changed only the title: an answer to 2 counts
    [InlineData(2, 3, null, "4:50", ItipVerdict.Unknown)]
    [InlineData(2, 3, "3:50", "3:51", ItipVerdict.Apply)]
    [InlineData(2, 3, "3:50", "3:49", ItipVerdict.Stale)]
    [InlineData(2, 3, "3:50", "3:50", ItipVerdict.Duplicate)]
    [InlineData(2, 3, "3:50", "2:99", ItipVerdict.Stale)]
    public void FromAttendee_AgainstEventAndLastAnswer_GivesVerdict(int asked, int current, string? last, string received, ItipVerdict expected) =>
        ItipSequencing.FromAttendee(asked, current, Revision(last), Revision(received)!.Value).ShouldBe(expected);

    [Fact]
    public void NeedsNewSequence_TimeOrRuleChanged_AndNotForATitle()
    {
        ItipSequencing.NeedsNewSequence(Meeting, Meeting with { Summary = "Other" }).ShouldBeFalse();
        ItipSequencing.NeedsNewSequence(Meeting, Meeting with { Start = Meeting.End!.Value }).ShouldBeTrue();
        ItipSequencing.NeedsNewSequence(Meeting, Meeting with { Rule = Meeting.Rule! with { Interval = 2 } }).ShouldBeTrue();
        ItipSequencing.NeedsNewSequence(Meeting, Meeting with { ExcludedDates = [] }).ShouldBeTrue();
        ItipSequencing.NeedsNewSequence(Meeting, Meeting with { Status = EventStatus.Cancelled }).ShouldBeTrue();
    }

    [Fact]
    public void FreeBusyWrite_Periods_AreCutSortedAndJoined()
    {
        var day = Instant.FromUtc(2026, 7, 1, 0, 0);
        Interval Hours(int from, int to) => new(day + Duration.FromHours(from), day + Duration.FromHours(to));
        var octets = FreeBusyWriter.Write("mailto:bob@liberty.example", "mailto:alice@albion.example", "fb1", Hours(8, 18), [Hours(17, 20), Hours(9, 10), Hours(10, 11), Hours(2, 3)], Now);
        CalendarParser.TryParse(octets, out var calendar, out _).ShouldBeTrue();
        calendar!.Components.Single().All("FREEBUSY").Select(line => line.Value).ShouldBe(["20260701T090000Z/20260701T110000Z", "20260701T170000Z/20260701T180000Z"]);
        calendar.Find("METHOD")!.Value.ShouldBe("REPLY");
    }

    static ItipRevision? Revision(string? text) =>
        text?.Split(':') is [var sequence, var stamp] ? new ItipRevision(int.Parse(sequence, null), Instant.FromUnixTimeSeconds(long.Parse(stamp, null))) : null;
}

using NodaTime;
using Shouldly;

namespace Meetpoint.Calendar.Tests;

public sealed class EventTests
{
    internal static CalendarEvent Meeting() => new()
    {
        Uid = "mtg_1@albion.example",
        Sequence = 3,
        Stamp = Instant.FromUtc(2026, 6, 20, 8, 0, 1),
        Start = CalendarTime.OfZone(new LocalDateTime(2026, 7, 1, 10, 0), "Europe/London"),
        End = CalendarTime.OfZone(new LocalDateTime(2026, 7, 1, 11, 0), "Europe/London"),
        Summary = "Review, with rooms; \\ and so on",
        Description = "Line one\nLine two",
        Location = "Boardroom",
        Url = "https://albion.example/m/1",
        Comment = "No comment",
        Status = EventStatus.Confirmed,
        Conferences = [new ConferenceLink("sip:1234@albion.example") { Features = ["AUDIO", "VIDEO"], Label = "Join, from Albion" }],
        Organizer = new Organizer("mailto:alice@albion.example") { CommonName = "Alice \"A\" Doe", SentBy = "mailto:meetings@albion.example" },
        Attendees =
        [
            new Attendee("mailto:bob@liberty.example") { CommonName = "Bob; Roe", Rsvp = true },
            new Attendee("sip:boardroom@liberty.example") { Kind = AttendeeKind.Room, Role = AttendeeRole.NonParticipant, Status = ParticipationStatus.Accepted },
            new Attendee("mailto:carol@liberty.example") { Role = AttendeeRole.Optional, Status = ParticipationStatus.Tentative, SentBy = "mailto:dave@liberty.example" },
            new Attendee("mailto:alice@albion.example") { Role = AttendeeRole.Chair, Status = ParticipationStatus.Accepted },
        ],
        Rule = new RecurrenceRule(RecurrenceFrequency.Weekly) { ByDay = [new WeekdayOrdinal(IsoDayOfWeek.Wednesday)], Until = CalendarTime.OfUtc(Instant.FromUtc(2026, 12, 1, 0, 0)) },
        AddedDates = [CalendarTime.OfZone(new LocalDateTime(2026, 7, 3, 10, 0), "Europe/London"), CalendarTime.OfUtc(Instant.FromUtc(2026, 7, 4, 9, 0))],
        ExcludedDates = [CalendarTime.OfZone(new LocalDateTime(2026, 7, 8, 10, 0), "Europe/London"), CalendarTime.OfZone(new LocalDateTime(2026, 7, 15, 10, 0), "Europe/London")],
        RecurrenceId = CalendarTime.OfZone(new LocalDateTime(2026, 7, 1, 9, 0), "Europe/London"),
        ThisAndFuture = true,
        Others = [new ContentLine("CLASS", "PRIVATE"), new ContentLine("X-OWN", "raw;value", new LineParameter("X-P", "1"))],
    };

    [Fact]
    public void ReadOfWrite_EveryField_IsTheSame()
    {
        EventReader.TryRead(EventWriter.Write(Meeting()), CalendarTimeZones.Tzdb, out var read, out var error).ShouldBeTrue(error.ToString());
        read.ShouldBeSameAs(Meeting());
    }

    [Fact]
    public void ReadOfWrite_WholeDays_StayDates()
    {
        var holiday = new CalendarEvent { Uid = "d", Stamp = default, Start = CalendarTime.OfDate(new LocalDate(2026, 12, 25)), End = CalendarTime.OfDate(new LocalDate(2026, 12, 27)) };
        EventReader.TryRead(EventWriter.Write(holiday), CalendarTimeZones.Tzdb, out var read, out _).ShouldBeTrue();
        read.ShouldBeSameAs(holiday);
        EventWriter.Write(holiday).Find("DTSTART")!.Parameter("VALUE").ShouldBe("DATE");
    }

    [Fact]
    public void TryRead_RequestAsOutlookSendsIt_IsUnderstood()
    {
        ItipMessage.TryRead(Vectors.Bytes("outlook-request.ics"), out var message, out var error).ShouldBeTrue(error.ToString());
        var meeting = message!.Events.Single();
        message.Method.ShouldBe(ItipMethod.Request);
        meeting.Organizer!.CommonName.ShouldBe("Doe, Alice");
        meeting.Description.ShouldBe("Agenda\n1. Numbers, old and new\n2. ;");
        meeting.Attendees[0].Address.ShouldBe("mailto:bob@liberty.example");
        meeting.Attendees[1].Kind.ShouldBe(AttendeeKind.Room);
        message.Zones.ToInstant(meeting.Start).ShouldBe(Instant.FromUtc(2026, 7, 1, 9, 0));
    }

    [Theory]
    [InlineData("PT1H30M", "20260328T203000")]
    [InlineData("P1D", "20260329T190000")]
    [InlineData("P1DT1H", "20260329T200000")]
    [InlineData("P1W", "20260404T190000")]
    [InlineData("PT24H", "20260329T200000")]
    public void TryRead_Duration_DaysAreNominalAndHoursExact(string duration, string end)
    {
        var component = new CalendarComponent("VEVENT",
        [
            new ContentLine("UID", "u"), new ContentLine("DTSTAMP", "20260101T000000Z"),
            new ContentLine("DTSTART", "20260328T190000", new LineParameter("TZID", "Europe/London")), new ContentLine("DURATION", duration),
        ]);
        EventReader.TryRead(component, CalendarTimeZones.Tzdb, out var read, out var error).ShouldBeTrue(error.ToString());
        read.End!.Value.Value.ShouldBe(end);
    }

    [Theory]
    [InlineData("UID", null, CalendarErrorReason.MissingProperty)]
    [InlineData("DTSTAMP", null, CalendarErrorReason.MissingProperty)]
    [InlineData("DTSTART", null, CalendarErrorReason.MissingProperty)]
    [InlineData("DTSTART", "20261301T000000Z", CalendarErrorReason.BadValue)]
    [InlineData("DTSTART", "99990101T000000Z", CalendarErrorReason.BadValue)]
    [InlineData("SEQUENCE", "-1", CalendarErrorReason.BadValue)]
    [InlineData("DURATION", "P", CalendarErrorReason.BadValue)]
    [InlineData("DURATION", "PT99999999H", CalendarErrorReason.BadValue)]
    [InlineData("RRULE", "FREQ=HOURLY", CalendarErrorReason.UnsupportedRecurrence)]
    [InlineData("EXDATE", "20260101T000000Z,nonsense", CalendarErrorReason.BadValue)]
    public void TryRead_BadProperty_GivesReason(string property, string? value, CalendarErrorReason reason)
    {
        var lines = new Dictionary<string, string> { ["UID"] = "u", ["DTSTAMP"] = "20260101T000000Z", ["DTSTART"] = "20260101T000000Z" };
        lines.Remove(property);
        if (value is not null)
            lines[property] = value;
        var component = new CalendarComponent("VEVENT", [.. lines.Select(line => new ContentLine(line.Key, line.Value))]);
        EventReader.TryRead(component, CalendarTimeZones.Tzdb, out _, out var error).ShouldBeFalse();
        error.Reason.ShouldBe(reason);
    }

    [Fact]
    public void TryRead_ZoneThatNothingExplains_IsRefused()
    {
        var component = EventWriter.Write(Meeting() with { Start = CalendarTime.OfZone(new LocalDateTime(2026, 7, 1, 10, 0), "Nowhere/AtAll") });
        EventReader.TryRead(component, CalendarTimeZones.Tzdb, out _, out var error).ShouldBeFalse();
        error.Reason.ShouldBe(CalendarErrorReason.UnknownTimeZone);
    }
}

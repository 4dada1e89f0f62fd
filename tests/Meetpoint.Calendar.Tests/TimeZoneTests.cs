using NodaTime;
using Shouldly;

namespace Meetpoint.Calendar.Tests;

public sealed class TimeZoneTests
{
    static readonly Instant From = Instant.FromUtc(2024, 1, 1, 0, 0);
    static readonly Instant To = Instant.FromUtc(2029, 1, 1, 0, 0);

    /// <summary>Under a name that TZDB does not know, so that the rules are what is read.</summary>
    static DateTimeZone ByItsRules(CalendarComponent written)
    {
        var renamed = written with { Lines = [ContentLine.OfText("TZID", "By its rules")] };
        CalendarParser.TryParse(CalendarWriter.Write(new CalendarComponent("VCALENDAR", [], [renamed])), out var read, out _).ShouldBeTrue();
        CalendarTimeZones.TryRead(read!, out var zones, out var error).ShouldBeTrue(error.ToString());
        return zones.Find("By its rules")!;
    }

    [Theory]
    [InlineData("Europe/London")]
    [InlineData("Europe/Dublin")]
    [InlineData("America/New_York")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/Santiago")]
    [InlineData("America/St_Johns")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Africa/Cairo")]
    [InlineData("Asia/Tokyo")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("Asia/Jerusalem")]
    [InlineData("Asia/Gaza")]
    [InlineData("Asia/Almaty")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Auckland")]
    [InlineData("Pacific/Chatham")]
    [InlineData("America/Nuuk")]
    [InlineData("Etc/UTC")]
    public void ReadOfWrite_EveryHourOfFiveYears_HasTheZonesOffset(string id)
    {
        var zone = DateTimeZoneProviders.Tzdb[id];
        var read = ByItsRules(TimeZoneWriter.Write(zone, From, To));
        for (var at = From; at < To; at += Duration.FromMinutes(30))
        {
            if (read.GetUtcOffset(at) != zone.GetUtcOffset(at))
                Assert.Fail($"{id} at {at}: {read.GetUtcOffset(at)} is read, {zone.GetUtcOffset(at)} is right");
        }
    }

    [Fact]
    public void Write_ZoneWithALastingRule_HoldsLongAfterTheSpan()
    {
        var zone = DateTimeZoneProviders.Tzdb["Europe/London"];
        var read = ByItsRules(TimeZoneWriter.Write(zone, From, To));
        for (var at = To; at < Instant.FromUtc(2090, 1, 1, 0, 0); at += Duration.FromHours(12))
            read.GetUtcOffset(at).ShouldBe(zone.GetUtcOffset(at), at.ToString());
    }

    [Fact]
    public void Write_London_IsTwoYearlyRules()
    {
        var written = TimeZoneWriter.Write(DateTimeZoneProviders.Tzdb["Europe/London"], From, To);
        written.Components.Select(each => $"{each.Name} {each.Find("TZNAME")!.Value} {each.Find("RRULE")!.Value}").ShouldBe(
            ["STANDARD GMT FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "DAYLIGHT BST FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("Europe/London", "Europe/London")]
    [InlineData("GMT Standard Time", "Europe/London")]
    [InlineData("/calendar.example/20260101/America/New_York", "America/New_York")]
    [InlineData("Not/AZone", null)]
    public void Find_Name_GivesTzdbsZone(string name, string? expected) => CalendarTimeZones.Tzdb.Find(name)?.Id.ShouldBe(expected);

    [Theory]
    [InlineData("TZOFFSETFROM:+0100\nTZOFFSETTO:nonsense\nDTSTART:20200101T000000", CalendarErrorReason.BadValue)]
    [InlineData("TZOFFSETFROM:+0100\nTZOFFSETTO:+9900\nDTSTART:20200101T000000", CalendarErrorReason.BadValue)]
    [InlineData("TZOFFSETFROM:+0100\nTZOFFSETTO:+0000", CalendarErrorReason.BadValue)]
    [InlineData("TZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nDTSTART:20200101T000000\nRRULE:FREQ=HOURLY", CalendarErrorReason.UnsupportedRecurrence)]
    public void TryRead_BadObservance_GivesReason(string observance, CalendarErrorReason reason)
    {
        var data = $"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\n{observance}\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR";
        CalendarParser.TryParse(System.Text.Encoding.UTF8.GetBytes(data), out var calendar, out _).ShouldBeTrue();
        CalendarTimeZones.TryRead(calendar!, out _, out var error).ShouldBeFalse();
        error.Reason.ShouldBe(reason);
    }
}

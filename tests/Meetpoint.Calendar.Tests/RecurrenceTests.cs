using System.Globalization;
using NodaTime;
using Shouldly;

namespace Meetpoint.Calendar.Tests;

public sealed class RecurrenceTests
{
    static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    public static IEnumerable<TheoryDataRow<string, string, string>> Rules() =>
        Vectors.Rows("rrule.txt").Select(row => new TheoryDataRow<string, string, string>(row[0], row[1], row[2]));

    public static IEnumerable<TheoryDataRow<string, string>> Refused() =>
        Vectors.Rows("rrule-refused.txt").Select(row => new TheoryDataRow<string, string>(row[0], row[1]));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Expand_Vector_GivesItsDates(string text, string start, string dates)
    {
        RecurrenceRule.TryParse(text, out var rule, out var error).ShouldBeTrue(error.ToString());
        CalendarTime.TryParse(start, null, out var first).ShouldBeTrue();
        var expected = dates.Replace(" ...", "", StringComparison.Ordinal).Split(' ');
        var endless = dates.EndsWith("...", StringComparison.Ordinal);
        var given = RecurrenceExpansion.Expand(rule, first.Local, NewYork).Take(expected.Length + (endless ? 0 : 1)).ToList();
        given.Select(local => local.ToString("uuuuMMdd", CultureInfo.InvariantCulture)).ShouldBe(expected);
        given.ShouldAllBe(local => local.TimeOfDay == first.Local.TimeOfDay);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void ToString_Vector_ReadsBackTheSame(string text, string start, string dates)
    {
        RecurrenceRule.TryParse(text, out var rule, out _).ShouldBeTrue();
        RecurrenceRule.TryParse(rule.ToString(), out var again, out var error).ShouldBeTrue(error.ToString());
        again.ToString().ShouldBe(rule.ToString(), $"{start} {dates}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryParse_RefusedRule_GivesReason(string text, string reason)
    {
        RecurrenceRule.TryParse(text, out _, out var error).ShouldBeFalse();
        error.Reason.ToString().ShouldBe(reason);
    }

    static CalendarEvent Series(string start, string end, string rule, string zone = "America/New_York")
    {
        CalendarTime.TryParse(start, zone, out var from).ShouldBeTrue();
        CalendarTime.TryParse(end, zone, out var to).ShouldBeTrue();
        RecurrenceRule.TryParse(rule, out var parsed, out _).ShouldBeTrue();
        return new CalendarEvent { Uid = "u", Stamp = Instant.FromUnixTimeSeconds(0), Start = from, End = to, Rule = parsed };
    }

    static string[] Starts(CalendarEvent series, params CalendarEvent[] overrides) =>
        [.. EventOccurrences.Of(series, overrides, CalendarTimeZones.Tzdb, 10).Select(each => each.Start.ToString("uuuu-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture))];

    [Fact]
    public void Of_LocalTimeSkippedByDaylightSaving_IsReadWithTheOffsetBefore() =>
        Starts(Series("20260307T023000", "20260307T033000", "FREQ=DAILY;COUNT=3")).ShouldBe(["2026-03-07T07:30Z", "2026-03-08T07:30Z", "2026-03-09T06:30Z"]);

    [Fact]
    public void Of_LocalTimeThatOccursTwice_IsTheFirst() =>
        Starts(Series("20261031T013000", "20261031T020000", "FREQ=DAILY;COUNT=3")).ShouldBe(["2026-10-31T05:30Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z"]);

    [Fact]
    public void Of_ExcludedAndAddedDates_LeavesOutAndJoinsInInOrder()
    {
        var series = Series("20260105T090000", "20260105T100000", "FREQ=WEEKLY;COUNT=3");
        var changed = series with
        {
            ExcludedDates = [CalendarTime.OfUtc(Instant.FromUtc(2026, 1, 12, 14, 0))],
            AddedDates = [CalendarTime.OfUtc(Instant.FromUtc(2026, 1, 14, 14, 0)), series.Start],
        };
        Starts(changed).ShouldBe(["2026-01-05T14:00Z", "2026-01-14T14:00Z", "2026-01-19T14:00Z"]);
    }

    [Fact]
    public void Of_Overrides_MoveOneAndRemoveAnother()
    {
        var series = Series("20260105T090000", "20260105T100000", "FREQ=WEEKLY;COUNT=3");
        var second = series.Start.WithLocal(new LocalDateTime(2026, 1, 12, 9, 0));
        var third = series.Start.WithLocal(new LocalDateTime(2026, 1, 19, 9, 0));
        var moved = series with { Rule = null, RecurrenceId = second, Start = series.Start.WithLocal(new LocalDateTime(2026, 1, 13, 15, 0)), End = series.Start.WithLocal(new LocalDateTime(2026, 1, 13, 15, 30)) };
        var off = series with { Rule = null, RecurrenceId = third, Start = third, End = null, Status = EventStatus.Cancelled };
        Starts(series, moved, off).ShouldBe(["2026-01-05T14:00Z", "2026-01-13T20:00Z"]);
        EventOccurrences.Of(series, [moved], CalendarTimeZones.Tzdb).ElementAt(1).End.ShouldBe(Instant.FromUtc(2026, 1, 13, 20, 30));
    }

    [Fact]
    public void Of_EndlessSeries_StopsAtTheLimit() =>
        EventOccurrences.Of(Series("20260105T090000", "20260105T100000", "FREQ=DAILY"), [], CalendarTimeZones.Tzdb, 25).Count().ShouldBe(25);
}

using Shouldly;

namespace Meetpoint.Calendar.Tests;

static class SameEvent
{
    /// <summary>Every field equal, lists by their elements.</summary>
    public static void ShouldBeSameAs(this CalendarEvent actual, CalendarEvent expected)
    {
        Plain(actual).ShouldBe(Plain(expected));
        actual.Rule?.ToString().ShouldBe(expected.Rule?.ToString());
        actual.Attendees.ShouldBe(expected.Attendees);
        actual.AddedDates.ShouldBe(expected.AddedDates);
        actual.ExcludedDates.ShouldBe(expected.ExcludedDates);
        actual.Conferences.Select(each => $"{each.Uri} {each.Label} {string.Join(',', each.Features)}")
            .ShouldBe(expected.Conferences.Select(each => $"{each.Uri} {each.Label} {string.Join(',', each.Features)}"));
        actual.Others.Select(Text).ShouldBe(expected.Others.Select(Text));
    }

    static CalendarEvent Plain(CalendarEvent value) => value with
    {
        Rule = null,
        Attendees = [],
        AddedDates = [],
        ExcludedDates = [],
        Conferences = [],
        Others = [],
    };

    static string Text(ContentLine line) =>
        $"{line.Name}{string.Concat(line.Parameters.Select(each => $";{each.Name}={string.Join(',', each.Values)}"))}:{line.Value}";
}

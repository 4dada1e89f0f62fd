using Meetpoint.Commands;
using NodaTime;
using NodaTime.Text;
using Shouldly;

namespace Meetpoint.Tests.Commands;

public sealed class TimeTextTests
{
    static readonly Instant _now = Instant.FromUtc(2026, 11, 22, 9, 30, 15);

    [Theory]
    [InlineData("2026-11-22T09:30", "2026-11-22T09:30:00", false)]
    [InlineData("2026-11-22T09:30:05", "2026-11-22T09:30:05", false)]
    [InlineData("2026-11-22 9:30", "2026-11-22T09:30:00", false)]
    [InlineData("now", "2026-11-22T10:30:15", true)]
    [InlineData("now+5s", "2026-11-22T10:30:20", true)]
    [InlineData("now+1h30m", "2026-11-22T12:00:15", true)]
    [InlineData("today 18:00", "2026-11-22T18:00:00", true)]
    [InlineData("tomorrow 9:30", "2026-11-23T09:30:00", true)]
    public void TryParseStart_Forms_AreReadInTheZone(string text, string expected, bool relative)
    {
        TimeText.TryParseStart(text, _now, DateTimeZoneProviders.Tzdb["Europe/Paris"], out var start, out var isRelative).ShouldBeTrue();
        LocalDateTimePattern.GeneralIso.Format(start).ShouldBe(expected);
        isRelative.ShouldBe(relative);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("now+")]
    [InlineData("now-5s")]
    [InlineData("tomorrow")]
    [InlineData("tomorrow 25:00")]
    [InlineData("2026-02-30T09:30")]
    public void TryParseStart_NoTime_IsRefused(string text) =>
        TimeText.TryParseStart(text, _now, DateTimeZone.Utc, out _, out _).ShouldBeFalse();

    [Theory]
    [InlineData("30m", 1_800)]
    [InlineData("1h30m", 5_400)]
    [InlineData("90s", 90)]
    [InlineData("2d", 172_800)]
    [InlineData("1:30:00", 5_400)]
    public void TryParseLength_Forms_AreRead(string text, int seconds)
    {
        TimeText.TryParseLength(text, out var length).ShouldBeTrue();
        length.ShouldBe(Duration.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0m")]
    [InlineData("30")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("99999999999m")]
    public void TryParseLength_NoLength_IsRefused(string text) => TimeText.TryParseLength(text, out _).ShouldBeFalse();
}

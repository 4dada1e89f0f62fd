using Meetpoint.Exchange.Settlement;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Settlement;

public sealed class StatementPeriodTests
{
    [Theory]
    [InlineData("2026-10-31T22:59:59Z", "Europe/Paris", "2026-10")]
    [InlineData("2026-10-31T23:00:00Z", "Europe/Paris", "2026-11")]
    [InlineData("2026-11-30T23:59:59Z", "Etc/UTC", "2026-11")]
    [InlineData("2026-12-01T00:00:00Z", "Etc/UTC", "2026-12")]
    [InlineData("2026-12-01T04:59:59Z", "America/New_York", "2026-11")]
    public void Of_Instant_IsTheMonthInTheAgreementsZone(string instant, string zone, string month)
    {
        var at = NodaTime.Text.InstantPattern.ExtendedIso.Parse(instant).Value;
        var period = StatementPeriod.Of(at, zone);
        period.Name.ShouldBe(month);
        (period.From <= at && at < period.Until).ShouldBeTrue();
    }

    [Fact]
    public void Of_MonthWithClockChange_IsAnHourLonger() =>
        (StatementPeriod.Of(Instant.FromUtc(2026, 10, 10, 0, 0), "Europe/Paris") is { } p ? p.Until - p.From : Duration.Zero)
            .ShouldBe(Duration.FromHours((31 * 24) + 1));

    [Theory]
    [InlineData("2026-13")]
    [InlineData("november")]
    [InlineData("")]
    public void TryParse_NoMonth_IsFalse(string name) => StatementPeriod.TryParse(name, "Etc/UTC", out _).ShouldBeFalse();
}

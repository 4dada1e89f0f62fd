using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Settlement;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect;

public sealed class TariffTests
{
    static Tariff Make(decimal price, PriceBasis per = PriceBasis.Minute, int increment = 1, int minimum = 0, decimal fee = 0, RoundingRule rounding = RoundingRule.HalfEven, int decimals = 4) => new()
    {
        Id = "t",
        Currency = "EUR",
        Rounding = rounding,
        Decimals = decimals,
        Rates = [new Rate { Unit = ChargeUnit.ParticipantMinute, Price = price, Per = per, IncrementSeconds = increment, MinimumSeconds = minimum, SetUpFee = fee }],
    };

    [Theory]
    [InlineData(0, 30)]
    [InlineData(29_999, 30)]
    [InlineData(30_001, 36)]
    [InlineData(36_000, 36)]
    [InlineData(61_000, 66)]
    public void BilledSeconds_MinimumThenIncrement(long milliseconds, long expected) =>
        Tariff.BilledSeconds(Make(1, increment: 6, minimum: 30).Rates[0], Duration.FromMilliseconds(milliseconds)).ShouldBe(expected);

    [Fact]
    public void Price_ThirdOfAMinute_IsExactBeforeTheOneRounding()
    {
        Make(0.3m).Price(ChargeUnit.ParticipantMinute, Duration.FromSeconds(20)).ShouldBe(new Money("EUR", 0.1m));
        Make(1m, decimals: 2, rounding: RoundingRule.HalfUp).Price(ChargeUnit.ParticipantMinute, Duration.FromSeconds(100)).Amount.ShouldBe(1.67m);
        Make(0.0005m, PriceBasis.Second, decimals: 3).Price(ChargeUnit.ParticipantMinute, Duration.FromSeconds(1)).Amount.ShouldBe(0.000m);
        Make(0.0005m, PriceBasis.Second, decimals: 3, rounding: RoundingRule.HalfUp).Price(ChargeUnit.ParticipantMinute, Duration.FromSeconds(1)).Amount.ShouldBe(0.001m);
        Make(5m, PriceBasis.Item, fee: 0.25m).Price(ChargeUnit.ParticipantMinute, Duration.FromHours(9)).Amount.ShouldBe(5.25m);
        Should.Throw<ArgumentOutOfRangeException>(() => Make(1).Price(ChargeUnit.Meeting, Duration.Zero));
    }

    [Fact]
    public void Price_LongerUse_NeverCostsLess() => Prop.ForAll(
        Gen.Choose(0, 1_000_000).Two().ToArbitrary(),
        pair =>
        {
            var tariff = Make(0.0123m, increment: 6, minimum: 30, fee: 0.01m);
            var (shorter, longer) = (Math.Min(pair.Item1, pair.Item2), Math.Max(pair.Item1, pair.Item2));
            (tariff.Price(ChargeUnit.ParticipantMinute, Duration.FromMilliseconds(shorter)) <= tariff.Price(ChargeUnit.ParticipantMinute, Duration.FromMilliseconds(longer))).ShouldBeTrue();
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("EUR 1.20", 1.2)]
    [InlineData("EUR -0.0125", -0.0125)]
    [InlineData("JPY 5", 5)]
    [InlineData("KWD 0.100", 0.1)]
    public void Money_Text_KeepsTheMinorUnitAndReadsBack(string text, double amount)
    {
        var money = new Money(text[..3], (decimal)amount);
        money.ToString().ShouldBe(text);
        Money.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(money);
    }

    [Fact]
    public void Money_TwoCurrencies_DoNotMix()
    {
        Should.Throw<InvalidOperationException>(() => new Money("EUR", 1) + new Money("USD", 1));
        Should.Throw<InvalidOperationException>(() => new Money("EUR", 1) < new Money("USD", 2));
        Money.TryParse("XXX 1", out _).ShouldBeFalse();
    }
}

using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Settlement;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>What an agreement allows a session, and what volume costs.</summary>
public sealed class RoamingAllowanceTests
{
    static readonly SessionRate _minutes = Rate(new Rate { Unit = ChargeUnit.RoamingMinute, Price = 0.06m, Per = PriceBasis.Minute, IncrementSeconds = 10 });
    static readonly SessionRate _megabytes = Rate(new Rate { Unit = ChargeUnit.RoamingMegabyte, Price = 0.01m, Per = PriceBasis.Megabyte, IncrementOctets = 1_000 });

    [Fact]
    public void Cap_PartlyUsed_ShortensTheSession()
    {
        var allowance = RoamingAllowance.Of(new RoamingTerms { CapPerDay = "EUR 1.00", CapPerMonth = "EUR 5", InterimSeconds = 300 }, [_minutes, _megabytes], new RoamingSpent(0.7005m, 2m, 9m));
        (allowance.Refusal, allowance.SessionSeconds, allowance.Octets, allowance.InterimSeconds).ShouldBe((AllowanceRefusal.None, 290, 29_950_000, 300), "EUR 0.2995 are 299.5 s, in whole tens 290");
    }

    [Theory]
    [InlineData(1, 0, 0, AllowanceRefusal.CapPerDay)]
    [InlineData(0.95, 0, 0, AllowanceRefusal.CapPerDay)]
    [InlineData(0, 5, 0, AllowanceRefusal.CapPerMonth)]
    [InlineData(0, 0, 10, AllowanceRefusal.Exposure)]
    [InlineData(0, 0, 9.99, AllowanceRefusal.Exposure)]
    [InlineData(0, 0, 0, AllowanceRefusal.None)]
    public void Cap_UsedUpOrNearly_Refuses(double today, double month, double unsettled, object expected) => RoamingAllowance.Of(
        new RoamingTerms { CapPerDay = "EUR 1.00", CapPerMonth = "EUR 5.00", ExposureLimit = "EUR 10.00" }, [_minutes],
        new RoamingSpent((decimal)today, (decimal)month, (decimal)unsettled)).Refusal.ShouldBe((AllowanceRefusal)expected);

    [Fact]
    public void Free_IsNeverUsedUp_ButBoundsHold() => RoamingAllowance.Of(new RoamingTerms { CapPerDay = "EUR 0.00", MaxSessionSeconds = 3_600, MaxSessionOctets = 7 }, [], default)
        .ShouldBe(new RoamingAllowance(AllowanceRefusal.None, 3_600, 7, null, null));

    [Theory]
    [InlineData(400, 1, AllowanceRefusal.None)]
    [InlineData(3_600, 1, AllowanceRefusal.SessionSeconds)]
    [InlineData(60, 50_000_000, AllowanceRefusal.SessionOctets)]
    [InlineData(60, 44_000_000, AllowanceRefusal.CapPerDay)]
    public void Running_CrossesItsCap_IsToBeEnded(long seconds, long octets, object expected) => RoamingAllowance.Crossed(
        new RoamingTerms { CapPerDay = "EUR 1.00", MaxSessionSeconds = 3_600, MaxSessionOctets = 50_000_000 }, [_minutes, _megabytes], new RoamingSpent(0.5m, 0, 0), seconds, 0, octets)
        .ShouldBe((AllowanceRefusal)expected);

    [Fact]
    public void Allowed_IsNeverMoreThanTheCapPaysFor() => Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), used =>
    {
        var spent = used / 100_000m;
        var allowance = RoamingAllowance.Of(new RoamingTerms { CapPerDay = "EUR 1.00" }, [_minutes], new RoamingSpent(spent, 0, 0));
        if (allowance.Refusal == AllowanceRefusal.None)
            (spent + _minutes.Price(allowance.SessionSeconds!.Value, 0, 0)).ShouldBeLessThanOrEqualTo(1.0001m, "but for the rounding of a charge to four places");
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null, null, 1_000_001, 2_000_000, "3.0000")]
    [InlineData(VolumeCount.In, null, 1_500_000, 9, "1.5")]
    [InlineData(VolumeCount.Out, 1_000_000L, 9, 1_000_001, "2")]
    [InlineData(VolumeCount.Sum, 1_024L, long.MaxValue, long.MaxValue, "18446744073709.551616")]
    public void Volume_IsCountedAsTheTariffSays_InWholeIncrements(VolumeCount? counts, long? increment, long octetsIn, long octetsOut, string expected) =>
        Rate(new Rate { Unit = ChargeUnit.RoamingMegabyte, Price = 1, Per = PriceBasis.Megabyte, Counts = counts, IncrementOctets = increment })
            .Tariff.Price(ChargeUnit.RoamingMegabyte, Duration.Zero, octetsIn, octetsOut).Amount.ShouldBe(decimal.Round(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), 4));

    [Fact]
    public void Hashes_OfWhatSaysNothingOfIt_AreAsBefore()
    {
        CanonicalJson.Hash(Interconnect.Worlds.Document.Agreements[0]).ShouldBe(CanonicalJson.Hash(Interconnect.Worlds.Document.Agreements[0] with { Tolerance = new UsageTolerance() }));
        var text = System.Text.Json.JsonSerializer.Serialize(Interconnect.Worlds.Document, WorldJson.Default.WorldDocument);
        foreach (var member in (string[])["incrementOctets", "counts", "octets", "capPerDay", "maxSessionSeconds"])
            text.ShouldNotContain($"\"{member}\"");
    }

    static SessionRate Rate(Rate rate) => new(new Tariff { Id = "t", Currency = "EUR", Rates = [rate] }, rate);
}

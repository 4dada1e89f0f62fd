using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls.Statistics;

public sealed class DestinationLabelsTests
{
    static readonly World World = World.Build(
        new WorldDocument
        {
            Providers = [new Provider { Id = "albion", Name = "Albion", Exchange = "albion.example", Prefixes = ["+44", "+4420"] }],
            Routes = [new Route { Id = "mobile", Prefix = "+4477", Candidates = [] }],
        },
        "albion.example", new LimitBook());

    readonly DestinationLabels _labels = new();

    [Theory]
    [InlineData("tel:+44-20-7946-0000", "+4420")]
    [InlineData("sip:+447700900000@gateway.example;user=phone", "+4477")]
    [InlineData("+44161000000", "+44")]
    [InlineData("+12125550100", "+1")]
    [InlineData("+79161234567", "+7")]
    [InlineData("+33123456789", "+33")]
    [InlineData("+353123456", "+353")]
    [InlineData("sip:Alice@Liberty.example:5080;transport=tcp", "liberty.example")]
    [InlineData("liberty.example", "liberty.example")]
    [InlineData("urn:service:sos", "urn")]
    [InlineData("no address at all", "*")]
    public void Of_Address_IsItsLongestPrefixElseItsCountryElseItsDomain(string address, string label) => _labels.Of(World, address).ShouldBe(label);

    [Fact]
    public void Of_MoreDomainsThanAreKept_IsOther()
    {
        for (var i = 0; i < DestinationLabels.MaxLabels; i++)
            _labels.Of(World, $"sip:a@d{i}.example").ShouldBe($"d{i}.example");
        _labels.Of(World, "sip:a@another.example").ShouldBe(CallStatistics.OtherDestinations);
        _labels.Of(World, "sip:a@d7.example").ShouldBe("d7.example");
        _labels.Of(World, "+442079460000").ShouldBe("+4420");
    }

    [Fact]
    public void Of_MetBefore_CostsNoMemory()
    {
        _labels.Of(World, "sip:alice@liberty.example"u8);
        _labels.Of(World, "+353123456"u8);
        var before = Allocations.Begin();
        for (var i = 0; i < 100; i++)
        {
            _labels.Of(World, "sip:alice@liberty.example"u8);
            _labels.Of(World, "+353123456"u8);
            _labels.Of(World, "+442079460000"u8);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}

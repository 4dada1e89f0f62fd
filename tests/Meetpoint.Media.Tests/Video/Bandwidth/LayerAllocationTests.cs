using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Bandwidth;

public sealed class LayerAllocationTests
{
    static readonly LayerRates Simulcast = LayerRates.Of(150_000, 500_000, 1_500_000);

    readonly LayerAllocation _allocation = new();
    long _nowNs = 5 * MonotonicTime.Second;

    [Theory]
    [InlineData(10_000_000, "0 2 2 2 2")]
    [InlineData(2_500_000, "0 2 0 -1 -1")] // 1.15 of 500, 1500 and 150; then nothing is left
    [InlineData(3_000_000, "0 2 0 0 0")]
    [InlineData(3_600_000, "0 2 1 0 0")]
    [InlineData(3_800_000, "0 2 1 1 0")]
    [InlineData(4_100_000, "0 2 1 1 1")]
    [InlineData(1_200_000, "0 1 -1 -1 -1")]
    [InlineData(700_000, "0 -1 -1 -1 -1")]
    [InlineData(100_000, "-1 -1 -1 -1 -1")]
    public void Allocate_ContentThenSpeakerThenOthersEvenly(long bitsPerSecond, string expected) =>
        Allocate(
            bitsPerSecond,
            new LineDemand(9, 7, LineImportance.Content, LayerRates.Of(500_000)),
            new LineDemand(1, 2, LineImportance.Speaker, Simulcast),
            Other(2, 3),
            Other(3, 4),
            Other(4, 5)).ShouldBe(expected);

    [Fact]
    public void Allocate_OrderOfTheLines_OnlyCountsAmongEquals() =>
        Allocate(700_000, Other(1, 2), new LineDemand(2, 3, LineImportance.Speaker, Simulcast), Other(3, 4)).ShouldBe("-1 1 -1");

    [Fact]
    public void Allocate_ALayerThatDoesNotCome_IsPassedOver()
    {
        Allocate(2_000_000, new LineDemand(1, 2, LineImportance.Speaker, LayerRates.Of(150_000, 0, 1_500_000))).ShouldBe("2");
        Allocate(1_000_000, new LineDemand(2, 2, LineImportance.Speaker, LayerRates.Of(150_000, 0, 1_500_000))).ShouldBe("0");
        Allocate(2_000_000, new LineDemand(3, 2, LineImportance.Other, LayerRates.Of(0, 0, 1_500_000))).ShouldBe("2");
        Allocate(2_000_000, new LineDemand(4, 2, LineImportance.Other, default)).ShouldBe("-1", "not looked at");
    }

    [Fact]
    public void Allocate_EstimateWavers_LayersStand()
    {
        Allocate(600_000, Other(1, 2)).ShouldBe("1");
        var random = new Random(1);
        for (var i = 0; i < 500; i++, _nowNs += 100 * MonotonicTime.Millisecond)
            Allocate(random.NextInt64(480_000, 1_700_000), Other(1, 2)).ShouldBe("1", "neither too small for this layer nor large enough for the next with its margin");
    }

    [Fact]
    public void Allocate_DownAtOnce_UpAfterAWhile()
    {
        Allocate(2_000_000, Other(1, 2)).ShouldBe("2");
        _nowNs += 20 * MonotonicTime.Second;
        Allocate(400_000, Other(1, 2)).ShouldBe("0");
        Allocate(2_000_000, Other(1, 2)).ShouldBe("0", "it went down just now");
        _nowNs += LayerAllocation.MinHoldNs;
        Allocate(2_000_000, Other(1, 2)).ShouldBe("2");
    }

    [Fact]
    public void Allocate_DownSoonAfterUp_WaitsTwiceAsLongEachTime()
    {
        var waits = new List<long>();
        Allocate(2_000_000, Other(1, 2)).ShouldBe("2");
        for (var i = 0; i < 7; i++)
        {
            _nowNs += MonotonicTime.Second;
            Allocate(400_000, Other(1, 2)).ShouldBe("0");
            var downNs = _nowNs;
            while (Allocate(2_000_000, Other(1, 2)) != "2")
                _nowNs += 100 * MonotonicTime.Millisecond;
            waits.Add((_nowNs - downNs) / MonotonicTime.Second);
        }

        waits.ShouldBe([4, 8, 16, 32, 32, 32, 32]);
    }

    [Fact]
    public void Allocate_AnotherIsShown_NothingIsHeldAgainstHim()
    {
        Allocate(2_000_000, Other(1, 2)).ShouldBe("2");
        Allocate(400_000, Other(1, 2)).ShouldBe("0");
        Allocate(2_000_000, Other(1, 3)).ShouldBe("2");
    }

    [Fact]
    public void Allocate_SpeaksAgain_IsFullAtOnce()
    {
        Allocate(2_100_000, new LineDemand(1, 2, LineImportance.Speaker, Simulcast), Other(2, 3)).ShouldBe("2 0");
        Allocate(2_100_000, Other(1, 2), new LineDemand(2, 3, LineImportance.Speaker, Simulcast)).ShouldBe("0 2");
        Allocate(2_100_000, new LineDemand(1, 2, LineImportance.Speaker, Simulcast), Other(2, 3)).ShouldBe("2 0");
    }

    [Fact]
    public void Allocate_LookedAtSmaller_IsNotHeldWhenLargeAgain()
    {
        Allocate(5_000_000, Other(1, 2)).ShouldBe("2");
        Allocate(5_000_000, new LineDemand(1, 2, LineImportance.Other, LayerRates.Of(150_000))).ShouldBe("0");
        Allocate(5_000_000, Other(1, 2)).ShouldBe("2");
    }

    [Fact]
    public void Allocate_AnyLines_StaysWithinWhatThereIs()
    {
        var random = new Random(5);
        var layers = new int[LayerAllocation.MaxLines + 8];
        for (var round = 0; round < 5_000; round++)
        {
            var demands = new LineDemand[random.Next(layers.Length + 1)];
            for (var i = 0; i < demands.Length; i++)
            {
                var rates = LayerRates.Of(random.Next(3) * 60_000, random.Next(3) * 200_000, random.Next(3) * 700_000);
                demands[i] = new LineDemand(i + (round % 3 * 7), (uint)random.Next(4), (LineImportance)random.Next(3), rates);
            }

            var bitsPerSecond = random.NextInt64(8_000_000);
            _allocation.Allocate(demands, bitsPerSecond, _nowNs += random.Next(1_000) * MonotonicTime.Millisecond, layers);
            var taken = 0L;
            for (var i = 0; i < demands.Length; i++)
            {
                layers[i].ShouldBeInRange(LayerAllocation.Paused, LayerAllocation.MaxLayers - 1);
                if (layers[i] == LayerAllocation.Paused)
                    continue;
                demands[i].Rates[layers[i]].ShouldBeGreaterThan(0, "a layer that comes");
                taken += demands[i].Rates[layers[i]];
            }

            taken.ShouldBeLessThanOrEqualTo((long)(bitsPerSecond / LayerAllocation.KeepMargin) + 1);
            taken.ShouldBeLessThanOrEqualTo(LayerAllocation.Demand(demands));
        }
    }

    static LineDemand Other(int outputId, uint participant) => new(outputId, participant, LineImportance.Other, Simulcast);

    string Allocate(long bitsPerSecond, params LineDemand[] demands)
    {
        var layers = new int[demands.Length];
        _allocation.Allocate(demands, bitsPerSecond, _nowNs, layers);
        return string.Join(' ', layers);
    }
}

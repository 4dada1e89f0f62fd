using Meetpoint.Media.Dtls;
using Shouldly;

namespace Meetpoint.Media.Tests.Dtls;

public sealed class DtlsLossTests : IDisposable
{
    const long Delay = 10 * DtlsPair.Millisecond;

    readonly DtlsContext _a = DtlsWorld.NewContext();
    readonly DtlsContext _b = DtlsWorld.NewContext();

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    [Fact]
    public void Handshake_FirstFlightLost_ConnectsAfterTheFirstRetransmission()
    {
        using var pair = new DtlsPair(_a, _b) { Network = (_, n) => n == 0 ? [] : [Delay] };
        pair.Start();

        pair.RunToRest();

        pair.NowNs.ShouldBe(250 * DtlsPair.Millisecond + 4 * Delay);
        DtlsWorld.ShouldBeConnected(pair);
    }

    [Fact]
    public void Handshake_AnyOneDatagramLost_Connects()
    {
        for (var lost = 0; lost < 12; lost++)
        {
            using var pair = new DtlsPair(_a, _b) { Network = (_, n) => n == lost ? [] : [Delay] };
            pair.Start();

            pair.RunToRest();

            DtlsWorld.ShouldBeConnected(pair, $"with datagram {lost} lost");
        }
    }

    [Fact]
    public void Handshake_LastFlightLostThreeTimes_ServerAnswersTheRepeatedOne()
    {
        using var pair = new DtlsPair(_a, _b);
        var lost = 0;
        pair.Network = (toServer, _) => !toServer && pair.Server.State == DtlsState.Connected && lost++ < 3 ? [] : [Delay];
        pair.Start();

        pair.RunToRest();

        lost.ShouldBeGreaterThanOrEqualTo(3, "the test must lose it");
        DtlsWorld.ShouldBeConnected(pair);
    }

    [Fact]
    public void OnDatagram_HandshakeRecordsToAConnectedServer_AreAnsweredABoundedNumberOfTimes()
    {
        using var pair = new DtlsPair(_a, _b);
        pair.Start();
        pair.RunToRest();
        var record = new byte[40];
        (record[0], record[1], record[2], record[12]) = (22, 254, 253, 27);
        var before = pair.Sent;
        for (var i = 0; i < 10_000; i++)
        {
            pair.Server.OnDatagram(record, pair.NowNs + i * DtlsPair.Millisecond);
        }

        (pair.Sent - before).ShouldBeInRange(16, 16 * 2, "sixteen repetitions of at most two datagrams");
        pair.Server.State.ShouldBe(DtlsState.Connected);
    }

    [Fact]
    public void Handshake_EveryDatagramDoubledAndReordered_Connects()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            using var pair = new DtlsPair(_a, _b)
            {
                Network = (_, _) => [random.Next(1, 60) * DtlsPair.Millisecond, random.Next(1, 400) * DtlsPair.Millisecond],
            };
            pair.Start();

            pair.RunToRest();

            DtlsWorld.ShouldBeConnected(pair, $"seed {seed}");
        }
    }

    [Fact]
    public void Handshake_FifthLostAndTheRestReordered_Connects()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            using var pair = new DtlsPair(_a, _b)
            {
                Network = (_, _) => random.Next(100) < 20 ? [] : [random.Next(1, 120) * DtlsPair.Millisecond],
            };
            pair.Start();

            pair.RunToRest();

            DtlsWorld.ShouldBeConnected(pair, $"seed {seed}");
        }
    }
}

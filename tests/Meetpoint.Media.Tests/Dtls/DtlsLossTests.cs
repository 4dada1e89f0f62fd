using System.Buffers.Binary;
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
    public void Handshake_AnswersInTime_IsNotRepeatedByTheMachinesClock()
    {
        // OpenSSL takes a timer of under 15 ms for one that has run out.
        var options = new DtlsOptions { InitialRetransmitNs = DtlsPair.Millisecond };
        using var a = DtlsWorld.NewContext(options);
        using var b = DtlsWorld.NewContext(options);
        using var pair = new DtlsPair(a, b) { Network = (_, _) => [DtlsPair.Millisecond / 10] };
        pair.Start();

        pair.RunToRest();

        pair.Sent.ShouldBe(4, "one datagram for each flight, and no repetition within 0.4 ms of the time that is given");
        DtlsWorld.ShouldBeConnected(pair);
    }

    [Fact]
    public void OnTimer_NoAnswer_RepeatsUnderNewRecordNumbersThenTheLast()
    {
        var (hellos, answers) = (new List<byte[]>(), new List<byte[]>());
        using var client = new DtlsEndpoint(DtlsRole.Client, _a, _b.Fingerprint, new Tap(hellos.Add));
        using var server = new DtlsEndpoint(DtlsRole.Server, _b, _a.Fingerprint, new Tap(answers.Add));
        client.Start(0);
        server.Start(0);
        server.OnDatagram(hellos[0], 0);
        foreach (var endpoint in (DtlsEndpoint[])[client, server])
        {
            while (endpoint.State == DtlsState.Handshaking)
            {
                endpoint.OnTimer(endpoint.NextTimeoutNs);
            }
        }

        hellos.Select(RecordNumber).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8], "of the only record, in epoch 0");
        hellos.Select(hello => Convert.ToHexString(hello, 13, hello.Length - 13)).Distinct().ShouldHaveSingleItem("the same message");
        answers.Count.ShouldBe(1 + 10, "a repetition of some messages is as few datagrams as the flight was");
        answers.Select(answer => answer.Length).Distinct().ShouldHaveSingleItem("the same records");
        answers.Take(9).Select(RecordNumber).Distinct().Count().ShouldBe(9);
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

    static ulong RecordNumber(byte[] datagram) => BinaryPrimitives.ReadUInt64BigEndian(datagram.AsSpan(3));

    sealed class Tap(Action<byte[]> take) : IDtlsOutput
    {
        public void SendDatagram(ReadOnlySpan<byte> datagram) => take(datagram.ToArray());
    }
}

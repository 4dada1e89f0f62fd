using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Feedback;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Feedback;

public sealed class TransportFeedbackRecorderTests
{
    const long Ms = MonotonicTime.Millisecond;

    readonly TransportFeedbackRecorder _recorder = new();
    readonly byte[] _buffer = new byte[RtcpWriter.MaxTransportFeedback];
    long _nowNs = 100 * MonotonicTime.Second;

    [Fact]
    public void TryWrite_LossOverTheWrap_ToldInOrderAndOnce()
    {
        Arrive(65534, 65535, 1, 2);
        Told().ShouldBe("65534 65535 -0 1 2");
        Told().ShouldBe("");
        Arrive(5);
        Told().ShouldBe("-3 -4 5");
        (_recorder.Received, _recorder.Lost, _recorder.Reordered).ShouldBe((5, 3, 0));
    }

    [Fact]
    public void TryWrite_LateOne_IsToldAgainFromThere()
    {
        Arrive(10, 12, 13);
        Told().ShouldBe("10 -11 12 13");
        Arrive(11);
        Told().ShouldBe("11 12 13");
        (_recorder.Received, _recorder.Lost, _recorder.Reordered).ShouldBe((4, 0, 1));
        Arrive(11);
        Told().ShouldBe("", "a duplicate");
    }

    [Fact]
    public void TryWrite_OvertookTheFirst_IsToldToo()
    {
        Arrive(10);
        Told().ShouldBe("10");
        Arrive(8);
        Told().ShouldBe("8 -9 10");
        _recorder.Lost.ShouldBe(1);
    }

    [Fact]
    public void IsDue_EachIntervalOrWhenThereAreMany()
    {
        Arrive(1);
        _recorder.IsDue(_nowNs).ShouldBeFalse();
        _nowNs += TransportFeedbackRecorder.IntervalNs;
        _recorder.IsDue(_nowNs).ShouldBeTrue();
        Told().ShouldBe("1");
        _recorder.IsDue(_nowNs + MonotonicTime.Second).ShouldBeFalse("nothing came");
        for (var i = 0; i <= TransportFeedbackRecorder.EarlyCount; i++)
            Arrive(2 + i);
        _recorder.IsDue(_nowNs).ShouldBeTrue("so many");
    }

    [Fact]
    public void TryWrite_AGapLongerThanAPacketTellsOf_IsLeftOut()
    {
        Arrive(1, 2 + RtcpWriter.MaxTransportStatuses);
        Told().ShouldBe("1");
        Told().ShouldBe($"{2 + RtcpWriter.MaxTransportStatuses}");
        _recorder.Lost.ShouldBe(RtcpWriter.MaxTransportStatuses);
    }

    [Fact]
    public void OnPacket_NeverTaken_ForgetsTheOldest()
    {
        for (var i = 0; i < 3 * TransportFeedbackRecorder.MaxRemembered; i++)
            Arrive(i);
        Told().Split(' ')[0].ShouldBe($"{2 * TransportFeedbackRecorder.MaxRemembered}");
    }

    [Fact]
    public void OnPacket_PeerBeginsAnew_BelievedAtTheSecond()
    {
        Arrive(10, 11);
        Told();
        Arrive(40_000);
        Told().ShouldBe("");
        Arrive(40_001, 40_002);
        Told().ShouldBe("40001 40002");
    }

    [Fact]
    public void TryWrite_AnyPath_EachPacketThatArrivedIsTold() => Prop.ForAll<ushort, int>((first, seed) =>
    {
        var recorder = new TransportFeedbackRecorder();
        var random = new Random(seed);
        var now = _nowNs;
        var arrived = new Dictionary<ushort, long>();
        var told = new Dictionary<ushort, long>();
        var window = new List<ushort>();
        var (reference, base64) = (now / (250 * MonotonicTime.Microsecond), 0L);
        for (var i = 0; i < 600; i++)
        {
            window.Add((ushort)(first + i));
            if (random.Next(4) == 0 && window.Count < 30)
                continue; // held back, so that others overtake
            while (window.Count > 0)
            {
                var at = random.Next(window.Count);
                now += random.Next(3_000) * MonotonicTime.Microsecond;
                if (random.Next(10) != 0)
                {
                    recorder.OnPacket(window[at], now);
                    arrived[window[at]] = now / (250 * MonotonicTime.Microsecond);
                }

                window.RemoveAt(at);
                if (recorder.IsDue(now))
                    Tell();
            }
        }

        Tell();
        told.Count.ShouldBe(arrived.Count);
        foreach (var (sequence, tick) in arrived)
            told[sequence].ShouldBe(tick, $"packet {sequence}");
        return recorder.Received == arrived.Count;

        void Tell()
        {
            while (true)
            {
                var writer = new RtcpWriter(_buffer);
                if (!recorder.TryWrite(ref writer, 1, 2, now))
                    return;
                var feedback = Read(writer.Length);
                while (feedback.TryRead(out var sequence, out var received, out var ticks))
                {
                    if (received)
                        told[sequence] = ticks + base64;
                }
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void OnPacket_AnyNumbers_FeedbackCanAlwaysBeRead()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            _nowNs += random.NextInt64(random.Next(100) == 0 ? 20 * MonotonicTime.Second : Ms);
            _recorder.OnPacket((ushort)(random.Next(20) == 0 ? random.Next(65_536) : i * 3 / 2), _nowNs);
            if (_recorder.IsDue(_nowNs))
                Told();
        }
    }

    void Arrive(params ReadOnlySpan<int> sequences)
    {
        foreach (var sequence in sequences)
            _recorder.OnPacket((ushort)sequence, _nowNs += 100 * MonotonicTime.Microsecond);
    }

    // The numbers of one feedback packet, those lost with a minus.
    string Told()
    {
        var writer = new RtcpWriter(_buffer);
        if (!_recorder.TryWrite(ref writer, 1, 2, _nowNs))
            return "";
        var told = new List<string>();
        var feedback = Read(writer.Length);
        while (feedback.TryRead(out var sequence, out var received, out _))
            told.Add(received ? $"{sequence}" : $"-{sequence}");
        return string.Join(' ', told);
    }

    TransportFeedback Read(int length)
    {
        RtcpReader.TryOpen(_buffer.AsSpan(0, length), reducedSize: true, out var reader, out _).ShouldBeTrue();
        reader.TryRead(out var packet).ShouldBeTrue();
        packet.TryGetTransportFeedback(out var feedback).ShouldBeTrue();
        return feedback;
    }
}

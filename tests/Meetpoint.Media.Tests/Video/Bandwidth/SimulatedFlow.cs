using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Media.Video.Feedback;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Bandwidth;

/// <summary>A sender that sends what its estimator allows, in frames, and a receiver that tells of what arrives, over a link and in virtual time.</summary>
sealed class SimulatedFlow
{
    const int PacketBytes = 1200;
    const int FrameMs = 33;
    const long Ms = MonotonicTime.Millisecond;

    readonly SimulatedLink _link;
    readonly TransportFeedbackRecorder _recorder = new();
    readonly Queue<(long AtNs, byte[] Bytes)> _feedback = new();
    readonly byte[] _buffer = new byte[RtcpWriter.MaxTransportFeedback];
    long _startNs = -1;
    double _frameBytes;
    double _paceBytes;

    public SimulatedFlow(SimulatedLink link, long nowNs, BandwidthOptions? options = null)
    {
        _link = link;
        Estimator = new BandwidthEstimator(options ?? new BandwidthOptions(), hasTransportFeedback: true, nowNs);
    }

    public BandwidthEstimator Estimator { get; }

    /// <summary>The most that the cameras give, in bit/s.</summary>
    public long Media { get; set; } = long.MaxValue;

    /// <summary>Whether padding fills the probes.</summary>
    public bool FillsProbes { get; set; } = true;

    /// <summary>Whether the receiver's feedback comes through.</summary>
    public bool IsFeedbackLost { get; set; }

    public long ArrivedBytes { get; private set; }

    public long ProbeBytes { get; private set; }

    public void OnArrived(ushort sequence, int bytes, long nowNs)
    {
        ArrivedBytes += bytes;
        _recorder.OnPacket(sequence, nowNs);
    }

    /// <summary>One millisecond.</summary>
    public void Step(long nowNs)
    {
        if (_startNs < 0)
            _startNs = nowNs;
        var ms = (nowNs - _startNs) / Ms;
        while (_feedback.TryPeek(out var next) && next.AtNs <= nowNs)
            Take(_feedback.Dequeue().Bytes, nowNs);
        var rate = Math.Min(Estimator.BitsPerSecond, Media);
        if (ms % FrameMs == 0)
        {
            _frameBytes += rate * FrameMs / 8000.0;
            _paceBytes = _frameBytes / 10; // a frame leaves within ten milliseconds, as browsers pace it
        }

        for (var due = _paceBytes; due > 0 && _frameBytes >= PacketBytes; due -= PacketBytes)
        {
            Send(PacketBytes, nowNs);
            _frameBytes -= PacketBytes;
        }

        if (ms % 20 != 0)
            return;
        Estimator.Tick(nowNs);
        if (FillsProbes)
        {
            for (var due = Estimator.ProbeBytesDue(nowNs); due > 0; due -= PacketBytes)
            {
                ProbeBytes += PacketBytes;
                Send(PacketBytes, nowNs);
            }
        }

        while (_recorder.IsDue(nowNs))
            Tell(nowNs);
    }

    void Send(int bytes, long nowNs)
    {
        var sequence = Estimator.NextSequence;
        Estimator.OnPacketSent(bytes, nowNs);
        _link.Send(this, sequence, bytes, nowNs);
    }

    void Tell(long nowNs)
    {
        var writer = new RtcpWriter(_buffer);
        _recorder.TryWrite(ref writer, 1, 2, nowNs).ShouldBeTrue("it was due");
        if (!IsFeedbackLost)
            _feedback.Enqueue((nowNs + _link.DelayNs, _buffer[..writer.Length]));
    }

    void Take(byte[] compound, long nowNs)
    {
        RtcpReader.TryOpen(compound, reducedSize: true, out var reader, out _).ShouldBeTrue();
        reader.TryRead(out var packet).ShouldBeTrue();
        packet.TryGetTransportFeedback(out var feedback).ShouldBeTrue();
        Estimator.OnTransportFeedback(feedback, nowNs);
    }
}

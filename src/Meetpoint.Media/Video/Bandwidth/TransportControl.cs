using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>The rate by what the receiver tells of each packet: the delay's and the loss' bound, and what probes found.</summary>
sealed class TransportControl(BandwidthOptions options, SendHistory history, long nowNs)
{
    /// <summary>Feedback that stays away so long, while packets are on their way, is taken for a link that stands still.</summary>
    public const long SilenceNs = 500 * MonotonicTime.Millisecond;

    /// <summary>By what the rate falls with each such silence.</summary>
    const double SilenceShare = 0.8;

    /// <summary>Less than this share of the rate is sent: it does not grow by itself, for layers would be sent on a rate that nobody tried. Probes find it.</summary>
    const double FilledShare = 0.85;

    /// <summary>Of what a probe found to be the link's limit: the rest lets the queue empty that the probe made.</summary>
    const double SaturatedShare = 0.9;

    /// <summary>The round trip is the least of those of a feedback packet, smoothed by this share.</summary>
    const int RoundTripShare = 8;

    readonly AimdControl _rate = new(options, nowNs);
    readonly DelayTrend _trend = new();
    readonly LossModel _loss = new();
    readonly BandwidthProbe _probe = new();
    readonly ProbePlan _plan = new(options);
    PacketGroups _groups;
    ArrivalClock _clock;
    RateWindow _arrived = new();
    RateWindow _sent = new();
    long _probeRate;
    long _lastToldNs = nowNs;
    long _settled; // the rate before the last fall
    bool _hasSent;

    /// <summary>True once the receiver has told of a packet of ours.</summary>
    public bool IsAlive { get; private set; }

    /// <summary>The rate in bit/s.</summary>
    public long BitsPerSecond => Math.Clamp(Math.Min(_rate.BitsPerSecond, _loss.BitsPerSecond), options.MinBitsPerSecond, options.MaxBitsPerSecond);

    /// <summary>Round trip in nanoseconds.</summary>
    public long RoundTripNs { get; private set; } = 200 * MonotonicTime.Millisecond;

    /// <summary>Share lost of late, 0 to 1.</summary>
    public double Loss => _loss.LastLoss;

    /// <summary>What the delay says.</summary>
    public DelaySignal Signal => _trend.Signal;

    public long Demand
    {
        get => _plan.Demand;
        set => _plan.Demand = value;
    }

    public ushort OnSent(int bytes, long now)
    {
        if (history.BytesOnTheirWay == 0)
            _lastToldNs = Math.Max(_lastToldNs, now); // nothing could have been told
        _hasSent = true;
        var isProbe = _probe.IsSending(now);
        if (isProbe)
            _probe.OnSent(bytes);
        _sent.Add(bytes, now);
        return history.Add(bytes, isProbe ? _probe.Number : (byte)0, now);
    }

    public int ProbeBytesDue(long now)
    {
        if (!_probe.IsRunning && _hasSent && _plan.Take(BitsPerSecond, _trend.Signal, now) is var rate and > 0)
            _probe.Start(_probeRate = rate, now);
        return _probe.BytesDue(now);
    }

    public void OnFeedback(TransportFeedback feedback, long now)
    {
        if (!_clock.TryFollow(feedback, now, out var baseNs))
            ForgetArrivals();
        var (roundTripNs, isNews, lastArrivedNs) = (long.MaxValue, false, 0L);
        var signal = _trend.Signal == DelaySignal.Overuse ? DelaySignal.Normal : _trend.Signal; // each overuse is acted on once
        while (feedback.TryRead(out var sequence, out var arrived, out var ticks))
        {
            if (!history.TryTake(sequence, arrived, out var packet))
                continue;
            isNews = true;
            var arrivedNs = ArrivalClock.Nanoseconds(ticks, baseNs);
            _loss.OnPacket(packet, arrived);
            if (packet.Probe != 0 && packet.Probe == _probe.Number)
                _probe.OnTold(packet, arrived, arrivedNs);
            if (!arrived)
                continue;
            roundTripNs = Math.Min(roundTripNs, now - packet.SentNs);
            _arrived.Add(packet.Bytes, arrivedNs);
            lastArrivedNs = Math.Max(lastArrivedNs, arrivedNs);
            // A probe makes a queue on purpose: it is measured, and is no sign that the rate is too high.
            if (packet.Probe == 0 && _groups.TryAdd(packet.SentNs, arrivedNs, out var step) && _trend.Add(step) is var next && signal != DelaySignal.Overuse)
                signal = next;
        }

        if (!isNews)
            return;
        (IsAlive, _lastToldNs) = (true, now);
        if (roundTripNs != long.MaxValue)
            RoundTripNs += (roundTripNs - RoundTripNs) / RoundTripShare;
        Decide(signal, _arrived.BitsPerSecond(lastArrivedNs), now);
    }

    public void Tick(long now)
    {
        if (_probe.TryFinish(_loss.ChanceLoss, now, out var result))
            OnProbed(result, now);
        if (!IsAlive || history.BytesOnTheirWay == 0 || now - _lastToldNs < SilenceNs + RoundTripNs)
            return;
        var before = BitsPerSecond;
        _rate.Set((long)(before * SilenceShare), 0, now);
        _plan.OnFall(Math.Max(before, _settled), BitsPerSecond, now);
        _settled = Math.Max(before, _settled);
        _lastToldNs = now;
        ForgetArrivals();
    }

    void Decide(DelaySignal signal, long arrived, long now)
    {
        var before = BitsPerSecond;
        var mayGrow = _sent.BitsPerSecond(now) >= before * FilledShare;
        _rate.OnSignal(signal, arrived, mayGrow, RoundTripNs, now);
        _loss.Update(_rate.BitsPerSecond);
        if (BitsPerSecond < before)
        {
            _settled = Math.Max(before, _settled);
            _plan.OnFall(_settled, BitsPerSecond, now);
        }
        else if (signal == DelaySignal.Normal)
        {
            _settled = 0;
        }
    }

    void OnProbed(ProbeResult? result, long now)
    {
        _plan.OnResult(result, _probeRate, now);
        if (result is not { } found)
            return;
        var rate = found.IsSaturated ? (long)(found.BitsPerSecond * SaturatedShare) : found.BitsPerSecond;
        if (rate > _rate.BitsPerSecond)
            _rate.Set(rate, found.IsSaturated ? found.BitsPerSecond : 0, now);
    }

    void ForgetArrivals()
    {
        _groups.Reset();
        _trend.Reset();
        _arrived.Reset();
    }
}

using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>
/// How much may be sent to one peer. By transport-wide feedback where the peer gives it; else by its REMB; else by the loss in its reports. Sans-I/O, allocates
/// nothing once made, not thread safe.
/// </summary>
/// <remarks>
/// It estimates what is left for the packets that it is told of (<see cref="OnPacketSent"/>). Who sends fills probes: at each tick it asks
/// <see cref="ProbeBytesDue"/> and sends so much padding, or packets once more, through <see cref="OnPacketSent"/> like all others.
/// </remarks>
public sealed class BandwidthEstimator
{
    readonly BandwidthOptions _options;
    readonly SendHistory? _history;
    readonly TransportControl? _transport;
    readonly ReportControl _report;

    /// <summary>An estimator for one peer.</summary>
    /// <param name="options">Between which rates.</param>
    /// <param name="hasTransportFeedback">Whether packets to the peer carry transport sequence numbers, and it tells of them.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public BandwidthEstimator(BandwidthOptions options, bool hasTransportFeedback, long nowNs)
    {
        _options = options;
        _report = new ReportControl(options, nowNs);
        if (!hasTransportFeedback)
            return;
        _history = new SendHistory();
        _transport = new TransportControl(options, _history, nowNs);
    }

    /// <summary>The estimate in bit/s, within the options' bounds.</summary>
    public long BitsPerSecond => _transport is { IsAlive: true } ? _transport.BitsPerSecond : _report.BitsPerSecond;

    /// <summary>Share of the packets lost of late, 0 to 1.</summary>
    public double Loss => _transport is { IsAlive: true } ? _transport.Loss : _report.Loss;

    /// <summary>True while a queue grows on the way.</summary>
    public bool IsOverused => _transport is { Signal: DelaySignal.Overuse };

    /// <summary>Round trip in nanoseconds with the receiver's waiting to tell; 0 when the peer gives no transport feedback.</summary>
    public long RoundTripNs => _transport is { IsAlive: true } ? _transport.RoundTripNs : 0;

    /// <summary>The transport sequence number that the next packet carries; 0 without transport feedback.</summary>
    public ushort NextSequence => _history?.NextSequence ?? 0;

    /// <summary>What could be used, in bit/s, if it were there: more than that is not looked for. Where it is less than the estimate, no probe is sent.</summary>
    public void SetDemand(long bitsPerSecond)
    {
        if (_transport is not null)
            _transport.Demand = Math.Clamp(bitsPerSecond, 0, _options.MaxBitsPerSecond);
    }

    /// <summary>Counts a packet that leaves now; its transport sequence number is the <see cref="NextSequence"/> of before.</summary>
    /// <param name="bytes">Of the datagram, with what protection adds.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public void OnPacketSent(int bytes, long nowNs)
    {
        _transport?.OnSent(bytes, nowNs);
        _report.OnSent(bytes, nowNs);
    }

    /// <summary>Bytes of padding, or of packets once more, to send now so that a probe is filled; 0 mostly. Asked at each tick of 20 ms.</summary>
    public int ProbeBytesDue(long nowNs) => _transport?.ProbeBytesDue(nowNs) ?? 0;

    /// <summary>Takes transport feedback. What contradicts itself or was never sent is passed over.</summary>
    public void OnTransportFeedback(TransportFeedback feedback, long nowNs) => _transport?.OnFeedback(feedback, nowNs);

    /// <summary>Takes what the peer says that it receives at most (REMB).</summary>
    public void OnMaxBitrate(long bitsPerSecond) => _report.OnMaxBitrate(bitsPerSecond);

    /// <summary>Takes a block of the peer's reports, about a source that we send.</summary>
    public void OnReport(in ReportBlock block) => _report.OnReport(block);

    /// <summary>Lets time pass: called every 20 ms or so.</summary>
    public void Tick(long nowNs)
    {
        _transport?.Tick(nowNs);
        _report.Tick(nowNs);
    }
}

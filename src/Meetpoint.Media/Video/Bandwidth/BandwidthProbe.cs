using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>What a probe found.</summary>
/// <param name="BitsPerSecond">What went through, or the rate probed when all of it did.</param>
/// <param name="IsSaturated">True when less went through than was sent: it is the link's limit.</param>
readonly record struct ProbeResult(long BitsPerSecond, bool IsSaturated);

/// <summary>
/// One probe: for a moment more is sent than the estimate allows, the media at hand filled up with padding or packets once more, and how
/// fast that arrives is measured. Sent in steps, as the room's clock ticks. Not thread safe.
/// </summary>
sealed class BandwidthProbe
{
    /// <summary>How long one lasts: two steps of the room's clock.</summary>
    public const long DurationNs = 40 * MonotonicTime.Millisecond;

    /// <summary>The time that is sent ahead at each step, which is the time between two.</summary>
    public const long StepNs = 20 * MonotonicTime.Millisecond;

    /// <summary>Without an answer for so long, none comes.</summary>
    public const long TimeoutNs = 2 * MonotonicTime.Second;

    const int MinPackets = 5;
    const double MinSentShare = 0.7;
    const double MinArrivedShare = 0.7;

    /// <summary>More than this share of what was sent went through: the link is not full.</summary>
    const double UnsaturatedShare = 0.9;

    long _targetBitsPerSecond;
    long _startNs;
    long _sentBytes;
    long _stepNs;
    int _sentPackets;
    int _tolds;
    long _arrivedBytes;
    long _firstArrivedNs;
    long _lastArrivedNs;
    long _firstArrivedBytes;

    /// <summary>Number of the probe, on each of its packets; never 0.</summary>
    public byte Number { get; private set; }

    /// <summary>True while it is being sent or its answer is waited for.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Begins one at a rate.</summary>
    public void Start(long bitsPerSecond, long nowNs)
    {
        Number = Number == byte.MaxValue ? (byte)1 : (byte)(Number + 1);
        IsRunning = true;
        _targetBitsPerSecond = bitsPerSecond;
        _startNs = _stepNs = nowNs;
        _sentBytes = _arrivedBytes = _firstArrivedBytes = 0;
        _sentPackets = _tolds = 0;
    }

    /// <summary>True while packets that are sent belong to it.</summary>
    public bool IsSending(long nowNs) => IsRunning && nowNs - _startNs < DurationNs;

    /// <summary>Bytes that are still to be sent by now.</summary>
    public int BytesDue(long nowNs)
    {
        if (!IsSending(nowNs))
            return 0;
        _stepNs = nowNs;
        return (int)Math.Max(0, Bytes(_targetBitsPerSecond, nowNs - _startNs + StepNs) - _sentBytes);
    }

    /// <summary>Counts a packet that was sent as part of it.</summary>
    public void OnSent(int bytes)
    {
        _sentBytes += bytes;
        _sentPackets++;
    }

    /// <summary>Counts a packet of it that arrived or is missing.</summary>
    public void OnTold(in SentPacket packet, bool arrived, long arrivedNs)
    {
        if (packet.State == SentPacketState.OnItsWay)
            _tolds++;
        if (!arrived)
            return;
        if (_arrivedBytes == 0)
            (_firstArrivedNs, _lastArrivedNs, _firstArrivedBytes) = (arrivedNs, arrivedNs, packet.Bytes);
        _arrivedBytes += packet.Bytes;
        _lastArrivedNs = Math.Max(_lastArrivedNs, arrivedNs);
    }

    /// <summary>True when it is over; the result is empty when it gave none: too little was sent, or arrived, or nothing was told.</summary>
    /// <param name="chanceLoss">Share that the link loses by chance, which is taken to have been on the way as well.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="result">What it found.</param>
    public bool TryFinish(double chanceLoss, long nowNs, out ProbeResult? result)
    {
        result = null;
        if (!IsRunning || IsSending(nowNs))
            return false;
        if (_tolds < _sentPackets && nowNs - _startNs < TimeoutNs)
            return false;
        IsRunning = false;
        var spanNs = _stepNs - _startNs + StepNs; // each step is for the time until the next
        if (_sentPackets < MinPackets || _sentBytes < Bytes(_targetBitsPerSecond, spanNs) * MinSentShare || _arrivedBytes < _sentBytes * MinArrivedShare || _stepNs == _startNs)
            return true;
        // Behind the first packet that arrived came the others, until the last.
        var sent = Math.Min(_targetBitsPerSecond, Rate(_sentBytes, spanNs));
        var arrived = Rate((long)((_arrivedBytes - _firstArrivedBytes) / (1 - chanceLoss)), _lastArrivedNs - _firstArrivedNs);
        result = arrived < sent * UnsaturatedShare ? new ProbeResult(arrived, IsSaturated: true) : new ProbeResult(Math.Min(sent, arrived), IsSaturated: false);
        return true;
    }

    static long Bytes(long bitsPerSecond, long ns) => bitsPerSecond * (ns / MonotonicTime.Microsecond) / 8_000_000;

    static long Rate(long bytes, long ns) => ns <= 0 ? long.MaxValue : bytes * 8 * MonotonicTime.Second / ns;
}

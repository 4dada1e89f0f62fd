using Meetpoint.Net;

namespace Meetpoint.Media.Rtp;

/// <summary>What a receiver counts of one source: loss, jitter, highest sequence (RFC 3550 6.4.1, A.3, A.8).</summary>
public struct ReceiverStatistics
{
    /// <summary>A sequence number this far ahead is a restart of the sender, not loss (RFC 3550 A.1).</summary>
    public const int MaxDropout = 3000;

    /// <summary>A sequence number this far behind is late; further behind, a restart (RFC 3550 A.1).</summary>
    public const int MaxMisorder = 100;

    SequenceExtender _sequence;
    long _base;
    long _expectedPrior;
    long _receivedPrior;
    long _received;
    long _lostBefore;
    long _gaps;
    double _jitter;
    double _lastTransit;
    int _restartCandidate;
    bool _started;

    /// <summary>Packets counted as received, duplicates and late ones included.</summary>
    public readonly long Received => _received;

    /// <summary>Low 32 bits of the extended highest sequence number received: cycles and number.</summary>
    public readonly uint ExtendedHighest => (uint)(_sequence.Highest - 0x1_0000L);

    /// <summary>Packets expected less received since the first; may be negative with duplicates.</summary>
    public readonly long CumulativeLost => _lostBefore + (_started ? Expected - _received : 0);

    /// <summary>Times that packets were missing before one that came, however many; what came out of order later on makes it too many.</summary>
    public readonly long Gaps => _gaps;

    /// <summary>Interarrival jitter in units of the RTP clock.</summary>
    public readonly uint Jitter => (uint)_jitter;

    readonly long Expected => _sequence.Highest - _base + 1;

    /// <summary>Counts a packet. False for one whose sequence number jumped and that no second one has confirmed yet.</summary>
    /// <param name="sequence">Sequence number of the packet.</param>
    /// <param name="timestamp">RTP timestamp of the packet.</param>
    /// <param name="clockRate">Hz of the RTP clock.</param>
    /// <param name="nowNs">Monotonic arrival time.</param>
    /// <param name="restarted">True when the sequence was found to begin anew at this packet.</param>
    /// <param name="tellsTime">False for one whose timestamp is not that of its sending, as of a key press: it is no measure of jitter.</param>
    public bool OnPacket(ushort sequence, uint timestamp, int clockRate, long nowNs, out bool restarted, bool tellsTime = true)
    {
        restarted = false;
        if (!_started)
        {
            Start(sequence);
        }
        else
        {
            var step = (short)(sequence - (ushort)_sequence.Highest);
            if (step is > MaxDropout or < -MaxMisorder)
            {
                if (_restartCandidate != sequence)
                {
                    _restartCandidate = (ushort)(sequence + 1);
                    return false;
                }

                // Two in a row beyond the window: the other side began anew without a new SSRC.
                _lostBefore += Expected - _received;
                _received = _receivedPrior = _expectedPrior = 0;
                Start(sequence);
                restarted = true;
            }
            else
            {
                if (step > 1)
                    _gaps++;
                _sequence.Extend(sequence);
                _restartCandidate = -1;
            }
        }

        _received++;
        if (tellsTime)
            UpdateJitter(timestamp, clockRate, nowNs, restarted);
        return true;
    }

    /// <summary>The share lost since the last call, in 1/256 (RFC 3550 A.3).</summary>
    public byte TakeFractionLost()
    {
        if (!_started)
            return 0;
        var expected = Expected - _expectedPrior;
        var received = _received - _receivedPrior;
        _expectedPrior = Expected;
        _receivedPrior = _received;
        var lost = expected - received;
        return expected <= 0 || lost <= 0 ? (byte)0 : (byte)Math.Min(255, (lost << 8) / expected);
    }

    void Start(ushort sequence)
    {
        _sequence.Reset();
        _base = _sequence.Extend(sequence);
        _started = true;
        _restartCandidate = -1;
    }

    void UpdateJitter(uint timestamp, int clockRate, long nowNs, bool restarted)
    {
        var arrival = (double)nowNs * clockRate / MonotonicTime.Second;
        var transit = arrival - timestamp;
        var step = Math.Abs(transit - _lastTransit);
        _lastTransit = transit;
        // A wrap of the timestamp, or a new start, is not jitter.
        if (_received > 1 && !restarted && step < clockRate)
            _jitter += (step - _jitter) / 16;
    }
}

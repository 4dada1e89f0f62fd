using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>The stream to one peer, as it receives it: the source, its numbers and where its time stands. A mutable value: keep it in a field.</summary>
struct RelayStream
{
    /// <summary>A timestamp this far behind is of a sender that began anew; a minute at 48 kHz.</summary>
    const int RestartTicks = 60 * 48_000;

    SequenceRewriter _numbers;
    uint _timestamp;
    long _timestampNs;
    bool _marks;

    /// <summary>The source; before the first packet one of our own, for key presses.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>True when some numbers going out are not those that came in.</summary>
    public readonly bool IsRenumbered => _numbers.IsShifted;

    /// <summary>What is added to numbers, modulo 65536.</summary>
    public readonly ushort Shift => _numbers.Shift;

    /// <summary>
    /// A stream that nobody sends yet: should a key be pressed before, it begins with these (RFC 3550 5.1 wants them unguessable).
    /// </summary>
    public static RelayStream Begin(Randomness randomness)
    {
        var stream = new RelayStream { Ssrc = (uint)randomness.Between(1, 1L << 32), _timestamp = (uint)randomness.Between(0, 1L << 32) };
        // The upper half is left out, so that an SRTP receiver does not see a wrap at the begin (RFC 3711 3.3.1).
        stream._numbers.Start((ushort)randomness.Between(0, 1 << 15));
        return stream;
    }

    /// <summary>A packet goes on. False when it is too late to have a number.</summary>
    /// <param name="ssrc">Its source.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="timestamp">Its RTP timestamp.</param>
    /// <param name="nowNs">When it came.</param>
    /// <param name="renumbered">Its number from now on.</param>
    /// <param name="marks">It is the first behind a gap in time, and is to have the marker (RFC 3551 4.1).</param>
    public bool TryPass(uint ssrc, ushort sequence, uint timestamp, long nowNs, out ushort renumbered, out bool marks)
    {
        Take(ssrc, sequence, timestamp, nowNs);
        marks = _marks;
        if (!_numbers.TryPass(sequence, out renumbered))
            return false;
        _marks = false;
        return true;
    }

    /// <summary>A packet does not go on; those behind it close up.</summary>
    public void Remove(uint ssrc, ushort sequence, uint timestamp, long nowNs)
    {
        Take(ssrc, sequence, timestamp, nowNs);
        _numbers.Remove(sequence);
        _marks = true;
    }

    /// <summary>The number of a packet that is put in.</summary>
    public ushort Insert()
    {
        _marks = true;
        return _numbers.Insert();
    }

    /// <summary>The RTP timestamp of now. Where nobody sends yet, time begins with it.</summary>
    public uint TimestampAt(long nowNs, int clockRate)
    {
        if (_timestampNs == 0)
            _timestampNs = nowNs;
        return _timestamp + (uint)((nowNs - _timestampNs) / MonotonicTime.Microsecond * clockRate / 1_000_000);
    }

    void Take(uint ssrc, ushort sequence, uint timestamp, long nowNs)
    {
        if (ssrc != Ssrc)
        {
            Ssrc = ssrc;
            // As if its predecessor had been seen, so that already the first may be taken out.
            _numbers.Start((ushort)(sequence - 1));
            (_timestamp, _timestampNs) = (timestamp, nowNs);
            return;
        }

        // All packets of a key press have the timestamp of its begin, and late ones an older one: neither tells the time.
        if ((int)(timestamp - _timestamp) is > 0 or < -RestartTicks)
            (_timestamp, _timestampNs) = (timestamp, nowNs);
    }
}

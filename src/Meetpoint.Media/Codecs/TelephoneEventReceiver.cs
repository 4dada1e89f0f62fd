namespace Meetpoint.Media.Codecs;

/// <summary>
/// Reads key presses from telephone-event packets: each press once, whichever of its packets arrive, in any order and number.
/// </summary>
/// <remarks>All packets of a press carry the timestamp of its begin (RFC 4733 2.2), which names it.</remarks>
public struct TelephoneEventReceiver
{
    uint _timestamp;
    bool _any;
    bool _ended;

    /// <summary>Takes a packet. True when it is the first of its press: <paramref name="value"/> then tells the key.</summary>
    /// <param name="timestamp">RTP timestamp of the packet.</param>
    /// <param name="payload">Payload of the packet.</param>
    /// <param name="value">The event as this packet tells it.</param>
    /// <param name="ended">True at the first packet that tells the end of the press; its duration is then final.</param>
    public bool OnPacket(uint timestamp, ReadOnlySpan<byte> payload, out TelephoneEvent value, out bool ended)
    {
        ended = false;
        if (!TelephoneEvent.TryParse(payload, out value))
            return false;
        var begins = !_any || timestamp != _timestamp;
        if (begins && _any && (int)(timestamp - _timestamp) < 0)
            return false; // a straggler of an earlier press
        if (begins)
        {
            _any = true;
            _timestamp = timestamp;
            _ended = false;
        }

        if (value.End && !_ended)
            ended = _ended = true;
        return begins;
    }

    /// <summary>Forgets the last press, at a new source.</summary>
    public void Reset() => this = default;
}

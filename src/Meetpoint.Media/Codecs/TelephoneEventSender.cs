namespace Meetpoint.Media.Codecs;

/// <summary>
/// Makes the packets of one key press, one a tick: all with the timestamp of the begin, a marker on the first, the end sent three
/// times (RFC 4733 2.5.1.4).
/// </summary>
public struct TelephoneEventSender
{
    /// <summary>How often the end is sent, against loss.</summary>
    public const int EndPackets = 3;

    const byte Volume = 10;

    int _remainingTicks;
    int _endsLeft;
    int _duration;
    byte _code;
    bool _first;

    /// <summary>True while a press is being sent; audio is not sent meanwhile.</summary>
    public readonly bool IsActive => _remainingTicks > 0 || _endsLeft > 0;

    /// <summary>RTP timestamp of the press.</summary>
    public uint Timestamp { get; private set; }

    /// <summary>Begins a press.</summary>
    /// <param name="code">Event code, 0 to 15 for DTMF.</param>
    /// <param name="ticks">Length of the press in ticks, at least 1.</param>
    /// <param name="timestamp">RTP timestamp of now.</param>
    public void Start(byte code, int ticks, uint timestamp)
    {
        _code = code;
        _remainingTicks = Math.Max(1, ticks);
        _endsLeft = EndPackets;
        _duration = 0;
        _first = true;
        Timestamp = timestamp;
    }

    /// <summary>The packet of this tick.</summary>
    /// <param name="tickLength">Length of a tick in units of the RTP clock.</param>
    /// <param name="marker">To be set on the packet.</param>
    public TelephoneEvent Next(int tickLength, out bool marker)
    {
        marker = _first;
        _first = false;
        if (_remainingTicks > 0)
        {
            _remainingTicks--;
            _duration = Math.Min(_duration + tickLength, ushort.MaxValue);
            if (_remainingTicks > 0)
                return new TelephoneEvent(_code, false, Volume, (ushort)_duration);
        }

        _endsLeft--;
        return new TelephoneEvent(_code, true, Volume, (ushort)_duration);
    }
}

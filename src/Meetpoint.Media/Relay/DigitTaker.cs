using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// Reads the key presses that a peer sends as telephone-events (RFC 4733), each told once, when the key was let go. On the loop. Should all
/// packets that tell the end be lost, it is told when nothing more came for <see cref="EndLostNs"/>.
/// </summary>
sealed class DigitTaker(IEventLoop loop, Action<char, int> pressed) : TimerNode
{
    /// <summary>Six packets at the usual 20 ms, or three of 40.</summary>
    public const long EndLostNs = 120 * MonotonicTime.Millisecond;

    TelephoneEventReceiver _receiver;
    TelephoneEvent _last;
    uint _timestamp;
    long _earlierSegments;
    int _clockRate;
    bool _isDown;

    /// <summary>Takes a packet of the payload type of telephone-events.</summary>
    public void OnPacket(in RtpPacket packet, int clockRate, long nowNs)
    {
        var begins = _receiver.OnPacket(packet.Timestamp, packet.Payload, out var value, out var ended);
        if (begins)
            Begin(packet.Timestamp, value);
        else if (!_isDown || packet.Timestamp != _timestamp || value.Code != _last.Code)
            return;

        _clockRate = clockRate;
        if (value.Duration >= _last.Duration || ended)
            _last = value;
        if (ended)
            Tell();
        else if (_isDown)
            loop.Timers.Arm(this, nowNs + EndLostNs);
    }

    /// <summary>Another source begins: what its predecessor pressed is told.</summary>
    public void Reset()
    {
        Tell();
        _receiver.Reset();
    }

    /// <summary>The side closes: nothing more is told.</summary>
    public void Stop()
    {
        loop.Timers.Cancel(this);
        _isDown = false;
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs) => Tell();

    void Begin(uint timestamp, in TelephoneEvent value)
    {
        // A press longer than sixteen bits can say goes on in another segment, which begins where the one before ends (2.5.1.3).
        var goesOn = _isDown && value.Code == _last.Code && _last.Duration == ushort.MaxValue && timestamp == _timestamp + ushort.MaxValue;
        if (!goesOn)
            Tell();
        _earlierSegments = goesOn ? _earlierSegments + ushort.MaxValue : 0;
        (_timestamp, _last, _isDown) = (timestamp, value, true);
    }

    void Tell()
    {
        if (!_isDown)
            return;
        _isDown = false;
        loop.Timers.Cancel(this);
        if (_last.Digit != '\0')
            pressed(_last.Digit, (int)Math.Min(int.MaxValue, (_earlierSegments + _last.Duration) * 1000 / _clockRate));
    }
}

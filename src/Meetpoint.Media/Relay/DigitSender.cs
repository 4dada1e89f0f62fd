using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// Puts key presses into the stream to a peer as telephone-events (RFC 4733), a packet every 20 ms by the loop's timer, so that it does not
/// matter whether the other peer sends. While a key is down, what comes from the other peer is left out. On the loop.
/// </summary>
sealed class DigitSender(IEventLoop loop, RelayLeg to) : TimerNode
{
    /// <summary>Keys that may wait; more are left out.</summary>
    public const int MaxWaiting = 32;

    /// <summary>The shortest press that is sent, in milliseconds; many receivers do not hear one of less than 40.</summary>
    public const int MinPressMs = 40;

    /// <summary>The longest, in milliseconds: eight seconds at 8 kHz are all that a duration of sixteen bits can say.</summary>
    public const int MaxPressMs = 8000;

    const int TickMs = 20;
    const long TickNs = TickMs * MonotonicTime.Millisecond;

    /// <summary>Ticks of silence after the packets that tell the end, before the next key.</summary>
    const int PauseTicks = 2;

    readonly (byte Code, int Ticks)[] _waiting = new (byte, int)[MaxWaiting];
    readonly byte[] _packet = new byte[RtpPacket.FixedHeaderLength + TelephoneEvent.Length];
    TelephoneEventSender _press;
    int _head;
    int _count;
    int _pauseLeft;

    /// <summary>True while packets of a press go out.</summary>
    public bool IsActive => _press.IsActive;

    /// <summary>Queues a key; false when it is none or too many wait.</summary>
    public bool TryAdd(char digit, int durationMs)
    {
        var code = TelephoneEvent.CodeOf(digit);
        if (code < 0 || _count == MaxWaiting)
            return false;
        var ticks = (Math.Clamp(durationMs, MinPressMs, MaxPressMs) + TickMs - 1) / TickMs;
        _waiting[(_head + _count++) % MaxWaiting] = ((byte)code, ticks);
        if (!IsArmed)
            loop.Timers.Arm(this, loop.NowNs);
        return true;
    }

    /// <summary>Ends it at once.</summary>
    public void Stop()
    {
        loop.Timers.Cancel(this);
        _press = default;
        (_count, _pauseLeft) = (0, 0);
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs)
    {
        var settings = to.Settings;
        if (settings.TelephoneEventPayloadType < 0 || !to.MaySend)
        {
            Stop();
            return;
        }

        if (!_press.IsActive && !TryBegin(settings.ClockRate, nowNs))
            return;
        if (_press.IsActive)
            Send(settings);
        loop.Timers.Arm(this, DueNs + TickNs);
    }

    /// <summary>False when all is sent.</summary>
    bool TryBegin(int clockRate, long nowNs)
    {
        if (_pauseLeft > 0)
        {
            _pauseLeft--;
            return true;
        }

        if (_count == 0)
            return false;
        var (code, ticks) = _waiting[_head];
        _head = (_head + 1) % MaxWaiting;
        _count--;
        _press.Start(code, ticks, to.Stream.TimestampAt(nowNs, clockRate));
        return true;
    }

    void Send(MediaRelaySettings settings)
    {
        var value = _press.Next(settings.ClockRate * TickMs / 1000, out var marker);
        if (!_press.IsActive)
            _pauseLeft = PauseTicks;
        var header = new RtpHeader(
            (byte)settings.TelephoneEventPayloadType, marker, to.Stream.Insert(), _press.Timestamp, to.Stream.Ssrc);
        header.Write(_packet);
        value.Write(_packet.AsSpan(RtpPacket.FixedHeaderLength));
        to.SendRtp(_packet);
    }
}

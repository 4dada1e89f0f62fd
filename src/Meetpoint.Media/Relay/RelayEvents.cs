using Meetpoint.Media.Dtls;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>Carries the key presses of a relay from its media loop to its owner's loop, in order and bounded.</summary>
sealed class RelayEvents
{
    /// <summary>Presses that wait at most; a peer that sends more than its owner can tell on loses the rest.</summary>
    public const int Capacity = 64;

    readonly Lock _lock = new();
    readonly Queue<(RelaySide Side, char Digit, int DurationMs)> _waiting = new();
    readonly MediaRelay _relay;
    readonly IMediaRelayEvents _receiver;
    readonly IEventLoop _loop;
    readonly Action _deliver;
    bool _posted;

    public RelayEvents(MediaRelay relay, IMediaRelayEvents receiver, IEventLoop loop)
    {
        (_relay, _receiver, _loop) = (relay, receiver, loop);
        _deliver = Deliver;
    }

    public void OnDigit(RelaySide side, char digit, int durationMs)
    {
        lock (_lock)
        {
            if (_waiting.Count == Capacity)
                return;
            _waiting.Enqueue((side, digit, durationMs));
            if (_posted)
                return;
            _posted = true;
        }

        _loop.Post(_deliver);
    }

    public void OnPortFailed(RelaySide side) => _loop.Post(() => _receiver.OnPortFailed(_relay, side));

    public void OnKeysFailed(RelaySide side, DtlsFailure failure) => _loop.Post(() => _receiver.OnKeysFailed(_relay, side, failure));

    void Deliver()
    {
        while (TryTake(out var press))
            _receiver.OnDigit(_relay, press.Side, press.Digit, press.DurationMs);
    }

    bool TryTake(out (RelaySide Side, char Digit, int DurationMs) press)
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out press))
                return true;
            _posted = false;
            return false;
        }
    }
}

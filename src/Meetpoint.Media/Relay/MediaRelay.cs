using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// Relays the media of an anchored call between two peers without decoding it: each has its own ports here, and hides the other. RTP and
/// RTCP pass, plain or encrypted by either side's keys (RFC 3711, 7714); addresses are learnt from where packets truly come (RFC 4961); key
/// presses may be taken out or put in (RFC 4733). Made by <see cref="MediaEngine.OpenRelay"/>; stays on one media loop.
/// </summary>
/// <remarks>
/// Thread safe: what is set takes effect on the media loop, in order. Until <see cref="Configure"/> was called for both sides nothing passes.
/// After a restart of the process a side with the same ports goes on where it is plain; where it is encrypted, agree on new keys to send
/// with, since the packet indices of the old ones are gone; the peer's own may stay, see <see cref="MediaRelaySettings.FindsRollover"/>.
/// </remarks>
public sealed class MediaRelay : IDisposable
{
    readonly MediaEngine _engine;
    readonly MediaLoop _loop;
    readonly RelayEvents? _events;
    readonly RelayLeg[] _legs = new RelayLeg[2];
    readonly NetAddress[] _local = new NetAddress[2];
    int _closed;

    internal MediaRelay(MediaEngine engine, MediaLoop loop, MediaRelayOptions options)
    {
        (_engine, _loop) = (engine, loop);
        if (options.Events is { } events)
            _events = new RelayEvents(this, events, options.EventLoop ?? throw new ArgumentException("Events need a loop", nameof(options)));
        for (var side = RelaySide.A; side <= RelaySide.B; side++)
            _legs[(int)side] = new RelayLeg(this, side, loop.Loop, options, engine.Options.Randomness);
        (_legs[0].Other, _legs[1].Other) = (_legs[1], _legs[0]);
    }

    /// <summary>The media loop.</summary>
    public IEventLoop Loop => _loop.Loop;

    /// <summary>The address and RTP port to be told to the peer of a side; RTCP is one above unless multiplexed.</summary>
    public NetAddress LocalAddress(RelaySide side) => _local[(int)side];

    /// <summary>Sets what was settled with the peer of a side: at first, and after each further offer and answer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The clock rate is not 1 to 384,000, or the payload type not -1 to 127.</exception>
    public void Configure(RelaySide side, MediaRelaySettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.ClockRate, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.ClockRate, 384_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.TelephoneEventPayloadType, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.TelephoneEventPayloadType, PayloadTypeMap.Count - 1);
        Loop.Post(() =>
        {
            if (Volatile.Read(ref _closed) == 0)
                Leg(side).Configure(settings, Loop.NowNs);
        });
    }

    /// <summary>
    /// Presses a key towards the peer of a side, as telephone-events in the stream that it hears; dropped when it negotiated none, is on hold,
    /// or 32 wait.
    /// </summary>
    /// <param name="side">Who is to hear it.</param>
    /// <param name="digit">0-9, *, #, A-D; anything else is dropped.</param>
    /// <param name="durationMs">For how long; put between 40 and 8,000 ms.</param>
    public void SendDigit(RelaySide side, char digit, int durationMs) => Loop.Post(() => Leg(side).SendDigit(digit, durationMs));

    /// <summary>What was counted with the peer of a side; a read of memory that waits for nobody.</summary>
    public MediaRelayStatistics Statistics(RelaySide side) => Leg(side).Counters.Read();

    /// <summary>Sends a datagram from the RTP port of a side, for STUN and DTLS. On the media loop only.</summary>
    public void SendRaw(RelaySide side, ReadOnlySpan<byte> datagram, in NetAddress to) => Leg(side).SendRaw(fromControlPort: false, datagram, to);

    /// <summary>Ends it and gives the ports back; the statistics stay readable.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        Interlocked.Decrement(ref _loop.Load);
        Loop.Post(() =>
        {
            foreach (var leg in _legs)
            {
                if (leg.Surrender() is { } ports)
                    _loop.Ports.Close(ports);
                leg.Dispose();
            }
        });
    }

    internal void OnDigit(RelaySide side, char digit, int durationMs) => _events?.OnDigit(side, digit, durationMs);

    internal void OnKeysFailed(RelaySide side, DtlsFailure failure) => _events?.OnKeysFailed(side, failure);

    /// <summary>Names the port of a side, before anything is posted.</summary>
    internal void Promise(RelaySide side, NetAddress local) => _local[(int)side] = local;

    /// <summary>On the loop: the port of a side is open, or could not be opened.</summary>
    internal void Attach(RelaySide side, PortPair? ports)
    {
        if (ports is null)
            _events?.OnPortFailed(side);
        else if (Volatile.Read(ref _closed) != 0)
            _loop.Ports.Close(ports);
        else
            Leg(side).Open(ports);
    }

    RelayLeg Leg(RelaySide side) => _legs[(int)side];
}

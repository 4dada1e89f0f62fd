using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>What a leg does with its pair of ports: to whom it talks, and whom it hears. On the media loop only.</summary>
sealed class LegPort : IPortUser
{
    /// <summary>Ticks without a datagram after which the port is asked less often: a second, longer than a sender of Opus pauses between two packets of a silence.</summary>
    const int MaxIdleTicks = 50;

    /// <summary>
    /// Such a port is asked every third tick: the first word that comes may wait 40 ms more, which the jitter buffer makes up for. To have it watched by the
    /// loop would cost more: the kernel then looks for who waits whenever a packet goes out by it.
    /// </summary>
    const int TicksBetweenIdle = 3;

    PeerAddresses _peer;
    int _idleTicks;

    /// <summary>Begins to hear the pair.</summary>
    public LegPort(PortPair pair)
    {
        Pair = pair;
        pair.User = this;
    }

    /// <summary>The sockets.</summary>
    public PortPair Pair { get; }

    public MediaRoom? Room { get; set; }

    public MediaLeg? Leg { get; set; }

    public MediaLegHandle? Handle { get; set; }

    /// <summary>Of the leg that it was surrendered by, until it has another.</summary>
    public LegReceiver? Before { get; set; }

    /// <summary>The pictures that come over this port too; null for audio alone.</summary>
    public VideoHandle? Video { get; set; }

    /// <summary>Datagrams dropped because they came from a stranger, or before the leg was settled.</summary>
    public long Strangers { get; private set; }

    public void SetRemote(in NetAddress media, in NetAddress control, bool muxed) => _peer.Signal(media, control, muxed);

    /// <summary>
    /// Once media flows, packets of audio wait for the tick that plays them: a wake-up for each would cost more than all else. Pictures go on at once, and while keys are agreed
    /// each flight is answered at once. To be called when the leg, its protection or its pictures changed.
    /// </summary>
    public void ChooseDelivery() =>
        Pair.DeliversAtOnce = Video is not null || Leg is not { } leg || (leg.Options.RequiresProtection && leg.Protection is null);

    /// <summary>Takes in what came since the last tick; of who only listens, nothing comes, and he is not asked each time.</summary>
    public void Deliver()
    {
        _idleTicks++;
        if (_idleTicks <= MaxIdleTicks || _idleTicks % TicksBetweenIdle == 0)
            Pair.Deliver();
    }

    /// <inheritdoc/>
    public void OnDatagram(bool onControlPort, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (!onControlPort)
            _idleTicks = 0;
        if (payload[0] is < 128 or > 191)
        {
            if (Handle is { } handle)
                handle.DatagramHandler?.OnDatagram(handle, payload, from, nowNs);
            return;
        }

        if (Room is not { } room || Leg is not { } leg || payload.Length < 8)
        {
            Strangers++;
            return;
        }

        var isControl = onControlPort || RtcpReader.IsRtcp(payload);
        ref var latch = ref _peer.On(onControlPort);
        var ssrc = PeerAddresses.SourceOf(payload, isControl);
        // A packet that proves itself by its keys may come from anywhere.
        if (leg.Protection is null && !latch.MayAccept(from, ssrc, nowNs))
        {
            Strangers++;
            return;
        }

        var isTaken = isControl ? room.OnRtcp(leg, ref payload, nowNs)
            : Video is { } video && !leg.Options.Takes((byte)(payload[1] & 0x7F)) ? video.OnRtp(payload, -1, nowNs)
            : room.OnRtp(leg, payload, nowNs);
        if (!isTaken)
            return;
        latch.Accepted(from, ssrc, nowNs);
        if (isControl)
            Video?.OnRtcp(payload, nowNs);
    }

    public void Send(ReadOnlySpan<byte> packet, bool control)
    {
        var target = _peer.TargetOf(control, out var fromControlPort);
        Pair.Send(fromControlPort, packet, target);
    }

    public void SendRaw(ReadOnlySpan<byte> datagram, in NetAddress to) => Pair.Send(fromControlPort: false, datagram, to);
}

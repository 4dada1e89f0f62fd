using System.Buffers.Binary;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>The pair of sockets of a leg, and to whom they talk. On the media loop only.</summary>
sealed class LegPort : IDatagramReceiver
{
    readonly IDatagramSocket _rtp;
    readonly IDatagramSocket _rtcp;
    AddressLatch _media;
    AddressLatch _control;
    bool _muxed;
    bool _disposed;

    LegPort(INetwork network, in NetAddress bind, int port, IEventLoop loop)
    {
        Port = port;
        _rtp = network.OpenDatagram(bind.WithPort(port), loop, this);
        try
        {
            _rtcp = network.OpenDatagram(bind.WithPort(port + 1), loop, this);
        }
        catch (IOException)
        {
            _rtp.Dispose();
            throw;
        }
    }

    /// <summary>The even port.</summary>
    public int Port { get; }

    public MediaRoom? Room { get; set; }

    public MediaLeg? Leg { get; set; }

    public MediaLegHandle? Handle { get; set; }

    /// <summary>Datagrams dropped because they came from a stranger, or before the leg was settled.</summary>
    public long Strangers { get; private set; }

    /// <summary>Opens both sockets; null when one of the ports is taken by another program.</summary>
    public static LegPort? TryOpen(INetwork network, in NetAddress bind, int port, IEventLoop loop)
    {
        try
        {
            return new LegPort(network, bind, port, loop);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void SetRemote(in NetAddress media, in NetAddress control, bool muxed)
    {
        _media.Signal(media);
        _control.Signal(control.IsSet || !media.IsSet ? control : media.WithPort(Math.Min(media.Port + 1, ushort.MaxValue)));
        _muxed = muxed;
    }

    /// <summary>
    /// Once media flows, packets wait for the tick that plays them: a wake-up for each would cost more than all else. While keys are agreed
    /// each flight is answered at once. To be called when the leg, or its protection, changed.
    /// </summary>
    public void ChooseDelivery() =>
        _rtp.DeliversAtOnce = Leg is not { } leg || (leg.Options.RequiresProtection && leg.Protection is null);

    /// <summary>Takes in what came since the last tick.</summary>
    public void Deliver()
    {
        if (!_disposed)
            _rtp.Deliver();
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (payload.IsEmpty || _disposed)
            return;
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

        var isControl = socket == _rtcp || RtcpReader.IsRtcp(payload);
        ref var latch = ref socket == _rtcp ? ref _control : ref _media;
        // The source of an RTP packet stands behind its timestamp, that of an RTCP packet behind its first word.
        var ssrc = isControl ? BinaryPrimitives.ReadUInt32BigEndian(payload[4..])
            : payload.Length >= RtpPacket.FixedHeaderLength ? BinaryPrimitives.ReadUInt32BigEndian(payload[8..]) : 0;
        // A packet that proves itself by its keys may come from anywhere.
        if (leg.Protection is null && !latch.MayAccept(from, ssrc, nowNs))
        {
            Strangers++;
            return;
        }

        if (isControl ? room.OnRtcp(leg, payload, nowNs) : room.OnRtp(leg, payload, nowNs))
            latch.Accepted(from, ssrc, nowNs);
    }

    public void Send(ReadOnlySpan<byte> packet, bool control)
    {
        if (control && !_muxed)
            SendTo(_rtcp, packet, _control.Target);
        else
            SendTo(_rtp, packet, _media.Target);
    }

    public void SendRaw(ReadOnlySpan<byte> datagram, in NetAddress to) => SendTo(_rtp, datagram, to);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    void SendTo(IDatagramSocket socket, ReadOnlySpan<byte> packet, in NetAddress to)
    {
        if (to.IsSet && to.Port != 0 && !_disposed)
            socket.Send(packet, to);
    }
}

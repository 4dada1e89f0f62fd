using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Media.Tests.Relay;

/// <summary>A peer of a relay: sends what a test tells it, and keeps what it hears, opened by its keys when it has some.</summary>
sealed class RelayPeer : IDatagramReceiver
{
    readonly IEventLoop _loop;
    readonly IDatagramSocket _rtp;
    readonly IDatagramSocket _rtcp;

    public RelayPeer(VirtualHost host, IEventLoop loop, NetAddress local)
    {
        _loop = loop;
        Local = local;
        _rtp = host.OpenDatagram(local, loop, this);
        _rtcp = host.OpenDatagram(local.WithPort(local.Port + 1), loop, this);
    }

    public NetAddress Local { get; }

    public NetAddress Remote { get; set; }

    public uint Ssrc { get; set; } = 0xAAAA_0000;

    public ushort Sequence { get; set; } = 100;

    public uint Timestamp { get; set; } = 8000;

    public byte PayloadType { get; set; }

    public SrtpSession? Keys { get; set; }

    /// <summary>Keys of RTCP where it has its own.</summary>
    public SrtpSession? ControlKeys { get; set; }

    /// <summary>Takes records of DTLS: bytes, and whether they came to RTCP's port.</summary>
    public Action<byte[], bool>? Records { get; set; }

    /// <summary>RTP as it was heard, opened.</summary>
    public List<byte[]> Heard { get; } = [];

    public List<byte[]> ReportsOnRtp { get; } = [];

    public List<byte[]> ReportsOnRtcp { get; } = [];

    public int NotOpened { get; private set; }

    public IEnumerable<ushort> HeardNumbers => Heard.Select(packet => Read(packet).Sequence);

    public static (byte PayloadType, bool Marker, ushort Sequence, uint Timestamp, uint Ssrc) Read(byte[] packet) =>
        RtpPacket.TryParse(packet, out var rtp, out _)
            ? (rtp.PayloadType, rtp.Marker, rtp.SequenceNumber, rtp.Timestamp, rtp.Ssrc)
            : throw new InvalidOperationException("no RTP");

    /// <summary>Sends the next 20 ms; what it was before encryption.</summary>
    public byte[] SendAudio()
    {
        var packet = new byte[RtpPacket.FixedHeaderLength + 160];
        new RtpHeader(PayloadType, false, Sequence, Timestamp, Ssrc).Write(packet);
        packet.AsSpan(RtpPacket.FixedHeaderLength).Fill((byte)Sequence);
        (Sequence, Timestamp) = ((ushort)(Sequence + 1), Timestamp + 160);
        Send(packet, control: false);
        return packet;
    }

    /// <summary>Loses the next 20 ms on the way.</summary>
    public void LoseAudio() => (Sequence, Timestamp) = ((ushort)(Sequence + 1), Timestamp + 160);

    /// <summary>Sends a telephone-event in place of 20 ms of audio.</summary>
    public void SendEvent(TelephoneEvent value, uint timestamp, bool marker = false, byte payloadType = 101)
    {
        var packet = new byte[RtpPacket.FixedHeaderLength + TelephoneEvent.Length];
        new RtpHeader(payloadType, marker, Sequence, timestamp, Ssrc).Write(packet);
        value.Write(packet.AsSpan(RtpPacket.FixedHeaderLength));
        LoseAudio();
        Send(packet, control: false);
    }

    public void SendReport(ulong ntp, params ReportBlock[] blocks)
    {
        var packet = new byte[256];
        var writer = new RtcpWriter(packet);
        writer.SenderReport(Ssrc, ntp, Timestamp, 1, 160, blocks);
        writer.SourceDescription(Ssrc, "peer"u8);
        Send(packet[..writer.Length], control: true);
    }

    public void Send(byte[] packet, bool control)
    {
        var buffer = new byte[packet.Length + SrtpSession.MaxOverheadBytes];
        packet.CopyTo(buffer, 0);
        var length = packet.Length;
        if ((control ? ControlKeys ?? Keys : Keys) is { } keys && (control ? keys.ProtectRtcp(buffer, length, out length) : keys.ProtectRtp(buffer, length, out length)) != SrtpStatus.Ok)
            throw new InvalidOperationException("not protected");
        SendRaw(buffer[..length], control);
    }

    public void SendRaw(byte[] datagram, bool control) =>
        _loop.Post(() => (control ? _rtcp : _rtp).Send(datagram, control ? Remote.WithPort(Remote.Port + 1) : Remote));

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (Records is { } records && payload[0] is >= 20 and <= 63)
        {
            records(payload.ToArray(), socket == _rtcp);
            return;
        }

        var control = socket == _rtcp || RtcpReader.IsRtcp(payload);
        var length = payload.Length;
        if ((control ? ControlKeys ?? Keys : Keys) is { } keys && (control ? keys.UnprotectRtcp(payload, out length) : keys.UnprotectRtp(payload, out length)) != SrtpStatus.Ok)
        {
            NotOpened++;
            return;
        }

        (!control ? Heard : socket == _rtcp ? ReportsOnRtcp : ReportsOnRtp).Add(payload[..length].ToArray());
    }
}

using System.Buffers.Binary;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Tests.Support;

namespace Meetpoint.Bench.VideoForward;

/// <summary>Sends pictures in the form of VP8 (RFC 7741): true headers, and octets that no decoder is asked to take. On the audience's loop.</summary>
sealed class Camera(INetwork network, IEventLoop loop, VideoLoad load, uint ssrc = VideoLoad.FirstCameraSsrc) : SecureEnd(network, loop)
{
    const int DescriptorLength = 4;
    const uint TicksPerPicture = 90_000 / VideoLoad.PicturesPerSecond;

    readonly byte[] _packet = new byte[RtpPacket.FixedHeaderLength + VideoLoad.PayloadBytes + SrtpSession.MaxOverheadBytes];
    readonly byte[] _report = new byte[128];
    ushort _sequence;
    uint _timestamp;
    int _picture;
    int _sinceKeyframe;

    /// <summary>It sends SRTP; false for plain RTP.</summary>
    public bool IsSecure { get; set; } = true;

    /// <summary>Packets so far.</summary>
    public long Sent { get; private set; }

    /// <summary>It is switched on: its next picture is a keyframe, as it is of a real one, which is asked for one.</summary>
    public void Begin() => _sinceKeyframe = 0;

    /// <summary>The next picture, all of its packets; each says when it was sent.</summary>
    public void SendPicture(TimeProvider time)
    {
        var isKeyframe = _sinceKeyframe % VideoLoad.KeyframeEvery == 0;
        var packets = isKeyframe ? load.PacketsPerKeyframe : load.PacketsPerPicture;
        for (var i = 0; i < packets; i++)
        {
            new RtpHeader(VideoLoad.PayloadType, i == packets - 1, _sequence++, _timestamp, ssrc).Write(_packet);
            var payload = _packet.AsSpan(RtpPacket.FixedHeaderLength, VideoLoad.PayloadBytes);
            payload.Clear();
            payload[0] = (byte)(i == 0 ? 0x90 : 0x80); // X; S at the begin of the picture
            payload[1] = 0x80; // I
            BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)(0x8000 | (_picture & 0x7FFF)));
            if (i == 0)
                Vp8FrameHeader.Write(payload[DescriptorLength..], isKeyframe, VideoLoad.Height);
            VideoLoad.Stamp.CopyTo(payload[^VideoLoad.Stamp.Length..]);
            BinaryPrimitives.WriteInt64BigEndian(payload[^(VideoLoad.Stamp.Length + sizeof(long))..], time.NowNs());
            var length = RtpPacket.FixedHeaderLength + VideoLoad.PayloadBytes;
            if (IsSecure)
                Session.ProtectRtp(_packet, length, out length);
            Media.Send(_packet.AsSpan(0, length), Remote);
            Sent++;
        }

        _picture++;
        _sinceKeyframe++;
        _timestamp += TicksPerPicture;
    }

    /// <summary>Its sender report.</summary>
    public void Report(long nowNs)
    {
        var writer = new RtcpWriter(_report);
        writer.SenderReport(ssrc, (ulong)nowNs << 2, _timestamp, (uint)Sent, (uint)(Sent * VideoLoad.PayloadBytes), []);
        writer.SourceDescription(ssrc, "camera"u8);
        SendControl(_report, writer.Length);
    }

    protected override void OnMedia(Span<byte> packet, long nowNs)
    {
        // It is shown nothing.
    }

}

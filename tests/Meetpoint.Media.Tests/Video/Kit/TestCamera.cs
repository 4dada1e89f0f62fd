using System.Buffers.Binary;
using System.Text;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Payloads;
using Meetpoint.Tests.Support;

namespace Meetpoint.Media.Tests.Video.Kit;

/// <summary>
/// A camera: pictures in packets, as an encoder makes them. What a picture is stands in it, so that <see cref="TestScreen"/> knows what can be decoded.
/// </summary>
sealed class TestCamera(int source, VideoCodec codec, uint ssrc)
{
    public const byte Vp8Type = 96;
    public const byte H264Type = 97;
    public const byte Vp8RtxType = 98;
    public const byte H264RtxType = 99;
    public const int MidId = 1;
    public const int RidId = 2;
    public const int RepairedRidId = 3;
    public const int TransportSequenceId = 4;

    /// <summary>Bytes of what every packet tells of itself.</summary>
    public const int StampLength = 8;

    static readonly int[] Layering = [0, 2, 1, 2];

    public ushort Sequence { get; set; } = 1000;

    public uint Timestamp { get; set; } = 5_000;

    public int PictureId { get; set; } = 10;

    public byte BaseLayerIndex { get; set; } = 20;

    public bool HasPictureId { get; set; } = true;

    public bool HasLongPictureId { get; set; } = true;

    public bool HasTemporalLayers { get; set; }

    public int Height { get; set; } = 720;

    public int PacketsPerPicture { get; set; } = 3;

    public int PayloadBytes { get; set; } = 200;

    public string? Mid { get; set; }

    public string? Rid { get; set; }

    public uint Participant { get; set; }

    /// <summary>Beside <see cref="Participant"/>: a second contributing source.</summary>
    public CameraPlace Place { get; set; }

    public uint TicksPerPicture { get; set; } = 3_000;

    public int Pictures { get; private set; }

    public uint Ssrc => ssrc;

    public VideoCodec Codec => codec;

    int _sinceKeyframe;

    /// <summary>The packets of the next picture.</summary>
    public List<byte[]> Next(bool keyframe)
    {
        keyframe |= Pictures == 0;
        _sinceKeyframe = keyframe ? 0 : _sinceKeyframe + 1;
        Pictures++;
        var packets = new List<byte[]>();
        for (var i = 0; i < PacketsPerPicture; i++)
            packets.Add(Packet(codec == VideoCodec.Vp8 ? Vp8(keyframe, i) : H264(keyframe, i), i == PacketsPerPicture - 1));
        Timestamp += TicksPerPicture;
        PictureId = (PictureId + 1) & (HasLongPictureId ? 0x7FFF : 0x7F);
        return packets;
    }

    /// <summary>A packet as it is sent again in a stream of its own (RFC 4588 section 4).</summary>
    public byte[] Retransmission(byte[] packet, uint rtxSsrc, ushort sequence)
    {
        RtpPacket.TryParse(packet, out var read, out _);
        var header = new byte[100];
        var length = Header(header, (byte)(read.PayloadType == Vp8Type ? Vp8RtxType : H264RtxType), read.Marker, sequence, read.Timestamp, rtxSsrc, isRetransmission: true);
        var result = new byte[length + 2 + read.Payload.Length];
        header.AsSpan(0, length).CopyTo(result);
        BinaryPrimitives.WriteUInt16BigEndian(result.AsSpan(length), read.SequenceNumber);
        read.Payload.CopyTo(result.AsSpan(length + 2));
        return result;
    }

    byte[] Packet(byte[] payload, bool marker)
    {
        var packet = new byte[100 + payload.Length];
        var length = Header(packet, codec == VideoCodec.Vp8 ? Vp8Type : H264Type, marker, Sequence++, Timestamp, ssrc, isRetransmission: false);
        payload.CopyTo(packet, length);
        return packet[..(length + payload.Length)];
    }

    int Header(Span<byte> packet, byte type, bool marker, ushort sequence, uint timestamp, uint source, bool isRetransmission)
    {
        var length = new RtpHeader(type, marker, sequence, timestamp, source).Write(packet, Participant == 0 ? default : Place.IsOneOfSeveral ? [Participant, Place.ToSource()] : [Participant]);
        var extensions = new RtpHeaderExtensions(packet[length..]);
        if (Mid is not null)
            extensions.TryAdd(MidId, Encoding.ASCII.GetBytes(Mid));
        if (Rid is not null)
            extensions.TryAdd(isRetransmission ? RepairedRidId : RidId, Encoding.ASCII.GetBytes(Rid));
        var added = extensions.Finish();
        packet[0] |= (byte)(added > 0 ? 0x10 : 0);
        return length + added;
    }

    byte[] Vp8(bool keyframe, int index)
    {
        var temporal = HasTemporalLayers ? Layering[_sinceKeyframe % Layering.Length] : -1;
        if (index == 0 && temporal == 0)
            BaseLayerIndex++;
        var descriptor = new Vp8Descriptor
        {
            StartsPartition = index == 0,
            PictureId = HasPictureId ? PictureId : -1,
            BaseLayerIndex = temporal >= 0 ? BaseLayerIndex : -1,
            TemporalId = temporal,
            IsLayerSync = temporal == 1 || (temporal == 2 && _sinceKeyframe % 4 == 1),
            KeyIndex = -1,
        };
        var payload = new byte[30 + PayloadBytes];
        var at = descriptor.Write(payload);
        if (HasPictureId && !HasLongPictureId)
        {
            payload[2] = (byte)PictureId;
            payload.AsSpan(4, at - 4).CopyTo(payload.AsSpan(3));
            at--;
        }

        if (index == 0)
        {
            Vp8FrameHeader.Write(payload.AsSpan(at), keyframe, Height);
            at += Vp8FrameHeader.Length;
        }

        return Stamp(payload, at, keyframe, index, temporal);
    }

    byte[] H264(bool keyframe, int index)
    {
        var payload = new byte[30 + PayloadBytes];
        var at = 2;
        if (keyframe && index == 0)
        {
            var parameters = BitWriter.ParameterSet(Height * 16 / 9, Height);
            byte[] picture = [0x68, 0xCE, 0x38, 0x80];
            byte[] aggregate = [0x78, 0, (byte)parameters.Length, .. parameters, 0, (byte)picture.Length, .. picture];
            // A unit of a type that means nothing carries the stamp.
            return [.. aggregate, 0, StampLength + 1, 0x3E, .. StampOf(keyframe, index, -1)];
        }

        var first = index == (keyframe ? 1 : 0);
        payload[0] = 0x7C;
        payload[1] = (byte)((first ? 0x80 : 0) | (index == PacketsPerPicture - 1 ? 0x40 : 0) | (keyframe ? 5 : 1));
        payload[at++] = 0x88; // first_mb_in_slice 0
        return Stamp(payload, at, keyframe, index, -1);
    }

    byte[] Stamp(byte[] payload, int at, bool keyframe, int index, int temporal)
    {
        StampOf(keyframe, index, temporal).CopyTo(payload, at);
        return payload[..(at + StampLength + PayloadBytes - 10)];
    }

    byte[] StampOf(bool keyframe, int index, int temporal)
    {
        var stamp = new byte[StampLength];
        stamp[0] = (byte)source;
        BinaryPrimitives.WriteInt32BigEndian(stamp.AsSpan(1), Pictures);
        stamp[5] = (byte)((index << 4) | PacketsPerPicture);
        stamp[6] = (byte)(keyframe ? 1 : 0);
        stamp[7] = (byte)(temporal + 1);
        return stamp;
    }
}

using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Tests.Kit;

/// <summary>A phone on a leg: sends a tone, or silence, and keeps what it hears.</summary>
sealed class TestPhone(AudioCodec codec, double toneHz, double peak = 6000, uint ssrc = 0)
{
    readonly IAudioEncoder _encoder = codec.CreateEncoder();
    readonly IAudioDecoder _decoder = codec.CreateDecoder();
    readonly short[] _pcm = new short[codec.SampleRate / 50];
    readonly byte[] _packet = new byte[1500];
    readonly short[] _decoded = new short[2880];
    ToneGenerator _tone = new(toneHz, codec.SampleRate, peak);
    uint _timestamp = 1000;

    public AudioCodec Codec => codec;

    public uint Ssrc { get; set; } = ssrc != 0 ? ssrc : 0x1000_0000 + (uint)toneHz;

    public ushort Sequence { get; set; } = 65530;

    public byte PayloadType { get; init; } = codec.StaticPayloadType >= 0 ? (byte)codec.StaticPayloadType : (byte)111;

    /// <summary>What its SDP asks for of Opus.</summary>
    public OpusFormat? Opus { get; init; }

    public List<short> Heard { get; } = [];

    public List<byte[]> Packets { get; } = [];

    public bool KeepsPackets { get; init; }

    /// <summary>What comes is not decoded.</summary>
    public bool IsDeaf { get; init; }

    public bool Talks { get; set; } = true;

    public uint[] Contributors { get; set; } = [];

    public byte[] Levels { get; set; } = [];

    /// <summary>The next packet, 20 ms.</summary>
    public Span<byte> NextPacket()
    {
        if (Talks)
            _tone.Generate(_pcm);
        else
            Array.Clear(_pcm);
        var header = new RtpHeader(PayloadType, false, Sequence++, _timestamp, Ssrc);
        _timestamp += (uint)(codec.ClockRate / 50);
        var length = header.Write(_packet, Contributors, Levels, Levels.Length > 0 ? 1 : 0);
        length += _encoder.Encode(_pcm, _packet.AsSpan(length));
        return _packet.AsSpan(0, length);
    }

    /// <summary>A telephone-event packet in place of audio.</summary>
    public Span<byte> KeyPacket(TelephoneEvent value, uint timestamp, byte payloadType = 101)
    {
        var length = new RtpHeader(payloadType, false, Sequence++, timestamp, Ssrc).Write(_packet);
        value.Write(_packet.AsSpan(length));
        _timestamp += (uint)(codec.ClockRate / 50);
        return _packet.AsSpan(0, length + TelephoneEvent.Length);
    }

    public void Hear(ReadOnlySpan<byte> datagram)
    {
        if (KeepsPackets)
            Packets.Add(datagram.ToArray());
        if (IsDeaf || !RtpPacket.TryParse(datagram, out var packet, out _) || packet.PayloadType != PayloadType)
            return;
        var count = _decoder.Decode(packet.Payload, _decoded);
        Heard.AddRange(_decoded.AsSpan(0, count));
    }

    /// <summary>What was heard in the last milliseconds.</summary>
    public ReadOnlySpan<short> Last(int milliseconds)
    {
        var count = milliseconds * codec.SampleRate / 1000;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Heard)[^count..];
    }

    public bool Hears(double hz, int milliseconds = 500) => ToneMeter.Contains(Last(milliseconds), hz, codec.SampleRate, floorLevel: 45);

    public LegOptions Options(uint participantId) => new()
    {
        Send = new PayloadFormat(PayloadType, codec, Opus),
        ParticipantId = participantId,
        TelephoneEventPayloadType = 101,
    };
}

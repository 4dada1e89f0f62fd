namespace Meetpoint.Media.Codecs;

/// <summary>Opus (RFC 6716, RFC 7587) by libopus: 48 kHz, mono, whatever the packets carry.</summary>
sealed class OpusCodec : AudioCodec
{
    public const int Rate = 48_000;

    /// <summary>2.5 ms: the shortest frame, and what all that is concealed is a multiple of.</summary>
    public const int Step = Rate / 400;

    public override string Name => "opus";

    public override int SampleRate => Rate;

    public override int ClockRate => Rate;

    public override int StaticPayloadType => -1;

    public override bool HasState => true;

    public override int Channels => 2; // in rtpmap, always (RFC 7587 section 7)

    public override int MaxPacketBytes => OpusPacket.MaxBytes;

    public override IAudioEncoder CreateEncoder() => new OpusEncoder();

    public override IAudioDecoder CreateDecoder() => new OpusDecoder();

    public override int SampleCount(ReadOnlySpan<byte> payload) => OpusPacket.SampleCount(payload);
}

namespace Meetpoint.Media.Codecs;

/// <summary>G.722 in its 64 kbit/s mode: 16 kHz PCM, one byte for two samples, RTP clock of 8000 for history's sake (RFC 3551 4.5.2).</summary>
sealed class G722Codec : AudioCodec
{
    public override string Name => "G722";

    public override int SampleRate => 16000;

    public override int ClockRate => 8000;

    public override int StaticPayloadType => 9;

    public override bool HasState => true;

    public override IAudioEncoder CreateEncoder() => new G722Encoder();

    public override IAudioDecoder CreateDecoder() => new G722Decoder();

    public override int SampleCount(ReadOnlySpan<byte> payload) => payload.Length <= MaxPacketMs * 8 ? payload.Length * 2 : 0;
}

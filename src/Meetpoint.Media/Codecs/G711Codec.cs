namespace Meetpoint.Media.Codecs;

/// <summary>Which companding law.</summary>
enum G711Law
{
    Mu,
    A,
}

/// <summary>PCMU and PCMA (RFC 3551 4.5.14): one byte a sample, no state.</summary>
sealed class G711Codec(G711Law law) : AudioCodec, IAudioEncoder, IAudioDecoder
{
    public override string Name => law == G711Law.Mu ? "PCMU" : "PCMA";

    public override int SampleRate => 8000;

    public override int ClockRate => 8000;

    public override int StaticPayloadType => law == G711Law.Mu ? 0 : 8;

    // Without state one object serves every stream.
    public override bool HasState => false;

    public override IAudioEncoder CreateEncoder() => this;

    public override IAudioDecoder CreateDecoder() => this;

    public override int SampleCount(ReadOnlySpan<byte> payload) => payload.Length <= MaxPacketMs * 8 ? payload.Length : 0;

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        if (law == G711Law.Mu)
            G711.EncodeMu(pcm, payload);
        else
            G711.EncodeA(pcm, payload);
        return pcm.Length;
    }

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        payload = payload[..Math.Min(payload.Length, pcm.Length)];
        if (law == G711Law.Mu)
            G711.DecodeMu(payload, pcm);
        else
            G711.DecodeA(payload, pcm);
        return payload.Length;
    }

    public void CopyStateFrom(IAudioEncoder other)
    {
    }

    public void Reset()
    {
    }

    public void Dispose()
    {
    }
}

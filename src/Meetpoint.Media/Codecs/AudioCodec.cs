namespace Meetpoint.Media.Codecs;

/// <summary>A kind of audio payload: its name in SDP, its rates, and how to make its two halves.</summary>
/// <remarks>Immutable and thread safe; the encoders and decoders that it makes are not.</remarks>
public abstract class AudioCodec
{
    /// <summary>The longest packet that is read or made, in milliseconds of audio.</summary>
    public const int MaxPacketMs = 60;

    /// <summary>Name in SDP's rtpmap, without case.</summary>
    public abstract string Name { get; }

    /// <summary>Samples a second of the PCM.</summary>
    public abstract int SampleRate { get; }

    /// <summary>Ticks a second of the RTP timestamp, which is not the sample rate for G.722 (RFC 3551 4.5.2).</summary>
    public abstract int ClockRate { get; }

    /// <summary>The static payload type (RFC 3551 6), or -1.</summary>
    public abstract int StaticPayloadType { get; }

    /// <summary>True when what a frame encodes to depends on the frames before it.</summary>
    public abstract bool HasState { get; }

    /// <summary>Channels in SDP's rtpmap, which are not those of the PCM for Opus (RFC 7587 section 7).</summary>
    public virtual int Channels => 1;

    /// <summary>Bytes of the longest payload that is taken.</summary>
    public virtual int MaxPacketBytes => MaxPacketMs * 8; // 64 kbit/s

    /// <summary>An encoder with fresh state.</summary>
    public abstract IAudioEncoder CreateEncoder();

    /// <summary>A decoder with fresh state.</summary>
    public abstract IAudioDecoder CreateDecoder();

    /// <summary>Samples in this payload; 0 when it cannot be one of this codec.</summary>
    public abstract int SampleCount(ReadOnlySpan<byte> payload);

    /// <summary>G.711 mu-law.</summary>
    public static AudioCodec Pcmu { get; } = new G711Codec(G711Law.Mu);

    /// <summary>G.711 A-law.</summary>
    public static AudioCodec Pcma { get; } = new G711Codec(G711Law.A);

    /// <summary>G.722 at 64 kbit/s.</summary>
    public static AudioCodec G722 { get; } = new G722Codec();

    /// <summary>Opus, mono; its encoders and decoders take libopus (<see cref="OpusSupport"/>).</summary>
    public static AudioCodec Opus { get; } = new OpusCodec();

    /// <summary>All that there are on this machine: what every telephone has, then Opus, unless its library is missing.</summary>
    public static IReadOnlyList<AudioCodec> All { get; } = OpusSupport.IsAvailable(out _) ? [G722, Pcmu, Pcma, Opus] : [G722, Pcmu, Pcma];

    /// <summary>The codec of an rtpmap name and clock rate; null when unknown.</summary>
    public static AudioCodec? Find(string name, int clockRate)
    {
        foreach (var codec in All)
        {
            if (codec.ClockRate == clockRate && codec.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return codec;
        }

        return null;
    }

    /// <summary>The codec of a static payload type; null when it has none.</summary>
    public static AudioCodec? FindStatic(int payloadType)
    {
        foreach (var codec in All)
        {
            if (codec.StaticPayloadType == payloadType)
                return codec;
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Turns PCM into payload. One stream, one thread. Disposing of it gives back what lies outside of the managed heap.</summary>
public interface IAudioEncoder : IDisposable
{
    /// <summary>Encodes whole frames; returns bytes written.</summary>
    int Encode(ReadOnlySpan<short> pcm, Span<byte> payload);

    /// <summary>Encodes like this from the next frame on. Nothing to do for codecs that know one way only.</summary>
    internal void Tune(in EncodeTarget target)
    {
    }

    /// <summary>Takes the state of an encoder of the same codec, so that a listener may be moved between two without a click.</summary>
    void CopyStateFrom(IAudioEncoder other);

    /// <summary>Back to the state of a fresh one.</summary>
    void Reset();
}

/// <summary>Turns payload into PCM. One stream, one thread. Any bytes decode to something; nothing throws.</summary>
public interface IAudioDecoder : IDisposable
{
    /// <summary>Decodes a payload; returns samples written, at most what <paramref name="pcm"/> holds.</summary>
    int Decode(ReadOnlySpan<byte> payload, Span<short> pcm);

    /// <summary>Back to the state of a fresh one.</summary>
    void Reset();
}

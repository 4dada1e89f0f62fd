namespace Meetpoint.Media.Codecs;

/// <summary>A decoder that knows best what to put in place of what is lost: it goes on with the state that it has, and is joined by it to what comes next.</summary>
public interface IConcealingDecoder : IAudioDecoder
{
    /// <summary>Samples that all lengths below are a multiple of.</summary>
    int Step { get; }

    /// <summary>Makes up the samples that come next, as of a lost packet; after a pause the noise of it.</summary>
    void Conceal(Span<short> pcm);

    /// <summary>How many samples right before this packet it carries a copy of; 0: none.</summary>
    int RecoverableSamples(ReadOnlySpan<byte> next);

    /// <summary>Decodes the copy of what was lost right before this packet; the packet itself is decoded after it.</summary>
    /// <param name="next">The packet after the lost one.</param>
    /// <param name="pcm">As long as <see cref="RecoverableSamples"/> said.</param>
    void Recover(ReadOnlySpan<byte> next, Span<short> pcm);

    /// <summary>How loud the packet says that it is, without being decoded.</summary>
    /// <param name="payload">Any bytes.</param>
    /// <param name="gain">On a scale of the codec's own: of two streams it says nothing, and of one which packet is the louder.</param>
    /// <returns>False for packets with voice, and for all of which only decoding tells.</returns>
    bool TryReadQuietGain(ReadOnlySpan<byte> payload, out byte gain);

    /// <summary>True when the sender is quiet from here on and sends nothing: no loss.</summary>
    bool IsPause(ReadOnlySpan<byte> payload);
}

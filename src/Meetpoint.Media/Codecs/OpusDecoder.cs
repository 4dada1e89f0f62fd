using Meetpoint.Media.Codecs.Native;

namespace Meetpoint.Media.Codecs;

/// <summary>A stream of Opus in.</summary>
sealed unsafe class OpusDecoder : IConcealingDecoder
{
    readonly OpusState _state = OpusState.ForDecoder();

    public int Step => OpusCodec.Step;

    public int Decode(ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        var expected = OpusPacket.SampleCount(payload);
        if (expected == 0 || expected > pcm.Length)
            return 0;
        var count = Decode(payload, pcm[..expected], fec: false);
        if (count > 0)
            return count;
        // The first byte was right and the rest is not: the time passes all the same.
        Conceal(pcm[..expected]);
        return expected;
    }

    public void Conceal(Span<short> pcm)
    {
        if (Decode(default, pcm, fec: false) != pcm.Length)
            pcm.Clear();
    }

    public int RecoverableSamples(ReadOnlySpan<byte> next) => OpusPacket.RedundantSamples(next);

    public void Recover(ReadOnlySpan<byte> next, Span<short> pcm)
    {
        if (Decode(next, pcm, fec: true) != pcm.Length)
            Conceal(pcm);
    }

    public bool TryReadQuietGain(ReadOnlySpan<byte> payload, out byte gain) => SilkGain.TryReadQuiet(payload, out gain);

    public bool IsPause(ReadOnlySpan<byte> payload) => payload.Length <= OpusPacket.MaxPauseBytes;

    public void Reset() => LibOpus.opus_decoder_reset(_state.Pointer, LibOpus.ResetState);

    public void Dispose() => _state.Dispose();

    int Decode(ReadOnlySpan<byte> payload, Span<short> pcm, bool fec)
    {
        int count;
        fixed (byte* from = payload)
        fixed (short* to = pcm)
            count = LibOpus.opus_decode(_state.Pointer, from, payload.Length, to, pcm.Length, fec ? 1 : 0);
        GC.KeepAlive(this);
        return count;
    }
}

using Meetpoint.Media.Codecs.Native;

namespace Meetpoint.Media.Codecs;

/// <summary>A stream of Opus out: mono speech, frames of 2.5 to 60 ms.</summary>
sealed unsafe class OpusEncoder : IAudioEncoder
{
    /// <summary>Of 10: 10 costs more than half as much again. Audio bridges take about as much.</summary>
    public const int Complexity = 5;

    readonly OpusState _state = OpusState.ForEncoder();
    EncodeTarget _target = new(AudioCodec.Opus, OpusFormat.DefaultBitrate, PlaybackRate: OpusCodec.Rate);

    public OpusEncoder() => Apply();

    public int Encode(ReadOnlySpan<short> pcm, Span<byte> payload)
    {
        int length;
        fixed (short* from = pcm)
        fixed (byte* to = payload)
            length = LibOpus.opus_encode(_state.Pointer, from, pcm.Length, to, payload.Length);
        GC.KeepAlive(this);
        return length > 0 ? length : throw new ArgumentException($"{pcm.Length} samples into {payload.Length} bytes: libopus refuses with {length}", nameof(pcm));
    }

    public void Tune(in EncodeTarget target)
    {
        if (target == _target)
            return;
        _target = target;
        Apply();
    }

    public void CopyStateFrom(IAudioEncoder other)
    {
        var from = (OpusEncoder)other;
        _state.CopyFrom(from._state);
        _target = from._target; // its settings lie in the state too
    }

    public void Reset() => LibOpus.opus_encoder_reset(_state.Pointer, LibOpus.ResetState);

    public void Dispose() => _state.Dispose();

    void Apply()
    {
        Set(LibOpus.SetComplexity, Complexity);
        Set(LibOpus.SetBitrate, _target.Bitrate);
        Set(LibOpus.SetMaxBandwidth, _target.PlaybackRate switch
        {
            OpusFormat.NarrowRate => LibOpus.NarrowBand,
            OpusFormat.MediumRate => LibOpus.MediumBand,
            OpusFormat.WideRate => LibOpus.WideBand,
            OpusFormat.SuperWideRate => LibOpus.SuperWideBand,
            _ => LibOpus.FullBand,
        });
        Set(LibOpus.SetVbr, _target.IsConstantRate ? 0 : 1);
        Set(LibOpus.SetDtx, _target.IsDiscontinuous ? 1 : 0);
        Set(LibOpus.SetInbandFec, _target.LossPercent > 0 ? 1 : 0);
        Set(LibOpus.SetPacketLossPercent, _target.LossPercent);
    }

    void Set(int request, int value) => _ = LibOpus.opus_encoder_ctl(_state.Pointer, request, value);
}

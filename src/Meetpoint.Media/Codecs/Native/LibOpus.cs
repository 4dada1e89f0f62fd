using System.Runtime.InteropServices;

namespace Meetpoint.Media.Codecs.Native;

/// <summary>The calls of libopus that the codec takes. Names, values and meanings are those of its header opus.h.</summary>
/// <remarks>
/// The ctl calls are variadic in C. Integers and pointers are passed alike either way on Linux for x86-64 and arm64, which is where this runs; not so
/// on Apple's arm64.
/// </remarks>
static unsafe partial class LibOpus
{
    public const string Library = "libopus.so.0";

    public const int ApplicationVoip = 2048;

    public const int NarrowBand = 1101;
    public const int MediumBand = 1102;
    public const int WideBand = 1103;
    public const int SuperWideBand = 1104;
    public const int FullBand = 1105;

    public const int SetBitrate = 4002;
    public const int SetMaxBandwidth = 4004;
    public const int SetVbr = 4006;
    public const int SetComplexity = 4010;
    public const int SetInbandFec = 4012;
    public const int SetPacketLossPercent = 4014;
    public const int SetDtx = 4016;
    public const int ResetState = 4028;

    [LibraryImport(Library)]
    public static partial int opus_encoder_get_size(int channels);

    [LibraryImport(Library)]
    public static partial int opus_encoder_init(nint encoder, int sampleRate, int channels, int application);

    [LibraryImport(Library)]
    public static partial int opus_encode(nint encoder, short* pcm, int samples, byte* payload, int maxBytes);

    [LibraryImport(Library)]
    public static partial int opus_encoder_ctl(nint encoder, int request, int value);

    [LibraryImport(Library, EntryPoint = "opus_encoder_ctl")]
    public static partial int opus_encoder_reset(nint encoder, int resetState);

    [LibraryImport(Library)]
    public static partial int opus_decoder_get_size(int channels);

    [LibraryImport(Library)]
    public static partial int opus_decoder_init(nint decoder, int sampleRate, int channels);

    /// <summary>A null payload conceals; fec 1 takes the copy of the frame before out of the payload.</summary>
    [LibraryImport(Library)]
    public static partial int opus_decode(nint decoder, byte* payload, int length, short* pcm, int maxSamples, int fec);

    [LibraryImport(Library, EntryPoint = "opus_decoder_ctl")]
    public static partial int opus_decoder_reset(nint decoder, int resetState);
}

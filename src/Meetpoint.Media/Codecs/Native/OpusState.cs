using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Meetpoint.Media.Codecs.Native;

/// <summary>
/// The memory of an encoder or decoder of libopus, ours and not the library's, so that its size is known: a state may be copied as it lies, for it
/// points into constant tables only.
/// </summary>
sealed unsafe class OpusState : SafeHandleZeroOrMinusOneIsInvalid
{
    readonly int _size;

    OpusState(int size)
        : base(ownsHandle: true)
    {
        _size = size;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)size));
    }

    /// <summary>Throws once it is freed.</summary>
    public nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Mono, 48 kHz, for speech.</summary>
    /// <exception cref="PlatformNotSupportedException">The library is missing.</exception>
    public static OpusState ForEncoder()
    {
        OpusSupport.ThrowUnlessAvailable();
        var state = new OpusState(LibOpus.opus_encoder_get_size(channels: 1));
        Check(LibOpus.opus_encoder_init(state.handle, OpusCodec.Rate, channels: 1, LibOpus.ApplicationVoip));
        return state;
    }

    /// <summary>Mono, 48 kHz: of stereo the library makes the mean.</summary>
    /// <exception cref="PlatformNotSupportedException">The library is missing.</exception>
    public static OpusState ForDecoder()
    {
        OpusSupport.ThrowUnlessAvailable();
        var state = new OpusState(LibOpus.opus_decoder_get_size(channels: 1));
        Check(LibOpus.opus_decoder_init(state.handle, OpusCodec.Rate, channels: 1));
        return state;
    }

    /// <summary>Becomes what the other is; both must be of one kind.</summary>
    public void CopyFrom(OpusState other) => NativeMemory.Copy((void*)other.Pointer, (void*)Pointer, (nuint)_size);

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }

    static void Check(int result)
    {
        if (result != 0)
            throw new InvalidOperationException($"libopus refuses its own constants: {result}");
    }
}

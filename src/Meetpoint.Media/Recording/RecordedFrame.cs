using System.Buffers;

namespace Meetpoint.Media.Recording;

/// <summary>A frame on its way from the room to the file. Who takes it gives its bytes back.</summary>
/// <param name="Ms">Milliseconds from the begin of the recording.</param>
/// <param name="Track">Of pictures what a file says of them; null for sound.</param>
/// <param name="IsKeyframe">It needs no other.</param>
/// <param name="Buffer">From the shared pool.</param>
/// <param name="Length">Bytes of it.</param>
readonly record struct RecordedFrame(long Ms, PictureTrack? Track, bool IsKeyframe, byte[] Buffer, int Length)
{
    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);

    /// <summary>A copy of what is lent.</summary>
    public static RecordedFrame Of(long ms, PictureTrack? track, bool isKeyframe, ReadOnlySpan<byte> bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, bytes.Length));
        bytes.CopyTo(buffer);
        return new RecordedFrame(ms, track, isKeyframe, buffer, bytes.Length);
    }

    /// <summary>Gives the bytes back.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(Buffer);
}

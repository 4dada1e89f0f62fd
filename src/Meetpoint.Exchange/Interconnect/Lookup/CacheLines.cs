using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// A fixed number of values, none of which crosses a cache line; nought at first. Admission reads a dozen values out of tens of megabytes for
/// each call, so what it costs is the number of lines. As thread safe as an array.
/// </summary>
/// <typeparam name="T">Its size divides a line.</typeparam>
sealed class CacheLines<T>
    where T : unmanaged
{
    /// <summary>Bytes of a cache line.</summary>
    public const int LineBytes = 64;

    readonly byte[] _bytes;
    readonly int _start;

    /// <summary>Room for so many values.</summary>
    public CacheLines(int count)
    {
        if (LineBytes % Unsafe.SizeOf<T>() != 0)
            throw new NotSupportedException($"{Unsafe.SizeOf<T>()} bytes do not divide a cache line");
        Count = count;
        // Pinned: the place is reckoned once.
        _bytes = GC.AllocateArray<byte>((count * Unsafe.SizeOf<T>()) + LineBytes, pinned: true);
        var beyond = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0) % LineBytes);
        _start = (LineBytes - beyond) % LineBytes;
    }

    /// <summary>Number of values.</summary>
    public int Count { get; }

    /// <summary>A value, in place.</summary>
    public ref T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count)
                ThrowOutside(index);
            return ref At(index);
        }
    }

    /// <summary>Asks for a value before it is needed; nothing where there is no such value.</summary>
    public void Prefetch(int index)
    {
        if ((uint)index < (uint)Count)
            Interconnect.Prefetch.Of(in At(index));
    }

    ref T At(int index) =>
        ref Unsafe.As<byte, T>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), (nint)_start + ((nint)index * Unsafe.SizeOf<T>())));

    [DoesNotReturn]
    static void ThrowOutside(int index) => throw new ArgumentOutOfRangeException(nameof(index), index, "there is no such value");
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Meetpoint.Media.Srtp.Crypto;

/// <summary>
/// GHASH on PCLMULQDQ. Blocks are byte-reversed on load; a product then stands one bit too low, which <see cref="Reduce"/> makes good.
/// Up to nine blocks are multiplied by falling powers of the key and summed before one reduction.
/// </summary>
sealed class GhashIntrinsic : Ghash
{
    const int BlockBytes = 16;
    const int BlocksAtOnce = 8;

    static readonly Vector128<byte> ByteOrder = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    // _powers[n] is the hash key to the power n + 1. One more than a batch, for the block of lengths behind the last blocks.
    readonly Vector128<ulong>[] _powers = GC.AllocateArray<Vector128<ulong>>(BlocksAtOnce + 1, pinned: true);

    public GhashIntrinsic(Vector128<byte> hashKey)
    {
        _powers[0] = Ssse3.Shuffle(hashKey, ByteOrder).AsUInt64();
        for (var i = 1; i < _powers.Length; i++)
        {
            Vector128<ulong> low = default, middle = default, high = default;
            Accumulate(_powers[i - 1], _powers[0], ref low, ref middle, ref high);
            _powers[i] = Reduce(low, middle, high);
        }
    }

    public static bool IsSupported => Pclmulqdq.IsSupported && Ssse3.IsSupported;

    public override Vector128<byte> Compute(ReadOnlySpan<byte> additionalData, ReadOnlySpan<byte> ciphertext)
    {
        var hash = Absorb(default, additionalData, default, withLengths: false);
        var lengths = Vector128.Create((ulong)ciphertext.Length * 8, (ulong)additionalData.Length * 8);
        hash = Absorb(hash, ciphertext, lengths, withLengths: true);
        return Ssse3.Shuffle(hash.AsByte(), ByteOrder);
    }

    public override void Dispose() => Array.Clear(_powers);

    // The sums are locals and not a struct with methods: the compiler keeps only locals in registers here, and that halves the time.
    Vector128<ulong> Absorb(Vector128<ulong> hash, ReadOnlySpan<byte> data, Vector128<ulong> lengths, bool withLengths)
    {
        ref var powers = ref MemoryMarshal.GetArrayDataReference(_powers);
        Vector128<ulong> low, middle, high;
        while (data.Length >= BlocksAtOnce * BlockBytes)
        {
            ref var text = ref MemoryMarshal.GetReference(data);
            low = middle = high = default;
            for (var block = 0; block < BlocksAtOnce; block++)
            {
                var value = hash ^ Load(ref text, (nuint)block);
                hash = default;
                Accumulate(value, Unsafe.Add(ref powers, BlocksAtOnce - 1 - block), ref low, ref middle, ref high);
            }
            hash = Reduce(low, middle, high);
            data = data[(BlocksAtOnce * BlockBytes)..];
        }

        var power = (data.Length + BlockBytes - 1) / BlockBytes + (withLengths ? 1 : 0);
        if (power == 0)
        {
            return hash;
        }
        low = middle = high = default;
        while (!data.IsEmpty)
        {
            var value = hash ^ (data.Length >= BlockBytes ? Load(ref MemoryMarshal.GetReference(data), 0) : LoadPadded(data));
            hash = default;
            Accumulate(value, Unsafe.Add(ref powers, --power), ref low, ref middle, ref high);
            data = data[Math.Min(BlockBytes, data.Length)..];
        }
        if (withLengths)
        {
            Accumulate(hash ^ lengths, powers, ref low, ref middle, ref high);
        }
        return Reduce(low, middle, high);
    }

    /// <summary>Adds a 128 x 128-bit carry-less product to a sum of such, not yet reduced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Accumulate(
        Vector128<ulong> left, Vector128<ulong> right, ref Vector128<ulong> low, ref Vector128<ulong> middle, ref Vector128<ulong> high)
    {
        low ^= Pclmulqdq.CarrylessMultiply(left, right, 0x00);
        high ^= Pclmulqdq.CarrylessMultiply(left, right, 0x11);
        middle ^= Pclmulqdq.CarrylessMultiply(left, right, 0x10) ^ Pclmulqdq.CarrylessMultiply(left, right, 0x01);
    }

    static Vector128<ulong> LoadPadded(ReadOnlySpan<byte> data)
    {
        Span<byte> padded = stackalloc byte[BlockBytes];
        padded.Clear();
        data.CopyTo(padded);
        return Load(ref MemoryMarshal.GetReference(padded), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Load(ref byte text, nuint block) =>
        Ssse3.Shuffle(Vector128.LoadUnsafe(ref text, block * BlockBytes), ByteOrder).AsUInt64();

    /// <summary>Shifts the 256-bit product left by one and reduces it by x^128 + x^7 + x^2 + x + 1, in the reflected order of GCM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Reduce(Vector128<ulong> lowSum, Vector128<ulong> middleSum, Vector128<ulong> highSum)
    {
        var low = (lowSum ^ Sse2.ShiftLeftLogical128BitLane(middleSum, 8)).AsUInt32();
        var high = (highSum ^ Sse2.ShiftRightLogical128BitLane(middleSum, 8)).AsUInt32();

        var lowCarry = low >>> 31;
        var highCarry = high >>> 31;
        low = (low << 1) | Sse2.ShiftLeftLogical128BitLane(lowCarry, 4);
        high = (high << 1) | Sse2.ShiftLeftLogical128BitLane(highCarry, 4) | Sse2.ShiftRightLogical128BitLane(lowCarry, 12);

        var fold = (low << 31) ^ (low << 30) ^ (low << 25);
        low ^= Sse2.ShiftLeftLogical128BitLane(fold, 12);
        var spill = Sse2.ShiftRightLogical128BitLane(fold, 4);
        low ^= (low >>> 1) ^ (low >>> 2) ^ (low >>> 7) ^ spill;
        return (high ^ low).AsUInt64();
    }
}

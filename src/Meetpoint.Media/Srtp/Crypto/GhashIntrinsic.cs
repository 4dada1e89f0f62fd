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
            var sum = default(Product);
            sum.Add(_powers[i - 1], _powers[0]);
            _powers[i] = Reduce(sum);
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

    Vector128<ulong> Absorb(Vector128<ulong> hash, ReadOnlySpan<byte> data, Vector128<ulong> lengths, bool withLengths)
    {
        ref var powers = ref MemoryMarshal.GetArrayDataReference(_powers);
        while (data.Length >= BlocksAtOnce * BlockBytes)
        {
            ref var text = ref MemoryMarshal.GetReference(data);
            var sum = default(Product);
            sum.Add(hash ^ Load(ref text, 0), Unsafe.Add(ref powers, 7));
            sum.Add(Load(ref text, 1), Unsafe.Add(ref powers, 6));
            sum.Add(Load(ref text, 2), Unsafe.Add(ref powers, 5));
            sum.Add(Load(ref text, 3), Unsafe.Add(ref powers, 4));
            sum.Add(Load(ref text, 4), Unsafe.Add(ref powers, 3));
            sum.Add(Load(ref text, 5), Unsafe.Add(ref powers, 2));
            sum.Add(Load(ref text, 6), Unsafe.Add(ref powers, 1));
            sum.Add(Load(ref text, 7), powers);
            hash = Reduce(sum);
            data = data[(BlocksAtOnce * BlockBytes)..];
        }

        var power = (data.Length + BlockBytes - 1) / BlockBytes + (withLengths ? 1 : 0);
        if (power == 0)
        {
            return hash;
        }
        var rest = default(Product);
        while (data.Length >= BlockBytes)
        {
            rest.Add(hash ^ Load(ref MemoryMarshal.GetReference(data), 0), Unsafe.Add(ref powers, --power));
            hash = default;
            data = data[BlockBytes..];
        }
        if (!data.IsEmpty)
        {
            Span<byte> padded = stackalloc byte[BlockBytes];
            padded.Clear();
            data.CopyTo(padded);
            rest.Add(hash ^ Load(ref MemoryMarshal.GetReference(padded), 0), Unsafe.Add(ref powers, --power));
            hash = default;
        }
        if (withLengths)
        {
            rest.Add(hash ^ lengths, powers);
        }
        return Reduce(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Load(ref byte text, nuint block) =>
        Ssse3.Shuffle(Vector128.LoadUnsafe(ref text, block * BlockBytes), ByteOrder).AsUInt64();

    /// <summary>Shifts the 256-bit product left by one and reduces it by x^128 + x^7 + x^2 + x + 1, in the reflected order of GCM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<ulong> Reduce(Product product)
    {
        var low = (product.Low ^ Sse2.ShiftLeftLogical128BitLane(product.Middle, 8)).AsUInt32();
        var high = (product.High ^ Sse2.ShiftRightLogical128BitLane(product.Middle, 8)).AsUInt32();

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

    /// <summary>A sum of 128 x 128-bit carry-less products, not yet reduced.</summary>
    struct Product
    {
        public Vector128<ulong> Low;
        public Vector128<ulong> Middle;
        public Vector128<ulong> High;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector128<ulong> left, Vector128<ulong> right)
        {
            Low ^= Pclmulqdq.CarrylessMultiply(left, right, 0x00);
            High ^= Pclmulqdq.CarrylessMultiply(left, right, 0x11);
            Middle ^= Pclmulqdq.CarrylessMultiply(left, right, 0x10) ^ Pclmulqdq.CarrylessMultiply(left, right, 0x01);
        }
    }
}

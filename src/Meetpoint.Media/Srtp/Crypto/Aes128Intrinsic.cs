using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Meetpoint.Media.Srtp.Crypto;

/// <summary>AES on AES-NI, eight counter blocks in flight.</summary>
sealed class Aes128Intrinsic : Aes128
{
    const int Rounds = 10;

    static readonly Vector128<byte> ByteOrder = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    // Pinned, so that the collector leaves no copies of the key behind.
    readonly Vector128<byte>[] _roundKeys = GC.AllocateArray<Vector128<byte>>(Rounds + 1, pinned: true);

    public Aes128Intrinsic(ReadOnlySpan<byte> key)
    {
        _roundKeys[0] = Vector128.Create(key);
        byte roundConstant = 1;
        for (var round = 1; round <= Rounds; round++)
        {
            _roundKeys[round] = NextRoundKey(_roundKeys[round - 1], roundConstant);
            roundConstant = (byte)((roundConstant << 1) ^ ((roundConstant >> 7) * 0x1b));
        }
    }

    public static bool IsSupported => Aes.IsSupported && Ssse3.IsSupported;

    public override Vector128<byte> EncryptBlock(Vector128<byte> block)
    {
        ref var key = ref MemoryMarshal.GetArrayDataReference(_roundKeys);
        block ^= key;
        for (var round = 1; round < Rounds; round++)
        {
            block = Aes.Encrypt(block, Unsafe.Add(ref key, round));
        }
        return Aes.EncryptLast(block, Unsafe.Add(ref key, Rounds));
    }

    [SkipLocalsInit]
    public override void XorKeystream(Span<byte> data, Vector128<byte> counter)
    {
        Span<byte> tail = stackalloc byte[BlocksAtOnce * BlockBytes];
        ref var key = ref MemoryMarshal.GetArrayDataReference(_roundKeys);
        var one = Vector128.CreateScalar(1u);
        var next = Ssse3.Shuffle(counter, ByteOrder).AsUInt32();
        while (!data.IsEmpty)
        {
            var whitening = key;
            var b0 = Ssse3.Shuffle(next.AsByte(), ByteOrder) ^ whitening;
            next += one;
            var b1 = Ssse3.Shuffle(next.AsByte(), ByteOrder) ^ whitening;
            next += one;
            var b2 = Ssse3.Shuffle(next.AsByte(), ByteOrder) ^ whitening;
            next += one;
            var b3 = Ssse3.Shuffle(next.AsByte(), ByteOrder) ^ whitening;
            next += one;
            var b4 = Ssse3.Shuffle(next.AsByte(), ByteOrder) ^ whitening;
            next += one;
            var b5 = Ssse3.Shuffle(next.AsByte(), ByteOrder) ^ whitening;
            next += one;
            var b6 = Ssse3.Shuffle(next.AsByte(), ByteOrder) ^ whitening;
            next += one;
            var b7 = Ssse3.Shuffle(next.AsByte(), ByteOrder) ^ whitening;
            next += one;
            for (var round = 1; round < Rounds; round++)
            {
                var roundKey = Unsafe.Add(ref key, round);
                b0 = Aes.Encrypt(b0, roundKey);
                b1 = Aes.Encrypt(b1, roundKey);
                b2 = Aes.Encrypt(b2, roundKey);
                b3 = Aes.Encrypt(b3, roundKey);
                b4 = Aes.Encrypt(b4, roundKey);
                b5 = Aes.Encrypt(b5, roundKey);
                b6 = Aes.Encrypt(b6, roundKey);
                b7 = Aes.Encrypt(b7, roundKey);
            }
            var last = Unsafe.Add(ref key, Rounds);
            b0 = Aes.EncryptLast(b0, last);
            b1 = Aes.EncryptLast(b1, last);
            b2 = Aes.EncryptLast(b2, last);
            b3 = Aes.EncryptLast(b3, last);
            b4 = Aes.EncryptLast(b4, last);
            b5 = Aes.EncryptLast(b5, last);
            b6 = Aes.EncryptLast(b6, last);
            b7 = Aes.EncryptLast(b7, last);

            var whole = data.Length >= BlocksAtOnce * BlockBytes;
            ref var text = ref MemoryMarshal.GetReference(data);
            ref var target = ref whole ? ref text : ref MemoryMarshal.GetReference(tail);
            if (whole)
            {
                b0 ^= Vector128.LoadUnsafe(ref text, 0);
                b1 ^= Vector128.LoadUnsafe(ref text, 16);
                b2 ^= Vector128.LoadUnsafe(ref text, 32);
                b3 ^= Vector128.LoadUnsafe(ref text, 48);
                b4 ^= Vector128.LoadUnsafe(ref text, 64);
                b5 ^= Vector128.LoadUnsafe(ref text, 80);
                b6 ^= Vector128.LoadUnsafe(ref text, 96);
                b7 ^= Vector128.LoadUnsafe(ref text, 112);
            }
            b0.StoreUnsafe(ref target, 0);
            b1.StoreUnsafe(ref target, 16);
            b2.StoreUnsafe(ref target, 32);
            b3.StoreUnsafe(ref target, 48);
            b4.StoreUnsafe(ref target, 64);
            b5.StoreUnsafe(ref target, 80);
            b6.StoreUnsafe(ref target, 96);
            b7.StoreUnsafe(ref target, 112);
            if (!whole)
            {
                Xor(data, tail);
                return;
            }
            data = data[(BlocksAtOnce * BlockBytes)..];
        }
    }

    public override void Dispose() => Array.Clear(_roundKeys);

    /// <summary>FIPS 197, 5.2. The instruction takes its constant as an immediate, so it is asked for 0 and the constant added after.</summary>
    static Vector128<byte> NextRoundKey(Vector128<byte> previous, byte roundConstant)
    {
        var assist = Sse2.Shuffle(Aes.KeygenAssist(previous, 0).AsUInt32(), 0xff) ^ Vector128.Create((uint)roundConstant);
        var words = previous.AsUInt32();
        words ^= Sse2.ShiftLeftLogical128BitLane(words, 4);
        words ^= Sse2.ShiftLeftLogical128BitLane(words, 8);
        return (words ^ assist).AsByte();
    }
}

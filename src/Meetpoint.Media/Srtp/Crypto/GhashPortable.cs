using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Meetpoint.Media.Srtp.Crypto;

/// <summary>
/// GHASH bit by bit, as SP 800-38D 6.3 writes it, without branches or look-ups that depend on secrets. About forty times slower than the
/// instructions: it is there so that every processor can run the program, not for a busy server.
/// </summary>
sealed class GhashPortable : Ghash
{
    const int BlockBytes = 16;

    UInt128 _hashKey;

    public GhashPortable(Vector128<byte> hashKey)
    {
        Span<byte> bytes = stackalloc byte[BlockBytes];
        hashKey.CopyTo(bytes);
        _hashKey = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public override Vector128<byte> Compute(ReadOnlySpan<byte> additionalData, ReadOnlySpan<byte> ciphertext)
    {
        var hash = Absorb(Absorb(UInt128.Zero, additionalData), ciphertext);
        hash = Multiply(hash ^ new UInt128((ulong)additionalData.Length * 8, (ulong)ciphertext.Length * 8));
        Span<byte> bytes = stackalloc byte[BlockBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        return Vector128.Create<byte>(bytes);
    }

    public override void Dispose() => _hashKey = default;

    UInt128 Absorb(UInt128 hash, ReadOnlySpan<byte> data)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        while (!data.IsEmpty)
        {
            var length = Math.Min(data.Length, BlockBytes);
            block.Clear();
            data[..length].CopyTo(block);
            hash = Multiply(hash ^ BinaryPrimitives.ReadUInt128BigEndian(block));
            data = data[length..];
        }
        return hash;
    }

    UInt128 Multiply(UInt128 value)
    {
        var reduction = new UInt128(0xE100_0000_0000_0000, 0);
        var product = UInt128.Zero;
        var shifted = _hashKey;
        for (var bit = 127; bit >= 0; bit--)
        {
            product ^= shifted & (UInt128.Zero - ((value >> bit) & 1));
            shifted = (shifted >> 1) ^ (reduction & (UInt128.Zero - (shifted & 1)));
        }
        return product;
    }
}

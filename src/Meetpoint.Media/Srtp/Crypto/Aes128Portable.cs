using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Meetpoint.Media.Srtp.Crypto;

/// <summary>AES of the platform's library, for processors whose instructions we do not use. A batch of counter blocks per call.</summary>
sealed class Aes128Portable : Aes128
{
    readonly Aes _aes = Aes.Create();
    readonly ICryptoTransform _encryptor;
    readonly byte[] _counters = new byte[BlocksAtOnce * BlockBytes];
    readonly byte[] _keystream = new byte[BlocksAtOnce * BlockBytes];

    public Aes128Portable(ReadOnlySpan<byte> key)
    {
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
        _encryptor = _aes.CreateEncryptor();
    }

    public override Vector128<byte> EncryptBlock(Vector128<byte> block)
    {
        block.CopyTo(_counters);
        _encryptor.TransformBlock(_counters, 0, BlockBytes, _keystream, 0);
        return Vector128.Create<byte>(_keystream.AsSpan(0, BlockBytes));
    }

    public override void XorKeystream(Span<byte> data, Vector128<byte> counter)
    {
        var count = BinaryPrimitives.ReverseEndianness(counter.AsUInt32()[3]);
        while (!data.IsEmpty)
        {
            var length = Math.Min(data.Length, _keystream.Length);
            var blocks = (length + BlockBytes - 1) / BlockBytes;
            for (var i = 0; i < blocks; i++)
            {
                counter.AsUInt32().WithElement(3, BinaryPrimitives.ReverseEndianness(count++)).AsByte().CopyTo(_counters, i * BlockBytes);
            }
            _encryptor.TransformBlock(_counters, 0, blocks * BlockBytes, _keystream, 0);
            Xor(data[..length], _keystream);
            data = data[length..];
        }
    }

    public override void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_keystream);
    }
}

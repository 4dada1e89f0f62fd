using System.Runtime.Intrinsics;

namespace Meetpoint.Media.Srtp.Crypto;

/// <summary>GHASH, the universal hash of GCM (NIST SP 800-38D, 6.4). Immutable once made, so any thread may use it.</summary>
abstract class Ghash : IDisposable
{
    /// <summary>From the hash key: the zero block encrypted.</summary>
    public static Ghash Create(Vector128<byte> hashKey) =>
        GhashIntrinsic.IsSupported ? new GhashIntrinsic(hashKey) : new GhashPortable(hashKey);

    /// <summary>The hash of both parts, each padded to whole blocks, and of the block with their lengths.</summary>
    public abstract Vector128<byte> Compute(ReadOnlySpan<byte> additionalData, ReadOnlySpan<byte> ciphertext);

    /// <summary>Wipes the hash key.</summary>
    public abstract void Dispose();
}

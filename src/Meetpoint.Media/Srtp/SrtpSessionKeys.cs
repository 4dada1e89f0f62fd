using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Meetpoint.Media.Srtp.Crypto;

namespace Meetpoint.Media.Srtp;

/// <summary>The session keys of one direction, for RTP or for RTCP. Dispose wipes them.</summary>
sealed class SrtpSessionKeys : IDisposable
{
    const byte RtpEncryptionLabel = 0x00;
    const byte RtcpEncryptionLabel = 0x03;

    /// <summary>Key of the cipher.</summary>
    public byte[] Encryption { get; init; } = new byte[Aes128.KeyBytes];

    /// <summary>Key of HMAC-SHA1; not used by the AEAD profile.</summary>
    public byte[] Authentication { get; init; } = new byte[HmacSha1.KeyBytes];

    /// <summary>14 bytes for AES-CM, 12 for GCM.</summary>
    public required byte[] Salt { get; init; }

    public static SrtpSessionKeys DeriveRtp(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt) =>
        Derive(profile, masterKey, masterSalt, RtpEncryptionLabel);

    public static SrtpSessionKeys DeriveRtcp(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt) =>
        Derive(profile, masterKey, masterSalt, RtcpEncryptionLabel);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Encryption);
        CryptographicOperations.ZeroMemory(Authentication);
        CryptographicOperations.ZeroMemory(Salt);
    }

    /// <summary>RFC 3711 4.3 with a key derivation rate of 0; the labels of encryption, authentication and salt follow each other.</summary>
    static SrtpSessionKeys Derive(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, byte firstLabel)
    {
        var keys = new SrtpSessionKeys { Salt = new byte[profile.SaltBytes] };
        using var master = Aes128.Create(masterKey);
        DeriveOne(master, masterSalt, firstLabel, keys.Encryption);
        DeriveOne(master, masterSalt, (byte)(firstLabel + 1), keys.Authentication);
        DeriveOne(master, masterSalt, (byte)(firstLabel + 2), keys.Salt);
        return keys;
    }

    static void DeriveOne(Aes128 master, ReadOnlySpan<byte> masterSalt, byte label, Span<byte> key)
    {
        // The salt is 112 bits, a 96-bit one padded to that at its end (RFC 7714 11); the label stands in front of the 48 bits of index.
        const int LabelOffset = 7;
        Span<byte> start = stackalloc byte[Aes128.BlockBytes];
        start.Clear();
        masterSalt.CopyTo(start);
        start[LabelOffset] ^= label;
        key.Clear();
        master.XorKeystream(key, Vector128.Create<byte>(start));
    }
}

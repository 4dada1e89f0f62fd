using System.Security.Cryptography;

namespace Meetpoint.Radius.Authenticators;

/// <summary>
/// A value hidden with a salt: Tunnel-Password behind its tag (RFC 2868 section 3.5), MS-MPPE-Send-Key and MS-MPPE-Recv-Key (RFC 2548 section 2.4.2). Two octets
/// of salt, then blocks of 16 that hold the length in one octet, the value, and zeros.
/// </summary>
public static class SaltedValue
{
    /// <summary>Octets of the salt.</summary>
    public const int SaltLength = 2;

    /// <summary>The most octets of a value: 15 blocks, without the length.</summary>
    public const int MaxLength = 239;

    /// <summary>The most octets of it hidden.</summary>
    public const int MaxHiddenLength = SaltLength + MaxLength + 1;

    const int Block = Md5.DigestLength;

    /// <summary>Hides a value; its length hidden, 18 to 242 octets, or 0 when it is too long or does not fit.</summary>
    /// <param name="value">0 to 239 octets.</param>
    /// <param name="salt">No other value of the packet has it; its top bit is set here (RFC 2868 section 3.5).</param>
    /// <param name="secret">Shared with who reads it.</param>
    /// <param name="authenticator">Of the request that the packet answers.</param>
    /// <param name="hidden">Room for 2 and the next multiple of 16 after the value and its length.</param>
    public static int Hide(ReadOnlySpan<byte> value, ushort salt, SharedSecret secret, in RequestAuthenticator authenticator, Span<byte> hidden)
    {
        var length = HiddenLength(value.Length);
        if (value.Length > MaxLength || hidden.Length < length)
            return 0;
        hidden = hidden[..length];
        hidden[0] = (byte)(0x80 | (salt >> 8));
        hidden[1] = (byte)salt;
        hidden[SaltLength] = (byte)value.Length;
        hidden[(SaltLength + 1 + value.Length)..].Clear();
        value.CopyTo(hidden[(SaltLength + 1)..]);
        Cover(hidden, secret, authenticator);
        return length;
    }

    /// <summary>Reveals a value; false when there are no whole blocks, or the length in them is none: mostly because the secret is another.</summary>
    /// <param name="hidden">18 to 242 octets.</param>
    /// <param name="secret">Shared with who hid it.</param>
    /// <param name="authenticator">Of the request that the packet answers.</param>
    /// <param name="value">Room for 240 octets.</param>
    /// <param name="length">How many of them are the value.</param>
    public static bool TryReveal(ReadOnlySpan<byte> hidden, SharedSecret secret, in RequestAuthenticator authenticator, Span<byte> value, out int length)
    {
        length = 0;
        if (!IsHidden(hidden.Length))
            return false;
        Span<byte> plain = stackalloc byte[MaxHiddenLength];
        plain = plain[..hidden.Length];
        Uncover(hidden, secret, authenticator, plain);
        var ok = plain[SaltLength] <= hidden.Length - SaltLength - 1 && plain[SaltLength] <= value.Length;
        if (ok)
        {
            length = plain[SaltLength];
            plain.Slice(SaltLength + 1, length).CopyTo(value);
        }

        CryptographicOperations.ZeroMemory(plain);
        return ok;
    }

    /// <summary>Hides anew, in place and with the same salt, what another secret hid; false, and nothing changed, when it is no hidden value.</summary>
    public static bool TryRehide(Span<byte> hidden, SharedSecret from, in RequestAuthenticator fromAuthenticator, SharedSecret to, in RequestAuthenticator toAuthenticator)
    {
        if (!IsHidden(hidden.Length))
            return false;
        Span<byte> plain = stackalloc byte[MaxHiddenLength];
        plain = plain[..hidden.Length];
        Uncover(hidden, from, fromAuthenticator, plain);
        var ok = plain[SaltLength] <= hidden.Length - SaltLength - 1;
        if (ok)
        {
            plain.CopyTo(hidden);
            Cover(hidden, to, toAuthenticator);
        }

        CryptographicOperations.ZeroMemory(plain);
        return ok;
    }

    /// <summary>Octets that a value of so many takes when it is hidden.</summary>
    public static int HiddenLength(int length) => SaltLength + ((length + Block) & -Block);

    static bool IsHidden(int length) => length is >= SaltLength + Block and <= MaxHiddenLength && (length - SaltLength) % Block == 0;

    static void Cover(Span<byte> hidden, SharedSecret secret, in RequestAuthenticator authenticator)
    {
        Span<byte> key = stackalloc byte[Block];
        Span<byte> first = stackalloc byte[Block];
        authenticator.Write(first);
        for (var at = SaltLength; at < hidden.Length; at += Block)
        {
            if (at == SaltLength)
                secret.HidingKey(first, hidden[..SaltLength], key);
            else
                secret.HidingKey(hidden.Slice(at - Block, Block), default, key);
            UserPassword.Cover(hidden.Slice(at, Block), key);
        }
    }

    static void Uncover(ReadOnlySpan<byte> hidden, SharedSecret secret, in RequestAuthenticator authenticator, Span<byte> plain)
    {
        Span<byte> key = stackalloc byte[Block];
        Span<byte> first = stackalloc byte[Block];
        authenticator.Write(first);
        hidden.CopyTo(plain);
        for (var at = SaltLength; at < hidden.Length; at += Block)
        {
            if (at == SaltLength)
                secret.HidingKey(first, hidden[..SaltLength], key);
            else
                secret.HidingKey(hidden.Slice(at - Block, Block), default, key);
            UserPassword.Cover(plain.Slice(at, Block), key);
        }
    }
}

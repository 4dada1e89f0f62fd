using System.Security.Cryptography;

namespace Meetpoint.Radius.Authenticators;

/// <summary>
/// User-Password as it is hidden (RFC 2865 section 5.2): blocks of 16 octets, each covered by MD5 over the secret and the block before. MS-CHAP-MPPE-Keys are
/// hidden alike (RFC 2548 section 2.4.1).
/// </summary>
public static class UserPassword
{
    /// <summary>The most octets of a password.</summary>
    public const int MaxLength = 128;

    const int Block = Md5.DigestLength;

    /// <summary>Hides a password; its length hidden, 16 to 128 octets, or 0 when it is too long or does not fit.</summary>
    /// <param name="password">0 to 128 octets.</param>
    /// <param name="secret">Shared with who reads it.</param>
    /// <param name="authenticator">Of the request that it stands in.</param>
    /// <param name="hidden">Room for the next multiple of 16.</param>
    public static int Hide(ReadOnlySpan<byte> password, SharedSecret secret, in RequestAuthenticator authenticator, Span<byte> hidden)
    {
        var length = Math.Max(Block, (password.Length + Block - 1) & -Block);
        if (password.Length > MaxLength || hidden.Length < length)
            return 0;
        hidden = hidden[..length];
        hidden[password.Length..].Clear();
        password.CopyTo(hidden);
        Span<byte> key = stackalloc byte[Block];
        authenticator.Write(key);
        for (var at = 0; at < length; at += Block)
        {
            var block = hidden.Slice(at, Block);
            secret.HidingKey(at == 0 ? key : hidden.Slice(at - Block, Block), default, key);
            Cover(block, key);
        }

        return length;
    }

    /// <summary>Reveals a password in its padding: as many octets as were hidden; false when these are no whole blocks, none, or more than 128.</summary>
    /// <param name="hidden">16 to 128 octets.</param>
    /// <param name="secret">Shared with who hid it.</param>
    /// <param name="authenticator">Of the request that it stands in.</param>
    /// <param name="padded">Room for as many; may be the same octets.</param>
    public static bool TryReveal(ReadOnlySpan<byte> hidden, SharedSecret secret, in RequestAuthenticator authenticator, Span<byte> padded)
    {
        if (!IsHidden(hidden.Length) || padded.Length < hidden.Length)
            return false;
        Span<byte> before = stackalloc byte[Block];
        Span<byte> key = stackalloc byte[Block];
        authenticator.Write(before);
        for (var at = 0; at < hidden.Length; at += Block)
        {
            secret.HidingKey(before, default, key);
            hidden.Slice(at, Block).CopyTo(before);
            before.CopyTo(padded[at..]);
            Cover(padded.Slice(at, Block), key);
        }

        return true;
    }

    /// <summary>Hides anew, in place, what another secret hid; false, and nothing changed, when it is no hidden password.</summary>
    public static bool TryRehide(Span<byte> hidden, SharedSecret from, in RequestAuthenticator fromAuthenticator, SharedSecret to, in RequestAuthenticator toAuthenticator)
    {
        Span<byte> padded = stackalloc byte[MaxLength];
        if (!TryReveal(hidden, from, fromAuthenticator, padded))
            return false;
        Hide(padded[..hidden.Length], to, toAuthenticator, hidden);
        CryptographicOperations.ZeroMemory(padded);
        return true;
    }

    /// <summary>Without the zeros at the end.</summary>
    public static ReadOnlySpan<byte> WithoutPadding(ReadOnlySpan<byte> padded) => padded.TrimEnd((byte)0);

    internal static bool IsHidden(int length) => length is >= Block and <= MaxLength && length % Block == 0;

    internal static void Cover(Span<byte> block, ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < Block; i++)
            block[i] ^= key[i];
    }
}

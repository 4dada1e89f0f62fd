using System.Buffers;
using System.Text;
using Meetpoint.Net;

namespace Meetpoint.Media.Ice;

/// <summary>One side's fragment of the user name and its password (RFC 8445 section 5.3), as SDP's ice-ufrag and ice-pwd carry them. Immutable.</summary>
public sealed class IceCredentials
{
    /// <summary>Characters of ours: 48 bits, so that a port shared by thousands tells them apart by it.</summary>
    public const int UserFragmentLength = 8;

    /// <summary>Characters of our password: 144 bits, where 128 are asked for.</summary>
    public const int PasswordLength = 24;

    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"; // ice-char: 64 of them, so a random byte's six bits pick one
    const int MinUserFragment = 4;
    const int MinPassword = 22;
    const int MaxLength = 256;
    static readonly SearchValues<char> IceChars = SearchValues.Create(Alphabet);

    readonly byte[] _userFragment;
    readonly byte[] _password;

    IceCredentials(string userFragment, string password)
    {
        UserFragment = userFragment;
        Password = password;
        _userFragment = Encoding.ASCII.GetBytes(userFragment);
        _password = Encoding.ASCII.GetBytes(password);
    }

    /// <summary>4 to 256 of letters, digits, "+" and "/".</summary>
    public string UserFragment { get; }

    /// <summary>22 to 256 of letters, digits, "+" and "/".</summary>
    public string Password { get; }

    internal ReadOnlySpan<byte> UserFragmentBytes => _userFragment;

    internal ReadOnlySpan<byte> PasswordBytes => _password;

    /// <summary>New ones, of our own.</summary>
    public static IceCredentials Draw(Randomness randomness) => new(Text(randomness, UserFragmentLength), Text(randomness, PasswordLength));

    /// <summary>The other side's, from its SDP; false when one is too short, too long, or of other characters (RFC 8839 section 5.4).</summary>
    public static bool TryCreate(string userFragment, string password, out IceCredentials credentials)
    {
        var fits = userFragment.Length is >= MinUserFragment and <= MaxLength && password.Length is >= MinPassword and <= MaxLength
            && !userFragment.AsSpan().ContainsAnyExcept(IceChars) && !password.AsSpan().ContainsAnyExcept(IceChars);
        credentials = fits ? new IceCredentials(userFragment, password) : null!;
        return fits;
    }

    /// <summary>The fragment alone: a password has no place in a log.</summary>
    public override string ToString() => UserFragment;

    static string Text(Randomness randomness, int length) => string.Create(length, randomness, static (text, source) =>
    {
        Span<byte> bytes = stackalloc byte[text.Length];
        source.Fill(bytes);
        for (var i = 0; i < text.Length; i++)
            text[i] = Alphabet[bytes[i] & 63];
    });
}

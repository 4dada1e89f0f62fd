using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Meetpoint.Net;

namespace Meetpoint.Media.Srtp;

/// <summary>
/// The value of an SDP a=crypto attribute (SDES, RFC 4568): "1 AES_CM_128_HMAC_SHA1_80 inline:&lt;base64&gt;|2^31". Use it only where the
/// signalling itself is encrypted. Immutable; <see cref="ToString"/> does not show the key.
/// </summary>
public sealed class SdesKey
{
    /// <summary>Longest value taken, in characters: many times what a real one has.</summary>
    public const int MaxLength = 512;

    /// <summary>Lifetime when none is given: the limit of RTCP, the smaller one.</summary>
    const long DefaultLifetimePackets = 1L << 31;

    const int MaxTagDigits = 9;
    const string InlineMethod = "inline:";

    SdesKey(int tag, SrtpProfile profile, byte[] keyAndSalt, long lifetimePackets)
    {
        Tag = tag;
        Profile = profile;
        KeyAndSalt = keyAndSalt;
        LifetimePackets = lifetimePackets;
    }

    /// <summary>Number of the attribute, 1 to 999999999 (0 is taken too); the answer repeats the offer's.</summary>
    public int Tag { get; }

    /// <summary>The suite.</summary>
    public SrtpProfile Profile { get; }

    /// <summary>Packets that the sender may protect with this key.</summary>
    public long LifetimePackets { get; }

    /// <summary>Master key, 16 bytes.</summary>
    public ReadOnlySpan<byte> MasterKey => KeyAndSalt.AsSpan(0, Profile.KeyBytes);

    /// <summary>Master salt, 14 or 12 bytes.</summary>
    public ReadOnlySpan<byte> MasterSalt => KeyAndSalt.AsSpan(Profile.KeyBytes);

    byte[] KeyAndSalt { get; }

    /// <summary>A new random key, from the system's randomness when none is handed in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Tag not 0 to 999999999, or profile not supported.</exception>
    public static SdesKey Generate(SrtpProfile profile, int tag, Randomness? randomness = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tag);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tag, 999_999_999);
        if (!profile.IsSupported)
        {
            throw new ArgumentOutOfRangeException(nameof(profile), profile, "Not a supported profile.");
        }
        return new SdesKey(tag, profile, (randomness ?? Randomness.Secure).Bytes(profile.KeyBytes + profile.SaltBytes), DefaultLifetimePackets);
    }

    /// <summary>Parses the part behind "a=crypto:". Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out SdesKey? key, out SdesError error)
    {
        key = null;
        error = SdesError.Malformed;
        if (value.Length > MaxLength)
        {
            return false;
        }
        var tagText = NextWord(ref value);
        if (tagText.Length is 0 or > MaxTagDigits || !int.TryParse(tagText, NumberStyles.None, CultureInfo.InvariantCulture, out var tag))
        {
            return false;
        }
        var suite = NextWord(ref value);
        var keyText = NextWord(ref value);
        if (suite.IsEmpty || !keyText.StartsWith(InlineMethod, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        var profile = SrtpProfile.FromCryptoSuite(suite);
        if (profile == SrtpProfile.None)
        {
            error = SdesError.UnsupportedSuite;
            return false;
        }
        error = ParseKey(keyText[InlineMethod.Length..], profile, out var bytes, out var lifetimePackets);
        if (error == SdesError.None)
        {
            error = ParseParameters(value);
        }
        if (error != SdesError.None)
        {
            return false;
        }
        key = new SdesKey(tag, profile, bytes, lifetimePackets);
        return true;
    }

    /// <summary>The part behind "a=crypto:". A secret.</summary>
    public string Format()
    {
        var lifetime = LifetimePackets == DefaultLifetimePackets ? "" : string.Create(CultureInfo.InvariantCulture, $"|{LifetimePackets}");
        return string.Create(CultureInfo.InvariantCulture, $"{Tag} {Profile.CryptoSuite} {InlineMethod}{Convert.ToBase64String(KeyAndSalt)}{lifetime}");
    }

    /// <summary>Tag and suite, for logs.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Tag} {Profile.CryptoSuite}");

    static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart(' ');
        var end = text.IndexOf(' ');
        var word = end < 0 ? text : text[..end];
        text = text[word.Length..];
        return word;
    }

    /// <summary>RFC 4568 6.1: key and salt in base64, then optionally a lifetime, then optionally an MKI, divided by bars.</summary>
    static SdesError ParseKey(ReadOnlySpan<char> text, SrtpProfile profile, out byte[] bytes, out long lifetimePackets)
    {
        bytes = new byte[profile.KeyBytes + profile.SaltBytes];
        lifetimePackets = DefaultLifetimePackets;
        if (text.Contains(';') || text.Contains(':'))
        {
            return SdesError.UnsupportedMki;
        }
        var bar = text.IndexOf('|');
        var encoded = bar < 0 ? text : text[..bar];
        if (Base64.IsValid(encoded, out var length) == false || length != bytes.Length
            || !Convert.TryFromBase64Chars(encoded, bytes, out var written) || written != bytes.Length)
        {
            return SdesError.BadKey;
        }
        return bar < 0 || TryParseLifetime(text[(bar + 1)..], out lifetimePackets) ? SdesError.None : SdesError.Malformed;
    }

    static bool TryParseLifetime(ReadOnlySpan<char> text, out long packets)
    {
        if (text.StartsWith("2^", StringComparison.Ordinal))
        {
            packets = 0;
            if (!int.TryParse(text[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var exponent) || exponent > 48)
            {
                return false;
            }
            packets = 1L << exponent;
            return true;
        }
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out packets) && packets is > 0 and <= 1L << 48;
    }

    /// <summary>The window size is a hint, and a parameter behind a dash may be ignored; every other one changes what is on the wire.</summary>
    static SdesError ParseParameters(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var parameter = NextWord(ref text);
            if (parameter.IsEmpty)
            {
                return SdesError.None;
            }
            if (parameter[0] != '-' && !parameter.StartsWith("WSH=", StringComparison.OrdinalIgnoreCase))
            {
                return SdesError.UnsupportedParameter;
            }
        }
    }
}

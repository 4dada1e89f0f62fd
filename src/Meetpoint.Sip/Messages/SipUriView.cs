namespace Meetpoint.Sip;

/// <summary>What a URI's grammar says of it.</summary>
public enum SipUriError : byte
{
    /// <summary>It is right.</summary>
    None,

    /// <summary>It breaks the grammar.</summary>
    Malformed,

    /// <summary>A scheme other than sip, sips, tel and urn.</summary>
    UnknownScheme,
}

/// <summary>Schemes of URIs that calls are made to.</summary>
public enum SipUriScheme : byte
{
    /// <summary>sip:</summary>
    Sip,

    /// <summary>sips:</summary>
    Sips,

    /// <summary>tel: (RFC 3966)</summary>
    Tel,

    /// <summary>urn: (urn:service:sos of RFC 5031); carried as it is.</summary>
    Urn,
}

/// <summary>A URI of RFC 3261 section 19.1 or RFC 3966, read in place and checked.</summary>
public readonly ref struct SipUriView
{
    /// <summary>Its scheme.</summary>
    public SipUriScheme Scheme { get; private init; }

    /// <summary>User without password, still escaped; for tel the number, for urn all after the scheme.</summary>
    public ReadOnlySpan<byte> User { get; private init; }

    /// <summary>Password, still escaped.</summary>
    public ReadOnlySpan<byte> Password { get; private init; }

    /// <summary>Host; IPv6 keeps its brackets; empty for tel and urn.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>Port; 0 when none is given.</summary>
    public int Port { get; private init; }

    /// <summary>Its parameters.</summary>
    public SipParameters Parameters { get; private init; }

    /// <summary>What follows the question mark; empty when nothing does.</summary>
    public ReadOnlySpan<byte> Headers { get; private init; }

    /// <summary>Reads and checks a URI without brackets.</summary>
    public static SipUriError Parse(ReadOnlySpan<byte> text, out SipUriView uri)
    {
        uri = default;
        var colon = text.IndexOf((byte)':');
        if (colon <= 0 || text.IndexOfAnyInRange((byte)0, (byte)' ') >= 0 || text.IndexOfAny("<>\"\\^`{}|\x7f"u8) >= 0)
            return SipUriError.Malformed;
        var scheme = text[..colon];
        var rest = text[(colon + 1)..];
        if (SipLexer.EqualsIgnoreCase(scheme, "sip"u8))
            return ParseSip(SipUriScheme.Sip, rest, out uri);
        if (SipLexer.EqualsIgnoreCase(scheme, "sips"u8))
            return ParseSip(SipUriScheme.Sips, rest, out uri);
        if (SipLexer.EqualsIgnoreCase(scheme, "tel"u8))
            return ParseTel(rest, out uri);
        if (SipLexer.EqualsIgnoreCase(scheme, "urn"u8))
        {
            uri = new SipUriView { Scheme = SipUriScheme.Urn, User = rest };
            return rest.IsEmpty ? SipUriError.Malformed : SipUriError.None;
        }

        return SipLexer.IsToken(scheme) ? SipUriError.UnknownScheme : SipUriError.Malformed;
    }

    static SipUriError ParseSip(SipUriScheme scheme, ReadOnlySpan<byte> rest, out SipUriView uri)
    {
        uri = default;
        var at = rest.IndexOf((byte)'@');
        ReadOnlySpan<byte> user = default, password = default;
        if (at == 0)
            return SipUriError.Malformed;
        if (at > 0)
        {
            user = rest[..at];
            rest = rest[(at + 1)..];
            var colon = user.IndexOf((byte)':');
            if (colon == 0)
                return SipUriError.Malformed;
            if (colon > 0)
            {
                password = user[(colon + 1)..];
                user = user[..colon];
            }

            if (!AreEscapesValid(user) || !AreEscapesValid(password))
                return SipUriError.Malformed;
        }

        ReadOnlySpan<byte> headers = default;
        var question = rest.IndexOf((byte)'?');
        if (question >= 0)
        {
            headers = rest[(question + 1)..];
            rest = rest[..question];
        }

        var semicolon = rest.IndexOf((byte)';');
        var hostPort = semicolon < 0 ? rest : rest[..semicolon];
        var parameters = semicolon < 0 ? default : rest[semicolon..];
        if (!TryHostPort(hostPort, out var host, out var port) || !AreEscapesValid(parameters) || !AreEscapesValid(headers) || HasEmptyName(parameters))
            return SipUriError.Malformed;
        uri = new SipUriView
        {
            Scheme = scheme, User = user, Password = password, Host = host, Port = port, Parameters = new SipParameters(parameters), Headers = headers,
        };
        return SipUriError.None;
    }

    static SipUriError ParseTel(ReadOnlySpan<byte> rest, out SipUriView uri)
    {
        uri = default;
        var semicolon = rest.IndexOf((byte)';');
        var number = semicolon < 0 ? rest : rest[..semicolon];
        var digits = number.Length > 0 && number[0] == '+' ? number[1..] : number;
        if (digits.IsEmpty || digits.IndexOfAnyExcept("0123456789-.()*#abcdefABCDEF"u8) >= 0)
            return SipUriError.Malformed;
        uri = new SipUriView { Scheme = SipUriScheme.Tel, User = number, Parameters = new SipParameters(semicolon < 0 ? default : rest[semicolon..]) };
        return SipUriError.None;
    }

    static bool TryHostPort(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> host, out int port)
    {
        port = 0;
        var hostEnd = text.Length > 0 && text[0] == '[' ? text.IndexOf((byte)']') + 1 : text.IndexOf((byte)':');
        if (hostEnd < 0)
            hostEnd = text.Length;
        host = text[..hostEnd];
        if (!IsHost(host))
            return false;
        var rest = text[hostEnd..];
        if (rest.IsEmpty)
            return true;
        if (rest[0] != ':' || !SipLexer.TryNumber(rest[1..], 65_535, out var number))
            return false;
        port = (int)number;
        return true;
    }

    /// <summary>A name, an IPv4 address, or an IPv6 address in brackets; looked at by its characters only.</summary>
    internal static bool IsHost(ReadOnlySpan<byte> host)
    {
        if (host.IsEmpty)
            return false;
        if (host[0] == '[')
            return host.Length > 3 && host[^1] == ']' && host[1..^1].IndexOfAnyExcept("0123456789abcdefABCDEF:.%"u8) < 0;
        return host.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"u8) < 0;
    }

    static bool HasEmptyName(ReadOnlySpan<byte> parameters)
    {
        var rest = parameters;
        while (SipParameters.Next(ref rest, out var name, out _))
        {
            if (name.IsEmpty)
                return true;
        }

        return false;
    }

    static bool AreEscapesValid(ReadOnlySpan<byte> text)
    {
        for (var i = text.IndexOf((byte)'%'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] != '%')
                continue;
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                return false;
        }

        return true;
    }
}

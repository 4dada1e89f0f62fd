using System.Text;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>
/// Takes the secrets out of a message: what proves an identity, what decrypts media, and digits that someone keyed in. Each byte of a secret becomes
/// an x, so lengths stay right.
/// </summary>
/// <remarks>
/// Goes by lines and not by the parser, so that a message that is broken hides its secrets too. Masked are: in Authorization, Proxy-Authorization,
/// Authentication-Info and Proxy-Authentication-Info the digest's response, cnonce, nextnonce and rspauth, and everything of another scheme; the
/// password of sip and sips URIs wherever they stand; SDES keys (RFC 4568), k= lines, MIKEY (key-mgmt) and ice-pwd in SDP; DTMF digits in INFO
/// bodies and KPML reports (RFC 4730). Kept are nonces of challenges, STIR passports (Identity), tags and branches. Thread safe.
/// </remarks>
static class TraceMask
{
    const byte Cover = (byte)'x';

    /// <summary>Masks in place.</summary>
    public static void Apply(Span<byte> message)
    {
        var headers = message[..HeadersEnd(message)];
        MaskHeaders(headers);
        MaskBody(message[headers.Length..], headers);
        MaskUriPasswords(message);
    }

    /// <summary>Where the body begins: behind the first empty line, whichever way lines end.</summary>
    static int HeadersEnd(ReadOnlySpan<byte> message)
    {
        for (var i = message.IndexOf((byte)'\n'); i >= 0; i = NextLine(message, i + 1) - 1)
        {
            var line = message[(i + 1)..];
            if (line.IsEmpty)
                break;
            if (line[0] == '\n')
                return i + 2;
            if (line.StartsWith("\r\n"u8))
                return i + 3;
        }

        return message.Length;
    }

    static void MaskHeaders(Span<byte> headers)
    {
        for (var start = 0; start < headers.Length;)
        {
            var end = NextLine(headers, start);
            while (end < headers.Length && headers[end] is (byte)' ' or (byte)'\t')
                end = NextLine(headers, end); // folded
            var line = headers[start..end];
            var colon = line.IndexOf((byte)':');
            if (colon > 0)
                MaskHeader(Trim(line[..colon]), line[(colon + 1)..]);
            start = end;
        }
    }

    static void MaskHeader(ReadOnlySpan<byte> name, Span<byte> value)
    {
        if (Is(name, "Authorization"u8) || Is(name, "Proxy-Authorization"u8))
        {
            var schemeStart = value.IndexOfAnyExcept(" \t\r\n"u8);
            var schemeLength = schemeStart < 0 ? -1 : value[schemeStart..].IndexOfAny(" \t\r\n"u8);
            if (schemeLength < 0)
                return;
            var credentials = value[(schemeStart + schemeLength)..];
            if (Is(value.Slice(schemeStart, schemeLength), "Digest"u8))
                MaskParameters(credentials);
            else
                CoverVisible(credentials);
        }
        else if (Is(name, "Authentication-Info"u8) || Is(name, "Proxy-Authentication-Info"u8))
        {
            MaskParameters(value);
        }
    }

    /// <summary>Covers the values of the secret ones among name=value, quoted or not.</summary>
    static void MaskParameters(Span<byte> text)
    {
        while (!text.IsEmpty)
        {
            var equals = text.IndexOf((byte)'=');
            if (equals < 0)
                return;
            ReadOnlySpan<byte> name = text[..equals];
            name = Trim(name[(name.LastIndexOf((byte)',') + 1)..]);
            var value = text[(equals + 1)..];
            var start = value.IndexOfAnyExcept(" \t\r\n"u8);
            value = start < 0 ? [] : value[start..];
            var isQuoted = value.Length > 0 && value[0] == '"';
            if (isQuoted)
                value = value[1..];
            var end = isQuoted ? QuoteEnd(value) : value.IndexOfAny(", \t\r\n"u8);
            if (end < 0)
                end = value.Length;
            if (Is(name, "response"u8) || Is(name, "cnonce"u8) || Is(name, "nextnonce"u8) || Is(name, "rspauth"u8))
                CoverVisible(value[..end]);
            text = value[Math.Min(value.Length, isQuoted ? end + 1 : end)..];
        }
    }

    static void MaskBody(Span<byte> body, ReadOnlySpan<byte> headers)
    {
        if (body.IsEmpty)
            return;
        var type = ContentType(headers);
        if (Is(type, "application/dtmf"u8))
        {
            CoverVisible(body);
            return;
        }

        var isKpml = Is(type, "application/kpml-response+xml"u8);
        for (var start = 0; start < body.Length; start = NextLine(body, start))
        {
            var line = body[start..NextLine(body, start)];
            if (StartsWith(line, "a=crypto:"u8))
                MaskInline(line);
            else if (StartsWith(line, "k="u8))
                CoverVisible(line[2..]);
            else if (StartsWith(line, "a=ice-pwd:"u8))
                CoverVisible(line[10..]);
            else if (StartsWith(line, "a=key-mgmt:"u8))
                CoverVisible(line[11..]);
            else if (StartsWith(line, "Signal"u8) && line.IndexOfAny("=:"u8) is var separator and > 0)
                CoverVisible(line[(separator + 1)..]); // application/dtmf-relay, also as a part of a multipart
            else if (StartsWith(line, "d="u8))
                CoverVisible(line[2..]); // application/vnd.nortelnetworks.digits
            if (isKpml || line.IndexOf("kpml-response"u8) >= 0)
                MaskDigits(line);
        }
    }

    // inline:KEY|lifetime|MKI:length;inline:...
    static void MaskInline(Span<byte> line)
    {
        for (var at = IndexOf(line, "inline:"u8); at >= 0; at = IndexOf(line, "inline:"u8))
        {
            line = line[(at + 7)..];
            var end = line.IndexOfAny("|; \t\r\n"u8);
            line[..(end < 0 ? line.Length : end)].Fill(Cover);
        }
    }

    static void MaskDigits(Span<byte> line)
    {
        for (var at = line.IndexOf("digits="u8); at >= 0; at = line.IndexOf("digits="u8))
        {
            line = line[(at + 7)..];
            if (line.IsEmpty || line[0] is not ((byte)'"' or (byte)'\''))
                continue;
            var end = line[1..].IndexOf(line[0]);
            line[1..(end < 0 ? line.Length : end + 1)].Fill(Cover);
        }
    }

    // userinfo is user[:password]@, and no '@' stands in it; what a broken URI has there is rather covered than shown.
    static void MaskUriPasswords(Span<byte> text)
    {
        for (var at = IndexOf(text, "sip"u8); at >= 0; at = IndexOf(text, "sip"u8))
        {
            text = text[(at + 3)..];
            var rest = text.Length > 0 && (text[0] | 0x20) == 's' ? text[1..] : text;
            if (rest.IsEmpty || rest[0] != ':')
                continue;
            rest = rest[1..];
            var end = rest.IndexOfAny(" \t\r\n<>\""u8);
            var uri = end < 0 ? rest : rest[..end];
            var host = uri.IndexOf((byte)'@');
            var colon = uri.IndexOf((byte)':');
            if (colon >= 0 && colon < host)
                uri[(colon + 1)..host].Fill(Cover);
        }
    }

    static ReadOnlySpan<byte> ContentType(ReadOnlySpan<byte> headers)
    {
        for (var start = 0; start < headers.Length; start = NextLine(headers, start))
        {
            var line = headers[start..NextLine(headers, start)];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || !(Is(Trim(line[..colon]), "Content-Type"u8) || Is(Trim(line[..colon]), "c"u8)))
                continue;
            var value = line[(colon + 1)..];
            var end = value.IndexOf((byte)';');
            return Trim(end < 0 ? value : value[..end]);
        }

        return default;
    }

    static int QuoteEnd(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i;
        }

        return -1;
    }

    static void CoverVisible(Span<byte> text)
    {
        foreach (ref var b in text)
        {
            if (b > ' ')
                b = Cover;
        }
    }

    static int NextLine(ReadOnlySpan<byte> text, int from)
    {
        var end = text[from..].IndexOf((byte)'\n');
        return end < 0 ? text.Length : from + end + 1;
    }

    static int IndexOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        for (var i = 0; i + lower.Length <= text.Length; i++)
        {
            var found = text[i..].IndexOfAny(lower[0], (byte)(lower[0] - 32));
            if (found < 0 || i + found + lower.Length > text.Length)
                return -1;
            i += found;
            if (Is(text.Slice(i, lower.Length), lower))
                return i;
        }

        return -1;
    }

    static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other) => text.Length == other.Length && Ascii.EqualsIgnoreCase(text, other);

    static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) => text.Length >= start.Length && Is(text[..start.Length], start);

    static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);
}

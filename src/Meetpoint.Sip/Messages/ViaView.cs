namespace Meetpoint.Sip;

/// <summary>One Via value, read in place (RFC 3261 section 20.42).</summary>
public readonly ref struct ViaView
{
    /// <summary>The transport token: UDP, TCP, TLS...</summary>
    public ReadOnlySpan<byte> Transport { get; private init; }

    /// <summary>Host of sent-by; IPv6 keeps its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>Port of sent-by; 0 when none is given.</summary>
    public int Port { get; private init; }

    /// <summary>"host:port" as it was sent.</summary>
    public ReadOnlySpan<byte> SentBy { get; private init; }

    /// <summary>Its parameters.</summary>
    public SipParameters Parameters { get; private init; }

    /// <summary>The branch; empty when none is given.</summary>
    public ReadOnlySpan<byte> Branch => Parameters["branch"u8];

    /// <summary>True when the branch was made by RFC 3261's rules, so that it alone names the transaction.</summary>
    public bool HasMagicCookie => Branch.StartsWith("z9hG4bK"u8) && Branch.Length > 7;

    /// <summary>True when the sender asked for RFC 3581's treatment.</summary>
    public bool HasRport => Parameters.TryGet("rport"u8, out _);

    /// <summary>Reads one value, without the comma that may follow it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out ViaView via)
    {
        via = default;
        // Any version is read here: a request of another one must still be answered 505.
        if (!TakeProtocol(ref value, out var protocol) || !SipLexer.EqualsIgnoreCase(protocol, "SIP"u8) || !TakeProtocol(ref value, out _))
            return false;
        value = SipLexer.Trim(value);
        var space = value.IndexOfAny(" \t\r\n"u8);
        if (space <= 0 || !SipLexer.IsToken(value[..space]))
            return false;
        var transport = value[..space];
        value = SipLexer.Trim(value[space..]);
        var semicolon = value.IndexOf((byte)';');
        var sentBy = SipLexer.Trim(semicolon < 0 ? value : value[..semicolon]);
        var parameters = semicolon < 0 ? default : value[semicolon..];
        if (!TrySentBy(sentBy, out var host, out var port) || !SipParameters.AreValid(parameters))
            return false;
        via = new ViaView { Transport = transport, Host = host, Port = port, SentBy = sentBy, Parameters = new SipParameters(parameters) };
        return true;
    }

    static bool TakeProtocol(scoped ref ReadOnlySpan<byte> value, out ReadOnlySpan<byte> part)
    {
        var slash = value.IndexOf((byte)'/');
        part = slash < 0 ? default : SipLexer.Trim(value[..slash]);
        if (!SipLexer.IsToken(part))
            return false;
        value = value[(slash + 1)..];
        return true;
    }

    static bool TrySentBy(ReadOnlySpan<byte> sentBy, out ReadOnlySpan<byte> host, out int port)
    {
        port = 0;
        var hostEnd = sentBy.Length > 0 && sentBy[0] == '[' ? sentBy.IndexOf((byte)']') + 1 : sentBy.IndexOf((byte)':');
        if (hostEnd < 0)
            hostEnd = sentBy.Length;
        host = SipLexer.Trim(sentBy[..hostEnd]);
        if (!SipUriView.IsHost(host))
            return false;
        var rest = SipLexer.Trim(sentBy[hostEnd..]);
        if (rest.IsEmpty)
            return true;
        if (rest[0] != ':' || !SipLexer.TryNumber(SipLexer.Trim(rest[1..]), 65_535, out var number))
            return false;
        port = (int)number;
        return true;
    }
}

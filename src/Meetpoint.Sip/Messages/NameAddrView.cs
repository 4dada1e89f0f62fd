namespace Meetpoint.Sip;

/// <summary>One value of From, To, Contact, Route and their like, read in place: name-addr or addr-spec, and parameters.</summary>
public readonly ref struct NameAddrView
{
    /// <summary>As received: quoted with its quotes, or words; empty when there is none.</summary>
    public ReadOnlySpan<byte> DisplayName { get; private init; }

    /// <summary>The URI without brackets.</summary>
    public ReadOnlySpan<byte> Uri { get; private init; }

    /// <summary>Parameters of the header, not of the URI.</summary>
    public SipParameters Parameters { get; private init; }

    /// <summary>The tag parameter; empty when there is none.</summary>
    public ReadOnlySpan<byte> Tag => Parameters["tag"u8];

    /// <summary>Reads one value, without the comma that may follow it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out NameAddrView address)
    {
        address = default;
        value = SipLexer.Trim(value);
        if (value.IsEmpty)
            return false;
        var displayEnd = 0;
        if (value[0] == '"')
        {
            displayEnd = SipLexer.SkipQuoted(value);
            if (displayEnd < 0)
                return false;
        }

        var open = value[displayEnd..].IndexOf((byte)'<');
        if (open < 0)
            return displayEnd == 0 && TryAddrSpec(value, out address);
        open += displayEnd;
        var display = SipLexer.Trim(value[..open]);
        if (displayEnd > 0 ? display.Length != displayEnd : !AreWords(display))
            return false;
        var close = value[open..].IndexOf((byte)'>');
        if (close < 0)
            return false;
        var uri = value[(open + 1)..(open + close)];
        var parameters = value[(open + close + 1)..];
        if (!IsUri(uri) || !SipParameters.AreValid(parameters))
            return false;
        address = new NameAddrView { DisplayName = display, Uri = uri, Parameters = new SipParameters(SipLexer.Trim(parameters)) };
        return true;
    }

    // RFC 3261 section 20: without brackets, what follows a semicolon belongs to the header, and a comma or
    // question mark in the URI is not allowed.
    static bool TryAddrSpec(ReadOnlySpan<byte> value, out NameAddrView address)
    {
        address = default;
        var semicolon = value.IndexOf((byte)';');
        var uri = SipLexer.Trim(semicolon < 0 ? value : value[..semicolon]);
        var parameters = semicolon < 0 ? default : value[semicolon..];
        if (!IsUri(uri) || uri.IndexOfAny(",?"u8) >= 0 || !SipParameters.AreValid(parameters))
            return false;
        address = new NameAddrView { Uri = uri, Parameters = new SipParameters(parameters) };
        return true;
    }

    static bool IsUri(ReadOnlySpan<byte> uri) => uri.IndexOf((byte)':') > 0 && uri.IndexOfAny(" \t\r\n<>\""u8) < 0;

    // token *(LWS token); bytes over 127 are let through, as many systems send bare UTF-8 here.
    static bool AreWords(ReadOnlySpan<byte> display) => display.IndexOfAny("\"(),:;<=>@[]{}\\"u8) < 0;
}

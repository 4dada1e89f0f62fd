namespace Meetpoint.Sip;

/// <summary>The ";name=value" tail of a header value, read in place. Names compare without case.</summary>
public readonly ref struct SipParameters
{
    readonly ReadOnlySpan<byte> _text;

    internal SipParameters(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>As received, with its leading semicolon; empty when there are none.</summary>
    public ReadOnlySpan<byte> Raw => _text;

    /// <summary>Finds a parameter; its value is empty when it has none, and keeps its quotes.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = _text;
        while (Next(ref rest, out var candidate, out value))
        {
            if (SipLexer.EqualsIgnoreCase(candidate, name))
                return true;
        }

        value = default;
        return false;
    }

    /// <summary>The value of a parameter, or empty.</summary>
    public ReadOnlySpan<byte> this[ReadOnlySpan<byte> name] => TryGet(name, out var value) ? value : default;

    /// <summary>Takes the next parameter off <paramref name="rest"/>; false at the end or where the grammar breaks.</summary>
    internal static bool Next(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        rest = SipLexer.Trim(rest);
        if (rest.IsEmpty || rest[0] != ';')
            return false;
        var body = rest[1..];
        var end = SipLexer.FindBare(body, (byte)';');
        if (end < 0)
            return false;
        var one = body[..end];
        rest = body[end..];
        var equals = one.IndexOf((byte)'=');
        name = SipLexer.Trim(equals < 0 ? one : one[..equals]);
        value = equals < 0 ? default : SipLexer.Trim(one[(equals + 1)..]);
        return true;
    }

    /// <summary>True when the whole tail keeps to *( ; token [ = token / host / quoted-string ] ).</summary>
    internal static bool AreValid(ReadOnlySpan<byte> text)
    {
        var rest = SipLexer.Trim(text);
        while (!rest.IsEmpty)
        {
            if (!Next(ref rest, out var name, out var value) || !SipLexer.IsToken(name))
                return false;
            if (value.Length > 0 && value[0] == '"')
            {
                if (SipLexer.SkipQuoted(value) != value.Length)
                    return false;
            }
            else if (value.IndexOfAny("<>\"\\ ,"u8) >= 0)
                return false;
            rest = SipLexer.Trim(rest);
        }

        return true;
    }
}

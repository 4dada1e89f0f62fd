using System.Text;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>The ";name=value" tail of a telephone number (RFC 3966 section 3), in a tel URI or in the user part of a SIP URI. Read in place.</summary>
ref struct TelParameters(ReadOnlySpan<byte> text)
{
    ReadOnlySpan<byte> _rest = text;

    /// <summary>The name of the parameter that stands.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value; empty when it has none.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The parameter with its semicolon, as received.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>The value of a parameter; false when it is absent.</summary>
    public static bool TryGet(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var all = new TelParameters(text);
        while (all.MoveNext())
        {
            if (all.Is(name))
            {
                value = all.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>True when the parameter that stands has this name, in any case.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Name, name);

    /// <summary>To the next; false at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty || _rest[0] != (byte)';')
            return false;
        var length = _rest[1..].IndexOf((byte)';') + 1;
        Whole = length == 0 ? _rest : _rest[..length];
        _rest = _rest[Whole.Length..];
        var equals = Whole.IndexOf((byte)'=');
        Name = equals < 0 ? Whole[1..] : Whole[1..equals];
        Value = equals < 0 ? default : Whole[(equals + 1)..];
        return true;
    }
}

using System.Text;

namespace Meetpoint.Sip;

/// <summary>A name-addr as a value: display name, URI, and the header's parameters. Immutable, thread safe.</summary>
public sealed class NameAddress
{
    /// <summary>An address.</summary>
    /// <param name="uri">The URI, in any scheme (From may carry one that we cannot call).</param>
    /// <param name="displayName">Plain text, or null.</param>
    /// <param name="parameters">As on the wire with the leading semicolon; empty without.</param>
    public NameAddress(string uri, string? displayName = null, string parameters = "")
    {
        UriText = uri;
        DisplayName = displayName;
        Parameters = parameters;
    }

    /// <summary>The URI as written.</summary>
    public string UriText { get; }

    /// <summary>The URI, or null when it is of a scheme not known here.</summary>
    public SipUri? Uri => field ??= SipUri.TryParse(UriText, out var uri) ? uri : null;

    /// <summary>Display name with quotes and escapes undone; null without.</summary>
    public string? DisplayName { get; }

    /// <summary>The header's parameters as on the wire with the leading semicolon; empty without.</summary>
    public string Parameters { get; }

    /// <summary>The tag; null without.</summary>
    public string? Tag => Parameter("tag");

    /// <summary>Value of a header parameter ("" when it has none); null when it is absent.</summary>
    public string? Parameter(string name)
    {
        var text = new SipParameters(Encoding.UTF8.GetBytes(Parameters));
        return text.TryGet(Encoding.UTF8.GetBytes(name), out var value) ? Encoding.UTF8.GetString(value) : null;
    }

    /// <summary>The same with another tag, or none.</summary>
    public NameAddress WithTag(string? tag) => new(UriText, DisplayName, tag is null ? "" : ";tag=" + tag);

    /// <summary>Reads one value.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NameAddress? address)
    {
        address = null;
        if (!NameAddrView.TryParse(text, out var view))
            return false;
        address = new NameAddress(Encoding.UTF8.GetString(view.Uri), Display(view.DisplayName), Encoding.UTF8.GetString(view.Parameters.Raw));
        return true;
    }

    /// <summary>Reads one that must be valid: configuration that was checked, constants, tests.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static NameAddress Parse(string text) =>
        TryParse(Encoding.UTF8.GetBytes(text), out var address) ? address : throw new FormatException($"'{text}' is no SIP address");

    /// <summary>As on the wire, always with brackets.</summary>
    public override string ToString()
    {
        var display = DisplayName is null ? "" : $"\"{DisplayName.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" ";
        return $"{display}<{UriText}>{Parameters}";
    }

    static string? Display(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
            return null;
        if (raw[0] != '"')
            return Encoding.UTF8.GetString(raw);
        var text = new List<byte>(raw.Length);
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] == '\\' && i + 1 < raw.Length - 1)
                i++;
            text.Add(raw[i]);
        }

        return Encoding.UTF8.GetString([.. text]);
    }
}

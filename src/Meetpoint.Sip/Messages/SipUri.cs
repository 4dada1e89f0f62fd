using System.Globalization;
using System.Text;

namespace Meetpoint.Sip;

/// <summary>A sip, sips, tel or urn URI as a value. Immutable, thread safe; keeps its spelling, compares by RFC 3261 section 19.1.4.</summary>
public sealed class SipUri : IEquatable<SipUri>
{
    readonly string _text;

    SipUri(string text) => _text = text;

    /// <summary>Its scheme.</summary>
    public SipUriScheme Scheme { get; private init; }

    /// <summary>User, escapes undone; null without. For tel the number as written.</summary>
    public string? User { get; private init; }

    /// <summary>Password as written; null without.</summary>
    public string? Password { get; private init; }

    /// <summary>Host in lower case; IPv6 keeps its brackets; empty for tel and urn.</summary>
    public string Host { get; private init; } = "";

    /// <summary>Port; 0 when none is given.</summary>
    public int Port { get; private init; }

    /// <summary>Parameters in order: name in lower case, value as written or null.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Parameters { get; private init; } = [];

    /// <summary>What follows the question mark, as written; null without.</summary>
    public string? Headers { get; private init; }

    /// <summary>True for sips.</summary>
    public bool IsSecure => Scheme == SipUriScheme.Sips;

    /// <summary>Number of a tel URI or of a user=phone one, without visual separators (RFC 3966 section 5.1.1); null for others.</summary>
    public string? TelephoneNumber
    {
        get
        {
            var isPhone = Scheme == SipUriScheme.Tel || (Parameter("user") is { } kind && kind.Equals("phone", StringComparison.OrdinalIgnoreCase));
            if (!isPhone || User is null)
                return null;
            var number = User.Split(';')[0];
            return string.Concat(number.Where(c => c is not ('-' or '.' or '(' or ')')));
        }
    }

    /// <summary>Value of a parameter ("" when it has none); null when it is absent.</summary>
    public string? Parameter(string name)
    {
        foreach (var (key, value) in Parameters)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value ?? "";
        }

        return null;
    }

    /// <summary>A sip or sips URI from its parts; the user is escaped as needed.</summary>
    /// <exception cref="FormatException">The host is none.</exception>
    public static SipUri Create(string? user, string host, int port = 0, string? parameters = null, bool secure = false)
    {
        var text = new StringBuilder(secure ? "sips:" : "sip:");
        if (user is not null)
            text.Append(Escape(user)).Append('@');
        text.Append(host);
        if (port != 0)
            text.Append(CultureInfo.InvariantCulture, $":{port}");
        if (parameters is not null)
            text.Append(';').Append(parameters);
        return Parse(text.ToString());
    }

    /// <summary>Reads a URI that must be valid: configuration that was checked, constants, tests.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static SipUri Parse(string text) => TryParse(text, out var uri) ? uri : throw new FormatException($"'{text}' is no SIP URI");

    /// <summary>Reads a URI.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SipUri? uri) =>
        TryParse(Encoding.UTF8.GetBytes(text), out uri);

    /// <summary>Reads a URI.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        if (SipUriView.Parse(text, out var view) != SipUriError.None)
            return false;
        var parameters = new List<KeyValuePair<string, string?>>();
        var rest = view.Parameters.Raw;
        while (SipParameters.Next(ref rest, out var name, out var value))
            parameters.Add(new(Lower(name), value.IsEmpty ? null : Encoding.UTF8.GetString(value)));
        uri = new SipUri(Encoding.UTF8.GetString(text))
        {
            Scheme = view.Scheme,
            User = view.User.IsEmpty ? null : Uri.UnescapeDataString(Encoding.UTF8.GetString(view.User)),
            Password = view.Password.IsEmpty ? null : Encoding.UTF8.GetString(view.Password),
            Host = Lower(view.Host),
            Port = view.Port,
            Parameters = parameters,
            Headers = view.Headers.IsEmpty ? null : Encoding.UTF8.GetString(view.Headers),
        };
        return true;
    }

    /// <summary>Equal by RFC 3261 section 19.1.4, or for tel by RFC 3966 section 5.</summary>
    public bool Equals(SipUri? other)
    {
        if (other is null || Scheme != other.Scheme || Port != other.Port || Host != other.Host)
            return false;
        if (Scheme == SipUriScheme.Tel)
            return string.Equals(TelephoneNumber, other.TelephoneNumber, StringComparison.OrdinalIgnoreCase) && TelParametersEqual(this, other) && TelParametersEqual(other, this);
        if (User != other.User || Password != other.Password || !HeadersEqual(other))
            return false;
        return ParametersMatch(this, other) && ParametersMatch(other, this);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SipUri);

    /// <inheritdoc/>
    public override int GetHashCode() => Scheme == SipUriScheme.Tel
        ? StringComparer.OrdinalIgnoreCase.GetHashCode(TelephoneNumber ?? "") : HashCode.Combine(Scheme, User, Host, Port);

    /// <summary>As it was written.</summary>
    public override string ToString() => _text;

    // A parameter in both must match; user, ttl, method, maddr and transport in one only never match; others in one only do not count.
    static bool ParametersMatch(SipUri left, SipUri right)
    {
        foreach (var (name, value) in left.Parameters)
        {
            var counterpart = right.Parameter(name);
            if (counterpart is null ? name is "user" or "ttl" or "method" or "maddr" or "transport"
                : !string.Equals(counterpart, value ?? "", StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }

    static bool TelParametersEqual(SipUri left, SipUri right)
    {
        foreach (var (name, value) in left.Parameters)
        {
            if (!string.Equals(right.Parameter(name), value ?? "", StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }

    bool HeadersEqual(SipUri other)
    {
        if (Headers is null || other.Headers is null)
            return Headers == other.Headers;
        var left = Headers.Split('&').Order(StringComparer.OrdinalIgnoreCase);
        return left.SequenceEqual(other.Headers.Split('&').Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
    }

#pragma warning disable CA1308 // Host and parameter names are kept in lower case, as the RFC's comparison wants.
    static string Lower(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text).ToLowerInvariant();
#pragma warning restore CA1308

    static string Escape(string user)
    {
        var text = new StringBuilder(user.Length);
        foreach (var b in Encoding.UTF8.GetBytes(user))
        {
            // unreserved and user-unreserved of section 25.1
            if (char.IsAsciiLetterOrDigit((char)b) || "-_.!~*'()&=+$,;?/".Contains((char)b, StringComparison.Ordinal))
                text.Append((char)b);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return text.ToString();
    }
}

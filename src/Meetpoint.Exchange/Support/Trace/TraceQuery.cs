using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>
/// What is looked for: an address as From, To, Request-URI, P-Asserted-Identity or Contact have it, a Call-ID, a session, a neighbour, or the
/// address of a machine.
/// </summary>
/// <remarks>
/// A word is each of these at once, so that nobody needs to say which. Numbers are compared by their digits, without signs and leading zeros, and
/// from seven digits on one may end with the other: +44 20 7946 0000 finds the leg that has it as 02079460000. Letters compare without case.
/// Immutable.
/// </remarks>
sealed class TraceQuery
{
    const int LeastDigits = 7;

    readonly string _word;
    readonly byte[] _wordBytes;
    readonly string? _user;
    readonly string? _host;
    readonly string? _digits;
    readonly NetAddress _machine;

    TraceQuery(string word)
    {
        _word = word;
        _wordBytes = Encoding.UTF8.GetBytes(word);
        if (CorrelationId.TryParse(word, out var session))
            SessionKey = TraceKeys.OfSession(Encoding.ASCII.GetBytes(session.ToString()));
        if (NetAddress.TryParse(word, 0, out var machine))
            _machine = machine;
        var rest = word;
        foreach (var scheme in (ReadOnlySpan<string>)["sip:", "sips:", "tel:"])
        {
            if (rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                rest = rest[scheme.Length..];
        }

        var at = rest.IndexOf('@', StringComparison.Ordinal);
        var user = at < 0 ? rest : rest[..at];
        _user = Unescape(user.Split(':', ';')[0]);
        if (at >= 0)
            _host = HostOf(rest[(at + 1)..]);
        var digits = Digits(_user);
        if (digits.Length > 0 && IsNumber(_user))
            _digits = digits;
    }

    /// <summary>Key of the session when a correlation id is looked for; 0 otherwise.</summary>
    public ulong SessionKey { get; }

    /// <summary>Takes what was typed; false when it is empty or too long.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TraceQuery? query)
    {
        text = text?.Trim();
        query = text is { Length: > 0 and <= TraceLimits.AddressLength } ? new TraceQuery(text) : null;
        return query is not null;
    }

    /// <summary>True when the message itself is one that is looked for; others of its session are found by their keys.</summary>
    public bool Matches(TraceRecord record, SipMessage message)
    {
        if (string.Equals(record.Party, _word, StringComparison.OrdinalIgnoreCase) || IsMachine(record.Remote)
            || message.Value(SipHeader.Call_ID).SequenceEqual(_wordBytes))
            return true;
        return (message.IsRequest && MatchesUri(message.RequestUriBytes))
            || MatchesAddress(message, SipHeader.From) || MatchesAddress(message, SipHeader.To)
            || MatchesAny(message, SipHeader.P_Asserted_Identity) || MatchesAny(message, SipHeader.Contact);
    }

    bool IsMachine(in NetAddress remote) => _machine.IsSet && (_machine.Port == 0 ? _machine.SameHost(remote) : _machine == remote);

    bool MatchesAny(SipMessage message, SipHeader header)
    {
        foreach (var value in message.Values(header))
        {
            if (NameAddrView.TryParse(value, out var address) && MatchesUri(address.Uri))
                return true;
        }

        return false;
    }

    bool MatchesAddress(SipMessage message, SipHeader header) =>
        NameAddrView.TryParse(message.Value(header), out var address) && MatchesUri(address.Uri);

    bool MatchesUri(ReadOnlySpan<byte> text)
    {
        if (SipUriView.Parse(text, out var uri) is not SipUriError.None || uri.User.IsEmpty)
            return false;
        var end = uri.User.IndexOf((byte)';');
        var user = end < 0 ? uri.User : uri.User[..end];
        if (_host is not null && !Ascii.EqualsIgnoreCase(uri.Host, _host))
            return false;
        var typed = Unescape(Encoding.UTF8.GetString(user));
        return string.Equals(typed, _user, StringComparison.OrdinalIgnoreCase) || (_digits is not null && IsNumber(typed) && IsSameNumber(Digits(typed)));
    }

    bool IsSameNumber(string digits) => digits == _digits
        || (Math.Min(digits.Length, _digits!.Length) >= LeastDigits && (digits.EndsWith(_digits, StringComparison.Ordinal) || _digits.EndsWith(digits, StringComparison.Ordinal)));

    static bool IsNumber(string text) => text.AsSpan().ContainsAnyInRange('0', '9') && !text.AsSpan().ContainsAnyExcept("+0123456789-.() *#");

    static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit)).TrimStart('0');

    static string Unescape(string user) => user.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(user) : user;

    // Without port and parameters; IPv6 keeps its brackets, as URIs have it.
    static string HostOf(string text)
    {
        var host = text.Split(';', '?', '>')[0];
        var colon = host.LastIndexOf(':');
        return colon > host.IndexOf(']', StringComparison.Ordinal) ? host[..colon] : host;
    }
}

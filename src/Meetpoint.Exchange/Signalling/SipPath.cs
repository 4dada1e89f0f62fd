using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// The exchanges that a request has come through, the first first: the transit-ioi of P-Charging-Vector (RFC 7315 section 4.6.2.4), which names
/// the networks on the way.
/// </summary>
static class SipPath
{
    const int MaxEntries = 32;

    /// <summary>
    /// The session that a request belongs to by its Session-ID (RFC 7989), or where that says none by an icid-value that an exchange before us made; the
    /// null id without.
    /// </summary>
    public static CorrelationId SessionOf(SipMessage message)
    {
        var value = message.Value(SipHeader.Session_ID);
        var end = value.IndexOf((byte)';');
        if (CorrelationId.TryParse((end < 0 ? value : value[..end]).Trim((byte)' '), out var session) && !session.IsNull)
            return session;
        var vector = message.Value(SipHeader.P_Charging_Vector);
        var name = "icid-value="u8;
        var at = vector.IndexOf(name);
        if (at < 0)
            return default;
        vector = vector[(at + name.Length)..];
        end = vector.IndexOf((byte)';');
        return CorrelationId.TryParse((end < 0 ? vector : vector[..end]).Trim(" \""u8), out session) ? session : default;
    }

    public static string[] Of(SipMessage message)
    {
        if (message.Text(SipHeader.P_Charging_Vector) is not { } vector)
            return [];
        foreach (var parameter in vector.Split(';', StringSplitOptions.TrimEntries))
        {
            const string Name = "transit-ioi=";
            if (!parameter.StartsWith(Name, StringComparison.OrdinalIgnoreCase))
                continue;
            // "albion.example.1, hub.example.2": each entry ends in its index.
            return [.. parameter[Name.Length..].Trim('"').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Take(MaxEntries).Select(entry => entry.LastIndexOf('.') is > 0 and var dot && entry[(dot + 1)..].All(char.IsAsciiDigit) ? entry[..dot] : entry)];
        }

        return [];
    }
}

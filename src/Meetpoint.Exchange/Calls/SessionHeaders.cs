using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>The ids that a session carries on every leg: Session-ID (RFC 7989) and the ICID of P-Charging-Vector (RFC 7315 section 4.6).</summary>
static class SessionHeaders
{
    const int MaxVector = 1_024;

    /// <summary>Adds what the request does not carry yet; what it carries stays.</summary>
    /// <param name="edits">Of the request.</param>
    /// <param name="correlation">The session.</param>
    /// <param name="exchange">Our own name, where the next hop is another exchange: it joins the path that the request has come; null otherwise.</param>
    public static void Add(SipEdits edits, CorrelationId correlation, string? exchange)
    {
        Span<byte> digits = stackalloc byte[CorrelationId.TextLength];
        correlation.TryFormat(digits);
        if (!edits.Message.Has(SipHeader.Session_ID))
        {
            // Section 7 of RFC 7989: an intermediary speaks for a side that knows none; the other side's half is not known yet.
            Span<byte> value = stackalloc byte[CorrelationId.TextLength + 40];
            digits.CopyTo(value);
            ";remote=00000000000000000000000000000000"u8.CopyTo(value[CorrelationId.TextLength..]);
            edits.AddHeader(SipHeader.Session_ID, value);
        }

        Span<byte> vector = stackalloc byte[MaxVector];
        if (!edits.Message.Has(SipHeader.P_Charging_Vector))
        {
            var length = Append(vector, 0, "icid-value="u8);
            length = Append(vector, length, digits);
            if (exchange is not null)
                length = AppendPath(vector, length, exchange, default);
            edits.AddHeader(SipHeader.P_Charging_Vector, vector[..length]);
        }
        else if (exchange is not null)
        {
            Extend(edits, exchange, vector);
        }
    }

    /// <summary>The same for a request of our own, which takes the place of one that came through a path.</summary>
    /// <param name="correlation">The session.</param>
    /// <param name="path">Exchanges that what it stands for came through, the first first.</param>
    /// <param name="exchange">As in <see cref="Add"/>.</param>
    public static IEnumerable<(string Name, string Value)> Of(CorrelationId correlation, IReadOnlyList<string> path, string? exchange)
    {
        var session = correlation.ToString();
        yield return (SipHeader.Session_ID.Name(), $"{session};remote=00000000000000000000000000000000");
        IEnumerable<string> all = exchange is null ? path : path.Append(exchange);
        var transit = string.Join(", ", all.Select((name, index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}.{index + 1}")));
        yield return (SipHeader.P_Charging_Vector.Name(), transit.Length == 0 ? $"icid-value={session}" : $"icid-value={session};transit-ioi=\"{transit}\"");
    }

    /// <summary>The vector as it came, with our name at the end of its transit-ioi (section 4.6.2.4): each entry ends in its index.</summary>
    static void Extend(SipEdits edits, string exchange, Span<byte> vector)
    {
        var came = edits.Message.Value(SipHeader.P_Charging_Vector);
        var path = SipPath.Of(edits.Message);
        if (came.Length + exchange.Length + 32 > vector.Length)
            return; // the hops are bounded besides by Max-Forwards and by our own Via
        ReadOnlySpan<byte> parameter = ";transit-ioi="u8;
        var at = came.IndexOf(parameter);
        if (at < 0)
        {
            var length = AppendPath(vector, Append(vector, 0, came), exchange, default);
            edits.Set(SipHeader.P_Charging_Vector, vector[..length]);
            return;
        }

        var end = came[(at + 1)..].IndexOf((byte)';');
        var rest = end < 0 ? default : came[(at + 1 + end)..];
        var old = came.Slice(at + parameter.Length, came.Length - rest.Length - at - parameter.Length).Trim((byte)'"');
        var written = AppendPath(vector, Append(vector, 0, came[..at]), $"{exchange}.{path.Length + 1}", old);
        edits.Set(SipHeader.P_Charging_Vector, vector[..Append(vector, written, rest)]);
    }

    static int AppendPath(Span<byte> vector, int length, string exchange, ReadOnlySpan<byte> old)
    {
        length = Append(vector, length, ";transit-ioi=\""u8);
        if (old.IsEmpty)
        {
            length += System.Text.Encoding.ASCII.GetBytes(exchange, vector[length..]);
            length = Append(vector, length, ".1"u8);
        }
        else
        {
            length = Append(vector, Append(vector, length, old), ", "u8);
            length += System.Text.Encoding.ASCII.GetBytes(exchange, vector[length..]);
        }

        return Append(vector, length, "\""u8);
    }

    static int Append(Span<byte> vector, int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(vector[length..]);
        return length + text.Length;
    }
}

using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>The ids that a session carries on every leg: Session-ID (RFC 7989) and the ICID of P-Charging-Vector (RFC 7315 section 4.6).</summary>
static class SessionHeaders
{
    /// <summary>Adds what the request does not carry yet; what it carries stays.</summary>
    public static void Add(SipEdits edits, CorrelationId correlation)
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

        if (!edits.Message.Has(SipHeader.P_Charging_Vector))
        {
            Span<byte> value = stackalloc byte[11 + CorrelationId.TextLength];
            "icid-value="u8.CopyTo(value);
            digits.CopyTo(value[11..]);
            edits.AddHeader(SipHeader.P_Charging_Vector, value);
        }
    }
}

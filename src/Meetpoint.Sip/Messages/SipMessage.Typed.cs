using System.Text;

namespace Meetpoint.Sip;

public sealed partial class SipMessage
{
    /// <summary>Call-ID; kept once read.</summary>
    public string CallId => _callId ??= Encoding.UTF8.GetString(Value(SipHeader.Call_ID));

    /// <summary>The request URI; null when it is not valid or the message is a response.</summary>
    public SipUri? RequestUri => _requestUri ??= IsRequest && SipUri.TryParse(RequestUriBytes, out var uri) ? uri : null;

    /// <summary>From; null when it is not valid.</summary>
    public NameAddress? From => _from ??= Address(SipHeader.From);

    /// <summary>To; null when it is not valid.</summary>
    public NameAddress? To => _to ??= Address(SipHeader.To);

    /// <summary>First Contact; null when there is none.</summary>
    public NameAddress? Contact => Address(SipHeader.Contact);

    /// <summary>From's tag; empty without.</summary>
    public ReadOnlySpan<byte> FromTag => NameAddrView.TryParse(Value(SipHeader.From), out var from) ? from.Tag : default;

    /// <summary>To's tag; empty without.</summary>
    public ReadOnlySpan<byte> ToTag => NameAddrView.TryParse(Value(SipHeader.To), out var to) ? to.Tag : default;

    /// <summary>Max-Forwards, 0 to 255; 70 when it is absent.</summary>
    public int MaxForwards => (int)(Number(SipHeader.Max_Forwards) ?? 70);

    /// <summary>Expires in seconds; null when it is absent.</summary>
    public long? ExpiresSeconds => Number(SipHeader.Expires);

    /// <summary>Min-SE in seconds; null when it is absent.</summary>
    public long? MinSessionSeconds => Number(SipHeader.Min_SE);

    /// <summary>RSeq; null when it is absent.</summary>
    public uint? RSeq => (uint?)Number(SipHeader.RSeq);

    /// <summary>Retry-After in seconds; null when it is absent.</summary>
    public long? RetryAfterSeconds => Number(SipHeader.Retry_After);

    /// <summary>Session-Expires (RFC 4028): seconds, and the refresher when one is named.</summary>
    public (long Seconds, bool? RefresherIsUac)? SessionExpires
    {
        get
        {
            if (Number(SipHeader.Session_Expires) is not { } seconds)
                return null;
            var value = Value(SipHeader.Session_Expires);
            var semicolon = value.IndexOf((byte)';');
            var refresher = semicolon < 0 ? default : new SipParameters(value[semicolon..])["refresher"u8];
            return (seconds, refresher.IsEmpty ? null : SipLexer.EqualsIgnoreCase(refresher, "uac"u8));
        }
    }

    /// <summary>RAck (RFC 3262): RSeq, CSeq number and whether its method is INVITE; null when absent or not valid.</summary>
    public (uint RSeq, uint CSeq, bool IsInvite)? RAck
    {
        get
        {
            var text = Text(SipHeader.RAck)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return text is [var rseq, var cseq, var method] && uint.TryParse(rseq, out var r) && uint.TryParse(cseq, out var c)
                ? (r, c, method == "INVITE") : null;
        }
    }

    /// <summary>Content-Type without parameters, in lower case; null when it is absent.</summary>
    public string? MediaType
    {
        get
        {
            var value = Value(SipHeader.Content_Type);
            var semicolon = value.IndexOf((byte)';');
            var type = SipLexer.Trim(semicolon < 0 ? value : value[..semicolon]);
#pragma warning disable CA1308 // Media types are written in lower case everywhere.
            return type.IsEmpty ? null : Encoding.ASCII.GetString(type).ToLowerInvariant();
#pragma warning restore CA1308
        }
    }

    /// <summary>First value of a name-addr header; null when absent or not valid.</summary>
    public NameAddress? Address(SipHeader header)
    {
        var value = header is SipHeader.From or SipHeader.To ? Value(header) : FirstListValue(header);
        return NameAddress.TryParse(value, out var address) ? address : null;
    }

    /// <summary>The topmost Via.</summary>
    public bool TryTopVia(out ViaView via) => ViaView.TryParse(FirstListValue(SipHeader.Via), out via);

    /// <summary>The number that a header begins with, up to its parameters; null when absent or no number.</summary>
    public long? Number(SipHeader header)
    {
        var value = Value(header);
        var end = value.IndexOfAny("; \t("u8);
        return SipLexer.TryNumber(end < 0 ? value : value[..end], uint.MaxValue, out var number) ? number : null;
    }
}

using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Our Record-Route: one value where both sides speak to the same listener, two where they do not (RFC 5658 section 5).</summary>
static class RecordRoute
{
    const int MaxValue = 512;

    /// <summary>Inserts it with a sealed token.</summary>
    public static void Insert(SipEdits edits, RouteTokens routes, in RouteToken token, SipFlow from, SipFlow to)
    {
        Span<byte> user = stackalloc byte[RouteTokens.MaxLength + 8];
        user = user[..routes.Seal(in token, edits.Message, user)];
        Span<byte> value = stackalloc byte[MaxValue];
        edits.InsertFirst(SipHeader.Record_Route, value[..Value(value, user, to)]);
        if (from.ListenerName != to.ListenerName)
            edits.InsertFirst(SipHeader.Record_Route, value[..Value(value, user, from)]);
    }

    static int Value(Span<byte> value, ReadOnlySpan<byte> user, SipFlow flow)
    {
        var length = 0;
        Append(value, ref length, "<sip:"u8);
        Append(value, ref length, user);
        Append(value, ref length, "@"u8);
        length += Encoding.UTF8.GetBytes(flow.SentBy, value[length..]);
        Append(value, ref length, flow.Transport switch { SipTransport.Udp => ""u8, SipTransport.Tcp => ";transport=tcp"u8, _ => ";transport=tls"u8 });
        Append(value, ref length, ";lr>"u8);
        return length;
    }

    static void Append(Span<byte> to, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to[length..]);
        length += text.Length;
    }
}

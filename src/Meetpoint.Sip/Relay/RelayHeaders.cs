using System.Buffers.Text;
using System.Text;

namespace Meetpoint.Sip;

/// <summary>What every relayed request gets, whoever's it is: Via, the stamp on the one below, Max-Forwards, and our Route values off it.</summary>
static class RelayHeaders
{
    const int MaxVia = 512;

    /// <summary>Edits a request for a flow.</summary>
    /// <param name="edits">Begun with it.</param>
    /// <param name="flow">Which way it goes.</param>
    /// <param name="branch">Of our Via.</param>
    /// <param name="ownRoutes">Route values at its top that are ours.</param>
    /// <param name="hides">True where the next hop sees no Via but ours.</param>
    /// <param name="asksFeedback">True where the next hop is asked to say when it is in overload.</param>
    public static void Request(SipEdits edits, SipFlow flow, ReadOnlySpan<byte> branch, int ownRoutes, bool hides, bool asksFeedback = false)
    {
        var message = edits.Message;
        Via(edits, flow, branch, asksFeedback);
        if (hides)
            edits.RemoveAll(SipHeader.Via);
        else
            Stamp(edits);
        edits.Set(SipHeader.Max_Forwards, Math.Max(0, message.MaxForwards - 1));
        if (RelayRouting.IsStrict(message, ownRoutes))
            RelayRouting.Strict(edits, ownRoutes);
        else if (ownRoutes > 0)
            edits.RemoveFirstValues(SipHeader.Route, ownRoutes);

        // A stream needs it (RFC 3261 section 20.14); over UDP it may have been missing.
        if (flow.IsReliable && !message.Has(SipHeader.Content_Length))
            edits.Set(SipHeader.Content_Length, message.Body.Length);
    }

    static void Via(SipEdits edits, SipFlow flow, ReadOnlySpan<byte> branch, bool asksFeedback)
    {
        Span<byte> value = stackalloc byte[MaxVia];
        var length = 0;
        Append(value, ref length, "SIP/2.0/"u8);
        Append(value, ref length, flow.Transport switch { SipTransport.Udp => "UDP "u8, SipTransport.Tcp => "TCP "u8, _ => "TLS "u8 });
        length += Encoding.UTF8.GetBytes(flow.SentBy, value[length..]);
        Append(value, ref length, ";branch="u8);
        Append(value, ref length, branch);

        // A connection that we opened and that proved who we are serves the other side's requests as well (RFC 5923 section 6).
        if (!flow.IsReliable)
            Append(value, ref length, ";rport"u8);
        else if (flow is { Transport: SipTransport.Tls, IsOpenedHere: true, Listener.StreamListener: not null })
            Append(value, ref length, ";alias"u8);
        if (asksFeedback)
            Append(value, ref length, OverloadFeedback.Asking);
        edits.InsertHeader(edits.Top, SipHeader.Via, value[..length]);
    }

    static void Stamp(SipEdits edits)
    {
        var message = edits.Message;
        var via = message.FirstListValue(SipHeader.Via);
        Span<byte> stamped = stackalloc byte[1_024];
        if (!ViaStamp.TryWrite(via, message.Source, stamped, out var length))
            return;
        foreach (ref readonly var line in message.Lines)
        {
            if (line.Header != SipHeader.Via)
                continue;
            var at = line.ValueStart + message.ValueOf(in line).IndexOf(via);
            edits.Replace(at..(at + via.Length), stamped[..length]);
            return;
        }
    }

    static void Append(Span<byte> to, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to[length..]);
        length += text.Length;
    }
}

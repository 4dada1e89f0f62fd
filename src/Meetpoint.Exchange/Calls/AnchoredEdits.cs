using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Moves a message from one dialog of an anchored call into the other: all by which the sides would see each other's networks goes.</summary>
static class AnchoredEdits
{
    /// <summary>A request of one side, for the other.</summary>
    /// <param name="edits">Begun with it.</param>
    /// <param name="to">The leg that it goes out on.</param>
    /// <param name="flow">The way that it goes.</param>
    /// <param name="contact">User part of our Contact.</param>
    public static void Request(SipEdits edits, AnchoredLeg to, SipFlow flow, string contact)
    {
        edits.RemoveAll(SipHeader.Record_Route).RemoveAll(SipHeader.Route);
        foreach (var route in to.Routes)
            edits.InsertFirst(SipHeader.Route, Encoding.UTF8.GetBytes(route));
        edits.SetTag(SipHeader.From, to.LocalTagBytes);
        edits.SetTag(SipHeader.To, to.RemoteTag is { } tag ? Encoding.UTF8.GetBytes(tag) : default);
        edits.Set(SipHeader.Call_ID, Encoding.UTF8.GetBytes(to.CallId));
        Number(edits, to);
        Contact(edits, flow, contact);
    }

    /// <summary>CSeq, and RAck which names the CSeq of an INVITE (RFC 3262 section 7.2), in the other dialog's count.</summary>
    static void Number(SipEdits edits, AnchoredLeg to)
    {
        var message = edits.Message;
        var cseq = to.OutgoingCSeq(message);
        if (cseq != message.CSeq)
            edits.Set(SipHeader.CSeq, Encoding.ASCII.GetBytes($"{cseq} {message.MethodName}"));
        if (to.InviteOffset > 0 && message.RAck is { } rack)
            edits.Set(SipHeader.RAck, Encoding.ASCII.GetBytes($"{rack.RSeq} {rack.CSeq + to.InviteOffset} INVITE"));
    }

    /// <summary>A response of the other side, for who asked.</summary>
    /// <param name="edits">Begun with it.</param>
    /// <param name="to">The leg that the request came in on.</param>
    /// <param name="request">That request.</param>
    /// <param name="flow">The way that it came.</param>
    /// <param name="contact">User part of our Contact.</param>
    public static void Response(SipEdits edits, AnchoredLeg to, SipMessage request, SipFlow flow, string contact)
    {
        edits.RemoveAll(SipHeader.Record_Route);

        // Proxies of that side stand in the request; a dialog needs them back (section 12.1.1).
        if (edits.Message.StatusCode is > 100 and < 300)
        {
            foreach (var route in request.Values(SipHeader.Record_Route))
                edits.AddHeader(SipHeader.Record_Route, route);
        }

        edits.Set(SipHeader.From, request.Value(SipHeader.From)); // the other side may not have been told it
        edits.SetTag(SipHeader.To, to.LocalTagBytes);
        edits.Set(SipHeader.Call_ID, request.Value(SipHeader.Call_ID));
        if (edits.Message.CSeq != request.CSeq)
            edits.Set(SipHeader.CSeq, request.Value(SipHeader.CSeq));
        if (edits.Message.StatusCode is < 300 or 485)
            Contact(edits, flow, contact);
    }

    /// <summary>Where REFER leads to a party of ours by the contact that the other side knows, the one that this side knows.</summary>
    public static void ReferTo(SipEdits edits, SipFlow flow, OwnAddresses own)
    {
        if (!NameAddrView.TryParse(edits.Message.FirstListValue(SipHeader.Refer_To), out var target) || SipUriView.Parse(target.Uri, out var uri) != SipUriError.None
            || uri.Headers.IsEmpty || !own.Contains(in uri))
            return;
        var end = target.Uri.IndexOf((byte)'?');
        edits.ReplacePart(target.Uri[..end], Encoding.UTF8.GetBytes(ContactUri(flow, Encoding.UTF8.GetString(uri.User))));
    }

    /// <summary>Our URI in the place of theirs; what else a Contact says of who is there stays.</summary>
    static void Contact(SipEdits edits, SipFlow flow, string user)
    {
        var message = edits.Message;
        if (!message.Has(SipHeader.Contact) || !NameAddrView.TryParse(message.FirstListValue(SipHeader.Contact), out var contact))
            return;
        edits.ReplacePart(contact.Uri, Encoding.UTF8.GetBytes(ContactUri(flow, user)));
    }

    static string ContactUri(SipFlow flow, string user)
    {
        var transport = flow.Transport switch { SipTransport.Udp => "", SipTransport.Tcp => ";transport=tcp", _ => ";transport=tls" };
        return $"sip:{user}@{flow.SentBy}{transport}";
    }
}

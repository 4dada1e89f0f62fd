using System.Text;

namespace Meetpoint.Sip;

/// <summary>The state that two user agents share (RFC 3261 section 12): ids, addresses, route set and sequence numbers.</summary>
/// <remarks>On the loop only.</remarks>
public sealed class Dialog
{
    uint? _remoteCSeq;

    Dialog(string callId, NameAddress local, NameAddress remote)
    {
        CallId = callId;
        Local = local;
        Remote = remote;
    }

    /// <summary>Call-ID.</summary>
    public string CallId { get; }

    /// <summary>We, with our tag.</summary>
    public NameAddress Local { get; }

    /// <summary>They, with their tag (none where an RFC 2543 agent sends none).</summary>
    public NameAddress Remote { get; }

    /// <summary>Their Contact: where requests are addressed.</summary>
    public string RemoteTarget { get; private set; } = "";

    /// <summary>Route values, ours first.</summary>
    public IReadOnlyList<string> RouteSet { get; private set; } = [];

    /// <summary>Number of our last request.</summary>
    public uint LocalCSeq { get; internal set; }

    /// <summary>The way their last message came.</summary>
    public SipFlow? Flow { get; private set; }

    /// <summary>
    /// True where the peer is met over its flow alone (RFC 5626): what its Contact says need not be reachable from here.
    /// </summary>
    internal bool KeepsToFlow { get; set; }

    /// <summary>True when we made the Call-ID: such a side waits longer after 491.</summary>
    public bool IsCallIdOurs { get; private init; }

    internal string Key => MakeKey(CallId, Local.Tag, Remote.Tag);

    /// <summary>The user part of our Contact.</summary>
    internal string ContactUser { get; init; } = "";

    internal static string MakeKey(string callId, string? localTag, string? remoteTag) => $"{callId}\n{localTag}\n{remoteTag}";

    /// <summary>The dialog that our answer to a request makes (section 12.1.1).</summary>
    internal static Dialog AsServer(ServerTransaction transaction)
    {
        var request = transaction.Request;
        var dialog = new Dialog(request.CallId, request.To!.WithTag(transaction.ToTag), request.From!)
        {
            RouteSet = request.Texts(SipHeader.Record_Route),
            RemoteTarget = request.Contact?.UriText ?? request.From!.UriText,
            ContactUser = request.RequestUri?.User ?? "",
            Flow = transaction.Flow,
            LocalCSeq = 0,
            // RFC 5626 section 4.3: a client says by "ob" that its Contact stands for the flow. Behind a proxy the flow is that one's to keep.
            KeepsToFlow = request.Contact?.Uri?.Parameter("ob") is not null && IsDirect(request),
        };
        dialog._remoteCSeq = request.CSeq;
        return dialog;
    }

    /// <summary>The dialog that an answer to our request makes (section 12.1.2).</summary>
    internal static Dialog AsClient(SipRequest request, SipMessage response, SipFlow flow)
    {
        var routes = response.Texts(SipHeader.Record_Route);
        routes.Reverse();
        return new Dialog(request.CallId!, request.From, response.To!)
        {
            RouteSet = routes,
            RemoteTarget = response.Contact?.UriText ?? request.Uri,
            ContactUser = request.ContactUser ?? "",
            LocalCSeq = request.CSeq,
            Flow = flow,
            IsCallIdOurs = true,
        };
    }

    /// <summary>The dialog that the first NOTIFY makes for the subscriber (RFC 6665 section 4.4.1).</summary>
    internal static Dialog AsSubscriber(SipRequest subscribe, SipMessage notify, SipFlow flow)
    {
        var dialog = new Dialog(subscribe.CallId!, subscribe.From, notify.From!)
        {
            RouteSet = notify.Texts(SipHeader.Record_Route),
            RemoteTarget = notify.Contact?.UriText ?? subscribe.Uri,
            ContactUser = subscribe.ContactUser ?? "",
            LocalCSeq = subscribe.CSeq,
            Flow = flow,
            IsCallIdOurs = true,
        };
        dialog._remoteCSeq = notify.CSeq;
        return dialog;
    }

    /// <summary>A request inside the dialog (section 12.2.1.1).</summary>
    internal SipRequest Request(string method)
    {
        var routes = RouteSet;
        var uri = RemoteTarget;
        if (routes.Count > 0 && NameAddress.TryParse(Encoding.UTF8.GetBytes(routes[0]), out var first) && first.Uri?.Parameter("lr") is null)
        {
            // A strict router of RFC 2543 takes its own address from the request URI.
            uri = first.UriText;
            routes = [.. routes.Skip(1), $"<{RemoteTarget}>"];
        }

        return new SipRequest(method, uri)
        {
            From = Local, To = Remote, CallId = CallId, CSeq = NextCSeq(), Routes = routes, NextCSeq = NextCSeq,
        };
    }

    /// <summary>True when no proxy stands between its sender and us, or none that stays there.</summary>
    internal static bool IsDirect(SipMessage request) => !request.HasSeveral(SipHeader.Via) && !request.Has(SipHeader.Record_Route);

    internal uint NextCSeq() => ++LocalCSeq;

    /// <summary>Where a request inside goes now.</summary>
    internal SipRoute Route()
    {
        if (KeepsToFlow && Flow is { IsOpen: true })
            return SipRoute.Over(Flow);
        var hopText = RouteSet.Count > 0 && NameAddress.TryParse(Encoding.UTF8.GetBytes(RouteSet[0]), out var first) ? first.UriText : RemoteTarget;
        var isUri = SipUri.TryParse(hopText, out var hop);

        // The connection that the peer itself used for this dialog, where it is the next hop: one that cannot be connected to stays reachable. Over
        // TLS an address says nothing of who is there, so a peer that gives one is met where it has proved itself.
        if (Flow is { IsReliable: true, IsOpen: true }
            && (!isUri || RouteSet.Count > 0 || hop!.Host == Flow.Remote.Host || (Flow.Transport == SipTransport.Tls && Net.NetAddress.TryParse(hop.Host.Trim('[', ']'), 0, out _))))
            return SipRoute.Over(Flow);
        if (isUri)
            return SipRoute.To(hop!, Flow);
        return Flow is not null ? SipRoute.Over(Flow) : SipRoute.To([]);
    }

    /// <summary>Takes a request's number; false when it is out of order (section 12.2.2).</summary>
    internal bool TakeRequest(SipMessage request, SipFlow flow)
    {
        if (_remoteCSeq is { } last && request.CSeq <= last && request.Method is not SipMethod.Ack)
            return false;
        _remoteCSeq = request.CSeq;
        Flow = flow;
        return true;
    }

    /// <summary>Takes the Contact of a target refresh (section 12.2.1.2).</summary>
    internal void RefreshTarget(SipMessage message, SipFlow flow)
    {
        Flow = flow;
        if (message.Contact?.UriText is { Length: > 0 } target)
            RemoteTarget = target;
    }

    /// <summary>Takes the route set of a 2xx, which counts more than that of the early answers (section 13.2.2.4).</summary>
    internal void Confirm(SipMessage success, SipFlow flow)
    {
        var routes = success.Texts(SipHeader.Record_Route);
        routes.Reverse();
        RouteSet = routes;
        RefreshTarget(success, flow);
    }
}

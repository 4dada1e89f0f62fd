using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Relay;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Calls;

/// <summary>Our dialog with one side of an anchored call (RFC 3261 section 12). What a restart needs of it is in its row.</summary>
sealed class AnchoredLeg
{
    /// <summary>More requests than a side sends within a call, of which none was written.</summary>
    const uint Unwritten = 10_000;

    uint? _lastIn;
    bool _isResumed;

    /// <summary>Who is at the other end.</summary>
    public required CallParty Party { get; set; }

    public required string CallId { get; init; }

    /// <summary>Our tag.</summary>
    public required string LocalTag { get; init; }

    /// <summary>Whether that side may know of the other what the other would withhold.</summary>
    public IdentityTrust Trust { get; set; } = IdentityTrust.Untrusted;

    /// <summary>From of what we send them of our own, without tag.</summary>
    public required NameAddress Local { get; set; }

    /// <summary>To of the same, without tag.</summary>
    public required NameAddress Remote { get; init; }

    /// <summary>Theirs; null before they answered.</summary>
    public string? RemoteTag { get; set; }

    /// <summary>URI of their Contact.</summary>
    public string? RemoteTarget { get; set; }

    /// <summary>Route values, in the order in which requests to them carry them.</summary>
    public IReadOnlyList<string> Routes { get; set; } = [];

    /// <summary>Which side of the media it is.</summary>
    public required RelaySide Side { get; init; }

    /// <summary>The highest CSeq that went to them; 0 before any did.</summary>
    public uint LastCSeq { get; set; }

    /// <summary>What is added to the CSeq of what is relayed to them: more than nought once we sent something of our own.</summary>
    public uint CSeqOffset { get; set; }

    /// <summary>The same, for the last INVITE: its ACK and PRACK name it again.</summary>
    public uint InviteOffset { get; set; }

    /// <summary>The flow that they came by, or that they were reached by; null after a restart.</summary>
    public SipFlow? Flow { get; set; }

    /// <summary>They are reached by the flow alone, which they registered or called by: their contact may be one of a network of their own.</summary>
    public bool KeepsToFlow { get; set; }

    /// <summary>An offer of ours to them has no answer yet, so that neither side may make one (RFC 3261 section 14.1).</summary>
    public bool IsRenewing { get; set; }

    /// <summary>Where a request to them goes, and what its request URI is.</summary>
    public RelayTarget Target()
    {
        var hop = Routes.Count > 0 ? NameAddress.Parse(Routes[0]).UriText : RemoteTarget!;

        // Over a connection that someone opened to us there is no other way back (RFC 5923, RFC 5626).
        var route = Flow is { IsOpen: true } open && (open.IsReliable || KeepsToFlow) ? SipRoute.Over(open)
            : SipUri.TryParse(hop, out var uri) ? SipRoute.To(uri) : SipRoute.To([]);
        return new RelayTarget { Route = route, ListenerName = Flow?.ListenerName ?? Party.Neighbour?.Neighbour.Listener, RequestUri = RemoteTarget };
    }

    /// <summary>Where a request of our own goes.</summary>
    SipRoute Route()
    {
        var target = Target();
        return target.Route!.From(target.ListenerName);
    }

    /// <summary>The CSeq that a request of the other side goes to them with.</summary>
    public uint OutgoingCSeq(SipMessage request)
    {
        if (request.Method == SipMethod.Ack)
            return request.CSeq + InviteOffset;
        if (request.CSeq + CSeqOffset <= LastCSeq && !IsSame(request))
            CSeqOffset = LastCSeq + 1 - request.CSeq;
        _lastIn = request.CSeq;
        LastCSeq = Math.Max(LastCSeq, request.CSeq + CSeqOffset);
        if (request.Method == SipMethod.Invite)
            InviteOffset = CSeqOffset;
        return request.CSeq + CSeqOffset;
    }

    /// <summary>What a restart needs of it.</summary>
    public LegState State() => new(
        Party.Neighbour?.Neighbour.Id, Party.Endpoint?.Id, CallId, LocalTag, RemoteTag, Local.ToString(), Remote.ToString(), RemoteTarget,
        [.. Routes], LastCSeq, CSeqOffset, InviteOffset, Trust == IdentityTrust.Trusted);

    /// <summary>The dialog again as it was written; what went to them since then is below the next CSeq.</summary>
    public static AnchoredLeg Of(LegState state, CallParty party, RelaySide side) => new()
    {
        Party = party,
        CallId = state.CallId,
        LocalTag = state.LocalTag,
        RemoteTag = state.RemoteTag,
        Local = NameAddress.Parse(state.Local),
        Remote = NameAddress.Parse(state.Remote),
        RemoteTarget = state.RemoteTarget,
        Routes = state.Routes,
        Side = side,
        LastCSeq = state.LastCSeq,
        CSeqOffset = state.CSeqOffset,
        InviteOffset = state.InviteOffset,
        Trust = state.IsTrusted ? IdentityTrust.Trusted : IdentityTrust.Untrusted,
        _isResumed = true,
    };

    /// <summary>Sends a request of our own within the dialog; nobody waits for its answer. Nothing before they answered.</summary>
    public void Send(CallContext context, string contact, string method, string? contentType = null, ReadOnlyMemory<byte> body = default, params IReadOnlyList<(string Name, string Value)> headers)
    {
        if (Request(contact, method) is not { } request)
            return;
        request.ContentType = contentType;
        request.Body = body;
        request.Headers.AddRange(headers);
        context.Ua.Send(request, Route(), null, static _ => { });
    }

    /// <summary>
    /// Makes an offer of our own within the dialog, by INVITE. What it comes to follows: a success is acknowledged, and said again for each copy.
    /// Nothing before they answered.
    /// </summary>
    public void Offer(CallContext context, string contact, byte[] offer, IReadOnlyList<(string Name, string Value)> headers, Action<SipResult> done)
    {
        if (Request(contact, "INVITE") is not { } request)
            return;
        request.ContentType = SdpDescription.MediaType;
        request.Body = offer;
        request.Headers.AddRange(headers);
        context.Ua.Send(request, Route(), null, result =>
        {
            if (result is { IsSuccess: true, Response: { } answer })
            {
                TakeTarget(answer);
                context.Ua.SendAck(Within("ACK", request.CSeq), Route());
            }

            done(result);
        });
    }

    /// <summary>A request of our own, with the next number; null before they answered.</summary>
    SipRequest? Request(string contact, string method)
    {
        if (RemoteTarget is null || RemoteTag is null)
            return null;
        CSeqOffset++;
        if (_isResumed)
        {
            _isResumed = false;
            LastCSeq += Unwritten;
        }

        var request = Within(method, ++LastCSeq);
        request.ContactUser = method == "BYE" ? null : contact;
        return request;
    }

    SipRequest Within(string method, uint cseq) => new(method, RemoteTarget!)
    {
        From = Local.WithTag(LocalTag),
        To = Remote.WithTag(RemoteTag),
        CallId = CallId,
        CSeq = cseq,
        Routes = Routes,
    };

    /// <summary>Takes the other side's Contact, in what makes or refreshes a dialog.</summary>
    public void TakeTarget(SipMessage message)
    {
        if (message.Contact?.UriText is { } contact)
            RemoteTarget = contact;
    }

    /// <summary>Values of Record-Route as Route values: as they stand for who was asked, reversed for who asked (section 12.1).</summary>
    public void TakeRoutes(SipMessage message, bool reversed)
    {
        var routes = message.Texts(SipHeader.Record_Route);
        if (reversed)
            routes.Reverse();
        Routes = routes;
    }

    /// <summary>The same request once more, by another branch.</summary>
    bool IsSame(SipMessage request) => request.CSeq == _lastIn;

    public byte[] LocalTagBytes => field ??= Encoding.ASCII.GetBytes(LocalTag);
}

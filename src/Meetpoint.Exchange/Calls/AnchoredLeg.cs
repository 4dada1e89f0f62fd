using System.Text;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Our dialog with one side of an anchored call (RFC 3261 section 12). What a restart needs of it is in its row.</summary>
sealed class AnchoredLeg
{
    /// <summary>Who is at the other end.</summary>
    public required CallParty Party { get; set; }

    public required string CallId { get; init; }

    /// <summary>Our tag.</summary>
    public required string LocalTag { get; init; }

    /// <summary>Theirs; null before they answered.</summary>
    public string? RemoteTag { get; set; }

    /// <summary>URI of their Contact.</summary>
    public string? RemoteTarget { get; set; }

    /// <summary>Route values, in the order in which requests to them carry them.</summary>
    public IReadOnlyList<string> Routes { get; set; } = [];

    /// <summary>The flow that they came by, or that they were reached by; null after a restart.</summary>
    public SipFlow? Flow { get; set; }

    /// <summary>Where a request to them goes, and what its request URI is.</summary>
    public RelayTarget Target()
    {
        var hop = Routes.Count > 0 ? NameAddress.Parse(Routes[0]).UriText : RemoteTarget!;

        // Over a connection that someone opened to us there is no other way back (RFC 5923, RFC 5626).
        var route = Flow is { IsReliable: true, IsOpen: true } open ? SipRoute.Over(open)
            : SipUri.TryParse(hop, out var uri) ? SipRoute.To(uri) : SipRoute.To([]);
        return new RelayTarget { Route = route, RequestUri = RemoteTarget };
    }

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

    public byte[] LocalTagBytes => field ??= Encoding.ASCII.GetBytes(LocalTag);
}

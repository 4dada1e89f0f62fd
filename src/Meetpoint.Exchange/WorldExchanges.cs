using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Sip;

namespace Meetpoint.Exchange;

/// <summary>The other exchanges that a world names, and how each is reached.</summary>
static class WorldExchanges
{
    const int HttpsPort = 443;

    /// <summary>Those that signed messages are exchanged with: each has a name and a key.</summary>
    public static IEnumerable<NniNeighbour> Of(World world) => world.Neighbours.Select(entry => entry.Neighbour)
        .Where(neighbour => neighbour is { Kind: NeighbourKind.Exchange, Exchange: not null, IdentityKey: not null })
        .Select(neighbour =>
        {
            var url = neighbour.NniUrl is { } text ? new Uri(text) : null;
            return new NniNeighbour(neighbour.Exchange!, neighbour.IdentityKey!, url?.Host, url?.Port ?? HttpsPort);
        });

    /// <summary>Where SIP for one of them goes; null for one that is not known.</summary>
    public static SipRoute? RouteTo(World world, string exchange)
    {
        if (world.FindNeighbourByExchange(exchange) is not { Neighbour: { } neighbour })
            return null;
        return SipUri.TryParse(neighbour.SipUri ?? $"sip:{exchange};transport=tls", out var uri) ? SipRoute.To(uri).From(neighbour.Listener) : null;
    }
}

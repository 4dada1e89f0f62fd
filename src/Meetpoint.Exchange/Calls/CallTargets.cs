using System.Runtime.CompilerServices;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Makes of the ways that a grant leaves open the targets that a request is sent to. On the loop only.</summary>
sealed class CallTargets(CallContext context)
{
    readonly ConditionalWeakTable<NeighbourEntry, SipRoute> _routes = [];

    /// <summary>Targets in the order of the grant's candidates; each is a group by itself. Empty when none can be reached.</summary>
    public List<RelayTarget> Of(in Grant grant, SipMessage request)
    {
        var targets = new List<RelayTarget>();
        foreach (var candidate in grant.Candidates)
        {
            if (candidate.Neighbour is { } neighbour)
            {
                if (RouteTo(neighbour) is { } route)
                    targets.Add(new RelayTarget { Route = route, RequestUri = RequestUri(request, route), Tag = new CallParty(neighbour, null) });
            }
            else if (grant.Endpoint is { Contact: { } contact } endpoint && SipUri.TryParse(contact, out var uri))
            {
                targets.Add(new RelayTarget { Route = SipRoute.To(uri), RequestUri = contact, Tag = new CallParty(null, endpoint) });
            }
        }

        return targets;
    }

    SipRoute? RouteTo(NeighbourEntry neighbour)
    {
        if (_routes.TryGetValue(neighbour, out var known))
            return known;
        var record = neighbour.Neighbour;
        var text = record.SipUri ?? (record.Exchange is { } exchange ? $"sip:{exchange};transport=tls" : null);
        if (text is null || !SipUri.TryParse(text, out var uri))
            return null;
        return _routes.GetValue(neighbour, _ => SipRoute.To(uri));
    }

    /// <summary>Who was asked for at an address of ours is asked for at the neighbour's; every other URI stays as it came.</summary>
    string? RequestUri(SipMessage request, SipRoute route)
    {
        if (SipUriView.Parse(request.RequestUriBytes, out var uri) != SipUriError.None || uri.Scheme is SipUriScheme.Tel or SipUriScheme.Urn || !context.Own.Contains(in uri))
            return null;
        var next = route.NextHop!;
        var host = next.Port == 0 ? next.Host : $"{next.Host}:{next.Port}";
        return $"{(uri.Scheme == SipUriScheme.Sips ? "sips" : "sip")}:{Text(uri.User)}@{host}{Text(uri.Parameters.Raw)}";
    }

    static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}

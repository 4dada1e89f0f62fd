using System.Runtime.CompilerServices;
using System.Text;
using Meetpoint.Exchange.Calls.Registrations;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>Makes of the ways that a grant leaves open the targets that a request is sent to. On the loop only.</summary>
sealed class CallTargets(CallContext context)
{
    readonly ConditionalWeakTable<NeighbourEntry, SipRoute> _routes = [];

    /// <summary>
    /// Groups of targets in the order of the grant's candidates: the targets of a group are asked at once, as an endpoint's registrations are, and the
    /// groups one after the other. Empty when none can be reached, or each of them asks to be spared this call.
    /// </summary>
    /// <param name="grant">Leave.</param>
    /// <param name="request">What is sent.</param>
    /// <param name="uri">The request URI in its canonical form; null where it stays as received.</param>
    public List<IReadOnlyList<RelayTarget>> Of(in Grant grant, SipMessage request, string? uri)
    {
        var groups = new List<IReadOnlyList<RelayTarget>>();
        List<IReadOnlyList<RelayTarget>>? down = null;
        foreach (var candidate in grant.Candidates)
        {
            if (candidate.Neighbour is not { } neighbour)
                groups.AddRange(Of(in grant, candidate, default));
            else if (RouteTo(neighbour) is not { } route
                || (request.Method == SipMethod.Invite && !grant.IsEmergency && context.Throttle.Spares(neighbour, context.Loop.NowNs)))
                continue;
            else
                (context.Health.IsUp(neighbour) ? groups : down ??= []).Add(
                    [To(neighbour, route, RequestUri(request.RequestUriBytes, uri, route), IdentityEdits.FarSide(grant, candidate))]);
        }

        // Who did not answer last time comes last, and still comes.
        if (down is not null)
            groups.AddRange(down);
        return groups;
    }

    /// <summary>Groups of targets of one candidate; empty when it cannot be reached by SIP.</summary>
    /// <param name="grant">Leave.</param>
    /// <param name="candidate">One of its ways.</param>
    /// <param name="uri">Who is asked for; read for neighbours only.</param>
    public IReadOnlyList<IReadOnlyList<RelayTarget>> Of(in Grant grant, Candidate candidate, ReadOnlySpan<byte> uri)
    {
        var trust = IdentityEdits.FarSide(grant, candidate);
        if (candidate.Neighbour is { } neighbour)
            return RouteTo(neighbour) is { } route ? [[To(neighbour, route, RequestUri(uri, null, route) ?? Text(uri), trust)]] : [];
        var groups = new List<IReadOnlyList<RelayTarget>>();
        if (candidate.IsLocal)
            AddLocal(groups, in grant, trust);
        return groups;
    }

    static RelayTarget To(NeighbourEntry neighbour, SipRoute route, string? requestUri, IdentityTrust trust) => new()
    {
        Route = route,
        ListenerName = neighbour.Neighbour.Listener,
        RequestUri = requestUri,
        AsksFeedback = neighbour.Neighbour.Kind == NeighbourKind.Exchange,
        Tag = new CallWay(new CallParty(neighbour, null), trust),
    };

    /// <summary>A target outside of this world, where ENUM said that the number is.</summary>
    public static RelayTarget Stranger(string uri) =>
        new() { Route = SipRoute.To(SipUri.Parse(uri)), RequestUri = uri, Tag = new CallWay(default, IdentityTrust.Untrusted) };

    /// <summary>A registration as a target.</summary>
    public static RelayTarget Of(RegisteredTarget registered, CallWay way) => new()
    {
        Route = registered.Route,
        RequestUri = registered.RequestUri,
        Path = registered.Routes,
        Tag = way with { Registered = registered },
    };

    /// <summary>An endpoint is asked where it stands, or where it has registered; a user at every endpoint.</summary>
    void AddLocal(List<IReadOnlyList<RelayTarget>> groups, in Grant grant, IdentityTrust trust)
    {
        if (grant.Endpoint is { } endpoint)
        {
            foreach (var group in Of(endpoint, trust))
                groups.Add(group);
        }
        else if (grant.User is { } user)
        {
            RelayTarget[] all = [.. context.Endpoints.Of(user).SelectMany(own => Of(own, trust)).SelectMany(group => group)];
            if (all.Length > 0)
                groups.Add(all);
        }
    }

    IEnumerable<IReadOnlyList<RelayTarget>> Of(Endpoint endpoint, IdentityTrust trust)
    {
        var way = new CallWay(new CallParty(null, endpoint), trust);
        if (endpoint.Contact is { } contact)
            return SipUri.TryParse(contact, out var uri) ? [[new RelayTarget { Route = SipRoute.To(uri), RequestUri = contact, Tag = way }]] : [];
        return context.Registrations.Targets(endpoint.Sip).Select(group => (IReadOnlyList<RelayTarget>)[.. group.Select(one => Of(one, way))]);
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

    /// <summary>Who was asked for at an address of ours is asked for at the neighbour's; every other URI stays as it is.</summary>
    string? RequestUri(ReadOnlySpan<byte> received, string? canonical, SipRoute route)
    {
        var bytes = canonical is null ? received : Encoding.UTF8.GetBytes(canonical);
        if (SipUriView.Parse(bytes, out var uri) != SipUriError.None || uri.Scheme is SipUriScheme.Tel or SipUriScheme.Urn || !context.Own.Contains(in uri))
            return canonical;
        var next = route.NextHop!;
        var host = next.Port == 0 ? next.Host : $"{next.Host}:{next.Port}";
        return $"{(uri.Scheme == SipUriScheme.Sips ? "sips" : "sip")}:{Text(uri.User)}@{host}{Text(uri.Parameters.Raw)}";
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}

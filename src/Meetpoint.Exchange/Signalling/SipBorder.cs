using System.Collections.Frozen;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// IDENTIFY for SIP: finds out whom a flow belongs to, and lets nothing of a stranger near a transaction.
/// </summary>
/// <remarks>
/// A neighbour is known by its certificate, or by listener and source address; an endpoint by the host of its static contact, or by a From
/// that it will have to prove by digest. Whether there is such a customer is not told: whoever says to be one of a domain whose customers have
/// passwords is challenged. Everyone else gets silence over UDP and a closed connection over TCP and TLS. On the loop only.
/// </remarks>
sealed class SipBorder(Admission admission, SipTls tls, Action<SipFlow> onStranger) : ISipGate
{
    /// <summary>Whether a registration is reached over a flow, set once there are any.</summary>
    public Func<SipFlow, bool> IsRegistered { get; set; } = static _ => false;

    EndpointHosts? _endpointHosts;

    /// <inheritdoc/>
    public SipGateVerdict OnMessage(SipFlow flow, SipMessage message)
    {
        var sender = Of(flow);
        if (sender.IsKnown)
            return SipGateVerdict.Admit;
        // Answers go to transactions that are ours or nowhere; a claim to be a customer is answered with a challenge.
        if (!message.IsRequest || ClaimsToBeEndpoint(message))
            return SipGateVerdict.Admit;
        onStranger(flow);
        return SipGateVerdict.Drop;
    }

    /// <inheritdoc/>
    public bool AnswersKeepAlive(SipFlow flow) => Of(flow).IsKnown || IsRegistered(flow);

    /// <summary>What is known of the flow, by the world in force.</summary>
    public SipSender Of(SipFlow flow)
    {
        var world = admission.World;
        if (flow.Tag is SipSender known && known.World == world)
            return known;
        var neighbour = Neighbour(world, flow);
        var sender = new SipSender(world, neighbour, neighbour is null && IsEndpointHost(world, flow))
        {
            Proved = (flow.Tag as SipSender)?.Proved is { } proved ? world.Find(proved.Sip)?.Endpoint : null,
        };
        flow.Tag = sender;
        return sender;
    }

    NeighbourEntry? Neighbour(World world, SipFlow flow)
    {
        if (flow.PeerCertificate is not { } certificate)
            return flow.Transport == SipTransport.Tls ? null : world.FindNeighbourBySource(flow.ListenerName, flow.Remote.ToIPAddress().ToString());
        var neighbour = tls.NeighbourOf(world, certificate, out var aliases);

        // What we opened keeps the name that it was opened for; what was opened to us is found by what it proved.
        if (neighbour?.Neighbour.Exchange is { } exchange)
            flow.Identity = exchange;
        else if (!flow.IsOpenedHere)
            flow.Identity = null;
        flow.Aliases = aliases;
        return neighbour;
    }

    /// <summary>Where an endpoint of ours is dialled: the address of its contact, or the name that a server proved by TLS when we dialled it.</summary>
    bool IsEndpointHost(World world, SipFlow flow)
    {
        var hosts = Hosts(world);
        return flow.PeerCertificate is null
            ? hosts.Addresses.Contains(flow.Remote.WithPort(0))
            : flow is { IsOpenedHere: true, Identity: { } proved } && hosts.Names.Contains(proved);
    }

    bool ClaimsToBeEndpoint(SipMessage message) =>
        message.From?.Uri is { User: not null } uri && Hosts(admission.World).DigestDomains.Contains(uri.Host);

    EndpointHosts Hosts(World world)
    {
        if (_endpointHosts?.World == world)
            return _endpointHosts;
        var hosts = world.Document.Endpoints
            .Select(endpoint => endpoint.Contact is { } contact && SipUri.TryParse(contact, out var uri) ? uri.Host : null).OfType<string>().ToList();
        return _endpointHosts = new EndpointHosts(
            world,
            hosts.Select(host => NetAddress.TryParse(host, 0, out var address) ? address : NetAddress.None).Where(address => address.IsSet).ToFrozenSet(),
            hosts.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            world.Document.Endpoints.Where(endpoint => endpoint.Digest is not null)
                .Select(endpoint => endpoint.Sip[(endpoint.Sip.IndexOf('@', StringComparison.Ordinal) + 1)..]).ToFrozenSet(StringComparer.OrdinalIgnoreCase));
    }

    sealed record EndpointHosts(World World, FrozenSet<NetAddress> Addresses, FrozenSet<string> Names, FrozenSet<string> DigestDomains);
}

using System.Collections.Frozen;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Signalling;

/// <summary>
/// IDENTIFY for SIP: finds out whom a flow belongs to, and lets nothing of a stranger near a transaction.
/// </summary>
/// <remarks>
/// A neighbour is known by its certificate, or by listener and source address; an endpoint by the host of its static contact, or by a From
/// that it will have to prove by digest. Everyone else gets silence over UDP and a closed connection over TCP and TLS. On the loop only.
/// </remarks>
sealed class SipBorder(Admission admission, NniCertificates? certificates, Action<SipFlow> onStranger) : ISipGate
{
    (World World, FrozenSet<NetAddress> Hosts) _endpointHosts = (null!, FrozenSet<NetAddress>.Empty);

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

    /// <summary>What is known of the flow, by the world in force.</summary>
    public SipSender Of(SipFlow flow)
    {
        var world = admission.World;
        if (flow.Tag is SipSender known && known.World == world)
            return known;
        var neighbour = Neighbour(world, flow);
        var sender = new SipSender(world, neighbour, neighbour is null && Hosts(world).Contains(flow.Remote.WithPort(0)))
        {
            Proved = (flow.Tag as SipSender)?.Proved is { } proved ? world.Find(proved.Sip)?.Endpoint : null,
        };
        flow.Tag = sender;
        if (neighbour?.Neighbour.Exchange is { } exchange)
            flow.Identity = exchange;
        return sender;
    }

    NeighbourEntry? Neighbour(World world, SipFlow flow)
    {
        if (flow.PeerCertificate is not { } certificate)
            return world.FindNeighbourBySource(flow.ListenerName, flow.Remote.ToIPAddress().ToString());
        if (certificates?.ExchangeOf(certificate) is { } exchange)
            return world.FindNeighbourByExchange(exchange);
        foreach (var name in CertificateNames.Of(certificate))
        {
            if (world.FindNeighbourByTlsName(name) is { } found)
                return found;
        }

        return null;
    }

    bool ClaimsToBeEndpoint(SipMessage message) =>
        message.From?.Uri is { User: { } user } uri && admission.World.Find($"{user}@{uri.Host}")?.Endpoint is { Digest: not null };

    FrozenSet<NetAddress> Hosts(World world)
    {
        if (_endpointHosts.World == world)
            return _endpointHosts.Hosts;
        var hosts = world.Document.Endpoints
            .Select(endpoint => endpoint.Contact is { } contact && SipUri.TryParse(contact, out var uri)
                && NetAddress.TryParse(uri.Host, 0, out var address) ? address : NetAddress.None)
            .Where(address => address.IsSet).ToFrozenSet();
        _endpointHosts = (world, hosts);
        return hosts;
    }
}

using Meetpoint.Exchange.Interconnect;
using Meetpoint.Xmpp;

namespace Meetpoint.Exchange.Signalling;

/// <summary>A service that takes stanzas.</summary>
interface IStanzaService
{
    /// <summary>What this service takes.</summary>
    XmppStanzaKind Kind { get; }

    /// <summary>A stanza to one of our domains, from a neighbour whose domain is proven.</summary>
    void Take(XmppStanza stanza, NeighbourEntry neighbour);
}

/// <summary>
/// IDENTIFY for XMPP: which domains are served here, whose server stands behind a remote one and by what it may prove itself, and which service a stanza is for. On the loop only.
/// </summary>
sealed class XmppBorder(Admission admission, IExchangeLog log) : IXmppHost
{
    readonly List<IStanzaService> _services = [];
    XmppAddresses? _addresses;

    /// <summary>How people are called there.</summary>
    public XmppAddresses Addresses => _addresses ??= new XmppAddresses(admission, this);

    /// <summary>Adds a service; before the first stanza.</summary>
    public void Add(IStanzaService service) => _services.Add(service);

    /// <inheritdoc/>
    public bool Hosts(string domain)
    {
        var world = admission.World;
        return world.Find(domain) is { } found && string.Equals(found.Provider.Exchange, world.Exchange, StringComparison.OrdinalIgnoreCase) && NeighbourOf(domain) is null;
    }

    /// <summary>The XMPP server that a domain is reached by; null where routes lead to none.</summary>
    public NeighbourEntry? NeighbourOf(string domain)
    {
        var world = admission.World;
        if (world.Find(domain) is not { } found)
            return null;
        foreach (var candidate in found.Routes.Candidates)
        {
            if (candidate.Neighbour is { Neighbour.Kind: NeighbourKind.Xmpp } neighbour)
                return neighbour;
        }

        return null;
    }

    /// <inheritdoc/>
    public XmppProof Admits(string localDomain, string remoteDomain) => NeighbourOf(remoteDomain) is not { } neighbour ? XmppProof.None
        : neighbour.Neighbour.Dialback ? XmppProof.Any : XmppProof.Certificate;

    /// <inheritdoc/>
    public void OnStanza(XmppStanza stanza, XmppPeer peer)
    {
        if (NeighbourOf(stanza.From.Domain) is not { } neighbour)
        {
            peer.Close("no neighbour here has this domain any more");
            return;
        }

        foreach (var service in _services)
        {
            if (service.Kind == stanza.Kind)
                service.Take(stanza, neighbour);
        }
    }

    /// <inheritdoc/>
    public void OnEvent(in XmppEvent what)
    {
        switch (what.Kind)
        {
            case XmppEventKind.ConnectFailed or XmppEventKind.ClosedByPeer when what.IsOutgoing:
                log.Unreachable($"xmpp {what.RemoteDomain}", what.Detail);
                break;
            case XmppEventKind.Proven when what.IsOutgoing:
                log.Reachable($"xmpp {what.RemoteDomain}");
                break;
            case XmppEventKind.ProofRefused or XmppEventKind.CertificateRefused when what.IsOutgoing:
                log.Unreachable($"xmpp {what.RemoteDomain}", what.Detail);
                break;
            case XmppEventKind.ProofRefused or XmppEventKind.CertificateRefused:
                log.Stranger($"xmpp {what.Address}: as {what.RemoteDomain}: {what.Detail}");
                break;
            case XmppEventKind.ClosedByUs or XmppEventKind.Limited:
                log.Malformed($"xmpp {what.Address}", $"{what.RemoteDomain}: {what.Detail}");
                break;
            default:
                break;
        }
    }
}

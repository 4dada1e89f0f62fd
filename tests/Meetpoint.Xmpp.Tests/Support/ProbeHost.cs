namespace Meetpoint.Xmpp.Tests.Support;

/// <summary>A host that keeps what it hears.</summary>
sealed class ProbeHost(params string[] domains) : IXmppHost
{
    internal List<XmppStanza> Stanzas { get; } = [];

    internal List<XmppPeer> Peers { get; } = [];

    internal List<XmppStanza> Undelivered { get; } = [];

    internal List<XmppEvent> Events { get; } = [];

    internal Func<string, string, XmppProof> Admitted { get; set; } = (_, _) => XmppProof.Any;

    internal Func<XmppPeer, long> Resting { get; set; } = _ => 0;

    internal string Heard => string.Join("|", Stanzas.Select(stanza => stanza.Text("body") ?? stanza.Text("status") ?? stanza.Type ?? "-"));

    internal string Happened => string.Join("|", Events.Select(one => $"{one.Kind} {one.Detail}"));

    public bool Hosts(string domain) => domains.Contains(domain);

    public void OnStanza(XmppStanza stanza, XmppPeer peer)
    {
        Stanzas.Add(stanza);
        Peers.Add(peer);
    }

    public void OnUndelivered(XmppStanza error) => Undelivered.Add(error);

    public XmppProof Admits(string localDomain, string remoteDomain) => Admitted(localDomain, remoteDomain);

    public long RestNs(XmppPeer peer, long nowNs) => Resting(peer);

    public void OnEvent(in XmppEvent what) => Events.Add(what);
}

using System.Text;
using Meetpoint.Bench.Sip;
using Meetpoint.Net;
using Meetpoint.Xmpp;
using Meetpoint.Xmpp.Xml;

namespace Meetpoint.Bench.Xmpp;

/// <summary>
/// Our receiver, a process of its own: an <see cref="XmppServer"/> whose host writes each stanza to its addressee, over plain TCP as a server
/// does to its users. A user signs in by its name and a line end. It ends with its input.
/// </summary>
sealed class DeliveringServer : IXmppHost
{
    public const string Verb = "serve-xmpp";

    readonly Dictionary<string, IStream> _users = new(StringComparer.Ordinal);
    readonly XmppWriter _writer = new();

    public static int Run(HopCertificate certificate, TextReader input)
    {
        using var loop = new ThreadEventLoop("xmpp", TimeProvider.System, static exception => Environment.FailFast("the loop threw", exception));
        var host = new DeliveringServer();
        loop.Post(() => host.Start(loop, certificate));
        while (input.ReadLine() is not null)
        {
            // Nothing is told.
        }

        return 0;
    }

    public bool Hosts(string domain) => domain == XmppPlan.ReceiverDomain;

    public void OnStanza(XmppStanza stanza, XmppPeer peer)
    {
        if (stanza.To.Local is not { } local || !_users.TryGetValue(local, out var user))
            return;
        _writer.Clear();
        _writer.Element(stanza.Element, XmppNamespaces.Server);
        user.Send(_writer.Written);
    }

    void Start(ThreadEventLoop loop, HopCertificate certificate)
    {
        var network = new SocketNetwork();
        var address = NetAddress.Parse($"{XmppPlan.Ours}:{XmppPlan.ServerPort}");
        network.Listen(address.WithPort(XmppPlan.WatcherPort), null, loop, stream => new SigningIn(this));
        new XmppServer(network, loop, new FixedNames(loop, address), Randomness.Secure, this, new XmppServerOptions { Tls = HopTls.Of(certificate) }).Listen(address);
    }

    sealed class SigningIn(DeliveringServer server) : IStreamReceiver
    {
        public void OnOpened(IStream stream)
        {
        }

        public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs) => server._users[Encoding.ASCII.GetString(bytes).Trim()] = stream;

        public void OnClosed(IStream stream, string reason)
        {
        }
    }
}

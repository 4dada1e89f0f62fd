using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Demo;
using Meetpoint.Interop.Peers;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Tests.Support;
using Meetpoint.Xmpp;

namespace Meetpoint.Interop.Xmpp;

/// <summary>Names, an authority, and a server of ours over sockets; each address of loopback is one machine.</summary>
sealed class XmppNetwork : IXmppHost, IAsyncDisposable
{
    public const string OwnDomain = "albion.example.net";
    public const string OwnSecondDomain = "desk.albion.example.net";

    static readonly NetAddress _nameServer = NetAddress.Parse("127.0.77.53:5353");
    static readonly NetAddress _own = NetAddress.Parse("127.0.77.1:5269");
    static readonly NetAddress _neighbour = NetAddress.Parse("127.0.77.2:5269");

    readonly ConcurrentQueue<string> _errors = new();
    readonly ConcurrentQueue<XmppEvent> _events = new();
    readonly ConcurrentQueue<(XmppStanza Stanza, XmppProof Proof, bool IsSecure)> _heard = new();
    readonly ConcurrentQueue<XmppStanza> _undelivered = new();
    readonly ThreadEventLoop _loop;
    readonly DnsServer _names;
    readonly DnsZone _zone = new("example.net");
    readonly TestAuthority _authority = new("XMPP", TimeProvider.System.GetUtcNow());
    readonly TestAuthority _stranger = new("Stranger", TimeProvider.System.GetUtcNow());
    readonly string _folder = RealPeer.NewFolder("xmpp");
    readonly X509Certificate2 _certificate;
    XmppServer? _server;

    /// <param name="namesAddresses">The target of our SRV records is an address in letters, for who asks the machine and not our name server for it.</param>
    public XmppNetwork(bool namesAddresses = false)
    {
        _loop = new ThreadEventLoop("xmpp", TimeProvider.System, error => _errors.Enqueue(error.ToString()));
        _names = new DnsServer(new SocketNetwork(), _loop, _nameServer, _zone);
        _certificate = _authority.Leaf([OwnDomain, OwnSecondDomain]);
        foreach (var domain in (string[])[OwnDomain, OwnSecondDomain])
            Locate(domain, _own, namesAddresses);
    }

    /// <summary>By what others may prove themselves to us.</summary>
    public XmppProof Admitted { get; set; } = XmppProof.Any;

    public IEnumerable<(XmppStanza Stanza, XmppProof Proof, bool IsSecure)> Heard => _heard;

    public IEnumerable<XmppStanza> Undelivered => _undelivered;

    /// <summary>Our server, in the place of the one that there was.</summary>
    public async Task StartAsync(Func<XmppServerOptions, XmppServerOptions>? change = null)
    {
        var options = new XmppServerOptions
        {
            Tls = new XmppTls { Certificate = _ => _certificate, Chain = _ => _authority.Sent, Distrust = Distrust },
        };
        await OnLoopAsync(() =>
        {
            _server?.Dispose();
            _heard.Clear();
            _undelivered.Clear();
            _events.Clear();
            var names = new DnsClient(new SocketNetwork(), _loop, new DnsClientOptions { Servers = [_nameServer] });
            _server = new XmppServer(new SocketNetwork(), _loop, names, Randomness.Secure, this, change?.Invoke(options) ?? options);
            _server.Listen(_own);
        });
    }

    /// <summary>What a real server needs to know, its names given out.</summary>
    public NeighbourSettings Settings(bool requiresCertificate, bool isStranger, params string[] domains)
    {
        foreach (var domain in domains)
            Locate(domain, _neighbour);
        File.WriteAllText(Path.Combine(_folder, "trusted.pem"), _authority.Pem);
        var authority = isStranger ? _stranger : _authority;
        var files = authority.Write(authority.Leaf(domains), _folder, "neighbour");
        return new NeighbourSettings(_neighbour, domains, _nameServer, files, Path.Combine(_folder, "trusted.pem"), requiresCertificate);
    }

    public Task SendAsync(XmppStanza stanza) => OnLoopAsync(() => _server!.Send(stanza));

    public static Jid Address(string text) => Jid.TryParse(text, out var jid) ? jid : throw new FormatException(text);

    public static XmppStanza Message(string from, string to, string body) =>
        new XmppStanza(XmppStanzaKind.Message, Address(from), Address(to), "chat").Add("body", body);

    /// <summary>The first stanza that came to our host and fits, waited for.</summary>
    public async Task<(XmppStanza Stanza, XmppProof Proof, bool IsSecure)> HearsAsync(Func<XmppStanza, bool> fits, string expected, Func<string> log, int seconds = 20)
    {
        var found = await Expect.EventuallyAsync(
            () => Task.FromResult(_heard.Where(one => fits(one.Stanza)).Cast<object>().FirstOrDefault()), TimeSpan.FromSeconds(seconds), expected, () => $"{Log()}\n{log()}");
        return ((XmppStanza, XmppProof, bool))found;
    }

    public bool HasHeard(Func<XmppStanza, bool> fits) => _heard.Any(one => fits(one.Stanza));

    /// <summary>Something in the events, waited for.</summary>
    public Task<string> SeesAsync(XmppEventKind kind, string text, Func<string> log) => Expect.EventuallyAsync(
        () => Task.FromResult(_events.Where(one => one.Kind == kind).Select(one => one.Detail).FirstOrDefault(detail => detail.Contains(text, StringComparison.Ordinal))),
        TimeSpan.FromSeconds(20), $"{kind} with '{text}'", () => $"{Log()}\n{log()}");

    public string Log() => string.Join('\n', _events.Select(one => one.ToString()).Concat(_heard.Select(one => one.Stanza.ToString())).Concat(_errors));

    public static bool IsListening(NetAddress at) => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveTcpListeners().Any(end => end.Equals(at.ToIPEndPoint()));

    public bool Hosts(string domain) => domain is OwnDomain or OwnSecondDomain;

    public void OnStanza(XmppStanza stanza, XmppPeer peer) => _heard.Enqueue((stanza, peer.Proof, peer.IsSecure));

    public void OnUndelivered(XmppStanza error) => _undelivered.Enqueue(error);

    public XmppProof Admits(string localDomain, string remoteDomain) => Admitted;

    public void OnEvent(in XmppEvent what) => _events.Enqueue(what);

    public async Task OnLoopAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        await done.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    public async ValueTask DisposeAsync()
    {
        await OnLoopAsync(() =>
        {
            _server?.Dispose();
            _names.Dispose();
        });
        _loop.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(_errors);
    }

    string? Distrust(X509Certificate2 certificate, X509Certificate2Collection sent)
    {
        using var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(_authority.Trusted);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        return chain.Build(certificate) ? null : string.Join(", ", chain.ChainStatus.Select(status => status.Status));
    }

    void Locate(string domain, NetAddress at, bool namesAddress = false) =>
        _zone.Srv($"_xmpp-server._tcp.{domain}", 0, 5, at.Port, namesAddress ? at.Host : $"host.{domain}").Address($"host.{domain}", at.Host);
}

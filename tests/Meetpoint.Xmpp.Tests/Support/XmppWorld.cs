using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;

namespace Meetpoint.Xmpp.Tests.Support;

/// <summary>Servers on the virtual network, in virtual time.</summary>
sealed class XmppWorld
{
    readonly Dictionary<string, DnsRecord[]> _records = [];
    readonly Dictionary<string, X509Certificate2> _certificates = [];

    internal XmppWorld(int seed = 7) => World = new VirtualWorld(seed);

    internal VirtualWorld World { get; }

    /// <summary>A server with a host of its own address that listens, and is found by SRV of each of its domains.</summary>
    internal (XmppServer Server, ProbeHost Host) Add(string address, string[] domains, Func<XmppServerOptions, XmppServerOptions>? change = null, bool isDirectTls = false)
    {
        var host = new ProbeHost(domains);
        var loop = World.CreateLoop(address);
        var network = World.Network.AddHost(address);
        var server = Start(network, loop, host, change);
        var local = server.Listen(NetAddress.Parse($"{address}:5269"), isDirectTls);
        foreach (var domain in domains)
            Locate(domain, local, isDirectTls);
        return (server, host);
    }

    internal XmppServer Start(VirtualHost network, VirtualEventLoop loop, ProbeHost host, Func<XmppServerOptions, XmppServerOptions>? change = null)
    {
        var options = new XmppServerOptions { Tls = Tls() };
        return new XmppServer(network, loop, new TestNames(loop, _records), new SeededRandomness(3), host, change?.Invoke(options) ?? options);
    }

    internal void Locate(string domain, NetAddress at, bool isDirectTls = false)
    {
        var service = (isDirectTls ? "_xmpps-server._tcp." : "_xmpp-server._tcp.") + domain;
        _records[service] = [new SrvRecord(service, 60, 0, 0, (ushort)at.Port, "host." + domain)];
        _records["host." + domain] = [new AddressRecord("host." + domain, 60, at.WithPort(0))];
    }

    /// <summary>Certificates made out to each domain, believed unless their subject says otherwise.</summary>
    internal XmppTls Tls(Func<string, string>? nameOf = null) => new()
    {
        Certificate = domain => CertificateOf(nameOf?.Invoke(domain) ?? domain),
        Distrust = (certificate, _) => certificate.Subject.Contains("stranger", StringComparison.Ordinal) ? "of a stranger" : null,
    };

    internal bool Until(Func<bool> condition, int seconds = 120) => World.RunUntil(condition, seconds * MonotonicTime.Second);

    internal void Run(int seconds) => World.RunFor(seconds * MonotonicTime.Second);

    internal static XmppStanza Message(string from, string to, string body) =>
        new XmppStanza(XmppStanzaKind.Message, Address(from), Address(to), "chat").Add("body", body);

    internal static Jid Address(string text) => Jid.TryParse(text, out var jid) ? jid : throw new FormatException(text);

    X509Certificate2 CertificateOf(string name)
    {
        if (_certificates.TryGetValue(name, out var known))
            return known;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (name.Length > 0)
            names.AddDnsName(name);
        else
            names.AddDnsName("default.example");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return _certificates[name] = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}

using System.Globalization;
using System.Net;
using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Xmpp.Server;

/// <summary>
/// Finds the servers of a domain (RFC 6120, section 3.2): SRV records of both kinds in one order (XEP-0368), or, without any, the domain's own address.
/// </summary>
sealed class XmppResolution(INameResolver names, IEventLoop loop, Random random, XmppServerOptions options, string domain, Action<IReadOnlyList<XmppHop>, bool> done)
{
    const int MaxHops = 16;
    const string DirectService = "_xmpps-server._tcp.";

    readonly List<SrvRecord> _records = [];
    readonly Queue<(string Host, int Port, bool IsDirectTls)> _servers = new();
    readonly List<XmppHop> _hops = [];
    string _ascii = "";
    bool _hasFailed;
    bool _isDenied;

    /// <summary>Asks; the result is given once, on the loop and never within this call: hops, and true when the domain is decidedly not there.</summary>
    internal void Begin()
    {
        if (IPAddress.TryParse(domain.Trim('[', ']'), out var address))
        {
            loop.Post(() => done([new XmppHop(NetAddress.From(address, options.RemotePort), false)], false));
            return;
        }

        try
        {
            _ascii = new IdnMapping().GetAscii(domain);
        }
        catch (ArgumentException)
        {
            loop.Post(() => done([], true));
            return;
        }

        names.Query("_xmpp-server._tcp." + _ascii, DnsType.Srv, OnStartTlsServers);
    }

    void OnStartTlsServers(DnsAnswer answer)
    {
        Add(answer);
        if (options.Tls is null)
            Order();
        else
            names.Query(DirectService + _ascii, DnsType.Srv, direct =>
            {
                Add(direct);
                Order();
            });
    }

    void Add(DnsAnswer answer)
    {
        _hasFailed |= answer.Status == DnsAnswerStatus.Failed;
        _records.AddRange(answer.Records.OfType<SrvRecord>());
    }

    void Order()
    {
        foreach (var record in SrvOrder.Order(_records, random))
        {
            if (record.Target.Length == 0)
                _isDenied = true;
            else if (_servers.Count < MaxHops)
                _servers.Enqueue((record.Target, record.Port, record.Name.StartsWith(DirectService, StringComparison.OrdinalIgnoreCase)));
        }

        if (_servers.Count == 0 && !_isDenied)
            _servers.Enqueue((_ascii, options.RemotePort, false));
        NextServer();
    }

    void NextServer()
    {
        if (_hops.Count >= MaxHops || !_servers.TryDequeue(out var server))
        {
            done(_hops, _hops.Count == 0 && !_hasFailed);
            return;
        }

        names.Query(server.Host, DnsType.Aaaa, six => names.Query(server.Host, DnsType.A, four =>
        {
            foreach (var answer in (DnsAnswer[])[six, four])
            {
                _hasFailed |= answer.Status == DnsAnswerStatus.Failed;
                _hops.AddRange(answer.Records.OfType<AddressRecord>().Select(record => new XmppHop(record.Address.WithPort(server.Port), server.IsDirectTls)));
            }

            NextServer();
        }));
    }
}

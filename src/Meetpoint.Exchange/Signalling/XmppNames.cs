using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Exchange.Signalling;

/// <summary>Names as the DNS has them, but for XMPP domains whose server's host is told by its neighbour's record. On the loop only.</summary>
sealed class XmppNames(INameResolver names, IEventLoop loop, XmppBorder border) : INameResolver
{
    const string Service = "_xmpp-server._tcp.";
    const string DirectService = "_xmpps-server._tcp.";
    const string Told = ".told.invalid";

    /// <inheritdoc/>
    public void Query(string name, DnsType type, Action<DnsAnswer> done)
    {
        if (type == DnsType.Srv && Host(name, Service) is { } host)
            Answer(done, IsAddress(host, out _) ? new SrvRecord(name, 60, 0, 0, PortOf(host), name[Service.Length..] + Told) : new SrvRecord(name, 60, 0, 0, PortOf(host), NameOf(host)));
        else if (type == DnsType.Srv && Host(name, DirectService) is not null)
            loop.Post(() => done(new DnsAnswer(DnsAnswerStatus.NoSuchName, [])));
        else if (name.EndsWith(Told, StringComparison.Ordinal) && border.NeighbourOf(name[..^Told.Length])?.Neighbour.XmppHost is { } literal && IsAddress(literal, out var address))
        {
            if ((type == DnsType.A) == address.IsIPv4)
                Answer(done, new AddressRecord(name, 60, address.WithPort(0)));
            else
                loop.Post(() => done(new DnsAnswer(DnsAnswerStatus.NoData, [])));
        }
        else
        {
            names.Query(name, type, done);
        }
    }

    void Answer(Action<DnsAnswer> done, DnsRecord record) => loop.Post(() => done(new DnsAnswer(DnsAnswerStatus.Found, [record])));

    string? Host(string name, string service) => name.StartsWith(service, StringComparison.OrdinalIgnoreCase) ? border.NeighbourOf(name[service.Length..])?.Neighbour.XmppHost : null;

    static bool IsAddress(string host, out NetAddress address) => NetAddress.TryParse(host, Meetpoint.Xmpp.XmppServerOptions.DefaultPort, out address);

    static string NameOf(string host) => host.Split(':')[0];

    static ushort PortOf(string host)
    {
        var colon = host.LastIndexOf(':');
        if (IsAddress(host, out var address))
            return (ushort)address.Port;
        return colon > 0 && ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : (ushort)Meetpoint.Xmpp.XmppServerOptions.DefaultPort;
    }
}

using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Bench.Xmpp;

/// <summary>Knows one address, whatever the name, and no service records: no name server is part of what is measured.</summary>
sealed class FixedNames(IEventLoop loop, NetAddress address) : INameResolver
{
    public void Query(string name, DnsType type, Action<DnsAnswer> done)
    {
        var answer = type == DnsType.A
            ? new DnsAnswer(DnsAnswerStatus.Found, [new AddressRecord(name, 60, address.WithPort(0))])
            : new DnsAnswer(DnsAnswerStatus.NoData, []);
        loop.Post(() => done(answer));
    }
}

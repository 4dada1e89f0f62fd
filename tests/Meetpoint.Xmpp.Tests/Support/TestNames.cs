using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Xmpp.Tests.Support;

/// <summary>Names by a table: SRV records and addresses; everything else does not exist.</summary>
sealed class TestNames(IEventLoop loop, Dictionary<string, DnsRecord[]> records) : INameResolver
{
    public void Query(string name, DnsType type, Action<DnsAnswer> done)
    {
        var found = records.GetValueOrDefault(name)?.Where(record => record.Type == type).ToArray();
        var answer = found is { Length: > 0 } ? new DnsAnswer(DnsAnswerStatus.Found, found)
            : new DnsAnswer(found is null ? DnsAnswerStatus.NoSuchName : DnsAnswerStatus.NoData, []);
        loop.Post(() => done(answer));
    }
}

using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Exchange.Nni;

/// <summary>The addresses of a host, by the exchange's own name servers, for connections that are not SIP.</summary>
static class HostAddresses
{
    /// <summary>IPv6 before IPv4; empty when the name has none. Numeric hosts are themselves.</summary>
    public static async ValueTask<IReadOnlyList<NetAddress>> ResolveAsync(
        INameResolver names, IEventLoop loop, string host, int port, CancellationToken cancellationToken)
    {
        if (NetAddress.TryParse(host, port, out var numeric))
            return [numeric.WithPort(port)];
        var six = AskAsync(names, loop, host, DnsType.Aaaa);
        var four = AskAsync(names, loop, host, DnsType.A);
        var found = new List<NetAddress>();
        foreach (var answer in (DnsAnswer[])[await six.WaitAsync(cancellationToken), await four.WaitAsync(cancellationToken)])
            found.AddRange(answer.Records.OfType<AddressRecord>().Select(record => record.Address.WithPort(port)));
        return found;
    }

    static Task<DnsAnswer> AskAsync(INameResolver names, IEventLoop loop, string host, DnsType type)
    {
        var answer = new TaskCompletionSource<DnsAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => names.Query(host, type, answer.SetResult));
        return answer.Task;
    }
}

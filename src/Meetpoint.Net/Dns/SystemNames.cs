namespace Meetpoint.Net.Dns;

/// <summary>What the machine says about names: the servers of resolv.conf and the names of hosts.</summary>
public static class SystemNames
{
    /// <summary>Options from /etc/resolv.conf and /etc/hosts; "localhost" is known even when they say nothing.</summary>
    /// <exception cref="IOException">A file is there and cannot be read.</exception>
    public static DnsClientOptions Read() => new()
    {
        Servers = ParseServers(ReadIfThere("/etc/resolv.conf")),
        Hosts = ParseHosts(ReadIfThere("/etc/hosts")),
    };

    /// <summary>The nameserver lines of a resolv.conf; others and unreadable ones are passed over.</summary>
    public static IReadOnlyList<NetAddress> ParseServers(string text)
    {
        var servers = new List<NetAddress>();
        foreach (var words in Lines(text))
        {
            if (words is ["nameserver", var address, ..] && NetAddress.TryParse(address, DnsServer.DefaultPort, out var server))
                servers.Add(server);
        }

        return servers;
    }

    /// <summary>The names of a hosts file in lower case.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<NetAddress>> ParseHosts(string text)
    {
        var hosts = new Dictionary<string, IReadOnlyList<NetAddress>>();
        foreach (var words in Lines(text))
        {
            if (!NetAddress.TryParse(words[0], 0, out var address))
                continue;
            foreach (var name in words.AsSpan(1))
                hosts[DnsName.Normalise(name)] = [.. hosts.GetValueOrDefault(DnsName.Normalise(name)) ?? [], address];
        }

        // RFC 6761, section 6.3.
        hosts.TryAdd("localhost", [NetAddress.Parse("127.0.0.1"), NetAddress.Parse("::1")]);
        return hosts;
    }

    static IEnumerable<string[]> Lines(string text) => text.Split('\n')
        .Select(line => line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 0);

    static string ReadIfThere(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}

namespace Meetpoint.Net.Dns;

/// <summary>Whom a <see cref="DnsClient"/> asks, how long it waits and how much it keeps.</summary>
public sealed record DnsClientOptions
{
    /// <summary>Servers, asked in turn; port 53 where 0.</summary>
    public required IReadOnlyList<NetAddress> Servers { get; init; }

    /// <summary>Names that are answered without a server, as /etc/hosts does; keys in lower case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<NetAddress>> Hosts { get; init; } =
        new Dictionary<string, IReadOnlyList<NetAddress>>();

    /// <summary>How long one attempt may take, in milliseconds.</summary>
    public int AttemptTimeoutMs { get; init; } = 1500;

    /// <summary>Attempts of one query, over all servers.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Answers kept; the oldest gives way.</summary>
    public int MaxCacheEntries { get; init; } = 10_000;

    /// <summary>Longest life of a kept answer, whatever its records say, in seconds.</summary>
    public uint MaxTtlSeconds { get; init; } = 3600;

    /// <summary>Longest life of a kept absence, in seconds (RFC 2308 advises 1 to 3 hours at most; a call waits on this one).</summary>
    public uint MaxNegativeTtlSeconds { get; init; } = 300;

    /// <summary>Different queries under way; more fail at once.</summary>
    public int MaxQueriesUnderWay { get; init; } = 1000;

    /// <summary>Askers that may wait for one query; more fail at once.</summary>
    public int MaxWaitersPerQuery { get; init; } = 10_000;
}

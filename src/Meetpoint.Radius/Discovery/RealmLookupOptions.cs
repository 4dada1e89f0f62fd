namespace Meetpoint.Radius.Discovery;

/// <summary>Bounds of one lookup of a realm.</summary>
public sealed record RealmLookupOptions
{
    /// <summary>The most questions to the DNS: whoever owns a zone could make one realm cost any number.</summary>
    public const int MaxQuestions = 24;

    /// <summary>The most servers that are kept; those behind them would hardly be tried.</summary>
    public const int MaxServers = 16;

    /// <summary>How long all questions together may take, in milliseconds (DNS_TIMEOUT of RFC 7585 section 3.2): an access server waits meanwhile.</summary>
    public int TimeoutMs { get; init; } = 3_000;

    /// <summary>The least life of a result, in seconds (MIN_EFF_TTL).</summary>
    public uint MinLifeSeconds { get; init; } = 60;

    /// <summary>The longest, in seconds.</summary>
    public uint MaxLifeSeconds { get; init; } = 3_600;

    /// <summary>Whether addresses of this machine's own loop count: for who tries it out on one machine.</summary>
    public bool TakesLoopback { get; init; }

    /// <summary>True for a server that is this system itself.</summary>
    public Func<DiscoveredServer, bool> IsSelf { get; init; } = static _ => false;
}

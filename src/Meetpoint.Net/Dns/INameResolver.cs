namespace Meetpoint.Net.Dns;

/// <summary>How a query ended.</summary>
public enum DnsAnswerStatus
{
    /// <summary>With records.</summary>
    Found,

    /// <summary>The name exists, but not with this type.</summary>
    NoData,

    /// <summary>The name does not exist.</summary>
    NoSuchName,

    /// <summary>No server gave a usable answer in time.</summary>
    Failed,
}

/// <summary>The answer to a query: records of the type asked for, aliases followed.</summary>
public sealed record DnsAnswer(DnsAnswerStatus Status, IReadOnlyList<DnsRecord> Records)
{
    /// <summary>No usable answer.</summary>
    public static DnsAnswer Failed { get; } = new(DnsAnswerStatus.Failed, []);

    /// <summary>How much longer it may be kept, in seconds: the least of its records and aliases, or what the zone says of absences (RFC 2308), less what it has been kept here. 0: not at all.</summary>
    public uint LifeSeconds { get; init; }
}

/// <summary>Asks for records by name.</summary>
public interface INameResolver
{
    /// <summary>Asks; the answer comes on the loop, exactly once, and never within this call. On the loop only.</summary>
    void Query(string name, DnsType type, Action<DnsAnswer> done);
}

using System.Buffers.Binary;

namespace Meetpoint.Net.Dns;

/// <summary>A stub resolver with a cache, on one loop. Equal questions under way are asked once.</summary>
/// <remarks>
/// Over UDP with EDNS; an answer that says it was cut short is asked for again over TCP (RFC 7766), and used as far as it came only when no server
/// gives the whole. Only records that answer the question, or the alias that it led to, are believed. For the loop's thread.
/// </remarks>
public sealed class DnsClient : INameResolver
{
    /// <summary>Aliases that are followed for one question.</summary>
    public const int MaxAliases = 8;

    readonly Dictionary<(string Name, DnsType Type), DnsQuery> _underWay = [];
    readonly DnsCache _cache;
    readonly Randomness _randomness;

    /// <summary>A client.</summary>
    /// <param name="network">Where it opens its sockets.</param>
    /// <param name="loop">Whose timers and thread it uses.</param>
    /// <param name="options">Servers and limits.</param>
    /// <param name="randomness">Of the query ids; the system's when null.</param>
    public DnsClient(INetwork network, IEventLoop loop, DnsClientOptions options, Randomness? randomness = null)
    {
        Network = network;
        Loop = loop;
        Options = options;
        _cache = new DnsCache(options.MaxCacheEntries);
        _randomness = randomness ?? Randomness.Secure;
    }

    internal INetwork Network { get; }

    internal IEventLoop Loop { get; }

    internal DnsClientOptions Options { get; }

    /// <inheritdoc/>
    public void Query(string name, DnsType type, Action<DnsAnswer> done) => Query(DnsName.Normalise(name), type, done, MaxAliases);

    internal ushort NextId()
    {
        Span<byte> two = stackalloc byte[2];
        _randomness.Fill(two);
        return BinaryPrimitives.ReadUInt16BigEndian(two);
    }

    internal void OnFailed(DnsQuery query) => Finish(query, DnsAnswer.Failed);

    internal void OnAnswered(DnsQuery query, DnsMessage message)
    {
        var owner = query.Name;
        var ttl = Options.MaxTtlSeconds;
        for (var aliases = 0; aliases < MaxAliases; aliases++)
        {
            var records = message.Answers.Where(record => record.Name == owner && record.Type == query.Type).ToArray();
            if (records.Length > 0)
            {
                Keep(query, new DnsAnswer(DnsAnswerStatus.Found, records), Math.Min(ttl, records.Min(record => record.TtlSeconds)));
                return;
            }

            if (message.Answers.OfType<CnameRecord>().FirstOrDefault(record => record.Name == owner) is not { } alias)
                break;
            owner = alias.Target;
            ttl = Math.Min(ttl, alias.TtlSeconds);
        }

        if (owner != query.Name && message.ResponseCode == DnsResponseCode.NoError)
        {
            // The server does not know the alias's target; its own servers may.
            var waiters = Remove(query);
            foreach (var waiter in waiters)
                Query(owner, query.Type, waiter, MaxAliases - 1);
            return;
        }

        var status = message.ResponseCode == DnsResponseCode.NameError ? DnsAnswerStatus.NoSuchName : DnsAnswerStatus.NoData;
        var soa = message.Authorities.OfType<SoaRecord>().FirstOrDefault();
        var negativeTtl = soa is null ? 0 : Math.Min(soa.TtlSeconds, soa.Minimum);
        Keep(query, new DnsAnswer(status, []), Math.Min(negativeTtl, Options.MaxNegativeTtlSeconds));
    }

    void Query(string name, DnsType type, Action<DnsAnswer> done, int aliasesLeft)
    {
        if ((aliasesLeft <= 0 || !DnsName.IsValid(name) ? DnsAnswer.Failed : FromHosts(name, type) ?? _cache.Find(name, type, Loop.NowNs)) is { } known)
        {
            Loop.Post(() => done(known));
            return;
        }

        if (_underWay.TryGetValue((name, type), out var query) && query.Waiters.Count < Options.MaxWaitersPerQuery)
        {
            query.AddWaiter(done);
            return;
        }

        if (query is not null || _underWay.Count >= Options.MaxQueriesUnderWay)
        {
            Loop.Post(() => done(DnsAnswer.Failed));
            return;
        }

        query = new DnsQuery(this, name, type);
        query.AddWaiter(done);
        _underWay.Add((name, type), query);
        Loop.Post(query.Attempt);
    }

    DnsAnswer? FromHosts(string name, DnsType type)
    {
        if (type is not (DnsType.A or DnsType.Aaaa) || !Options.Hosts.TryGetValue(name, out var addresses))
            return null;
        var records = addresses.Select(address => new AddressRecord(name, 0, address.WithPort(0))).Where(record => record.Type == type).ToArray();
        return new DnsAnswer(records.Length > 0 ? DnsAnswerStatus.Found : DnsAnswerStatus.NoData, records);
    }

    void Keep(DnsQuery query, DnsAnswer answer, uint ttlSeconds)
    {
        _cache.Add(query.Name, query.Type, answer, ttlSeconds, Loop.NowNs);
        Finish(query, answer with { LifeSeconds = ttlSeconds });
    }

    void Finish(DnsQuery query, DnsAnswer answer)
    {
        foreach (var waiter in Remove(query))
            waiter(answer);
    }

    IReadOnlyList<Action<DnsAnswer>> Remove(DnsQuery query)
    {
        _underWay.Remove((query.Name, query.Type));
        return query.Waiters;
    }
}

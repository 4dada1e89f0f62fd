namespace Meetpoint.Net.Dns;

/// <summary>Answers by name and type until their life ends; the oldest gives way when it is full.</summary>
sealed class DnsCache(int maxEntries)
{
    readonly Dictionary<(string Name, DnsType Type), (long ExpiresNs, DnsAnswer Answer)> _entries = [];
    readonly Queue<(string Name, DnsType Type)> _age = new();

    internal DnsAnswer? Find(string name, DnsType type, long nowNs) =>
        _entries.TryGetValue((name, type), out var entry) && entry.ExpiresNs > nowNs
            ? entry.Answer with { LifeSeconds = (uint)((entry.ExpiresNs - nowNs) / MonotonicTime.Second) } : null;

    internal void Add(string name, DnsType type, DnsAnswer answer, uint ttlSeconds, long nowNs)
    {
        if (ttlSeconds == 0 || maxEntries == 0)
            return;
        if (!_entries.ContainsKey((name, type)))
        {
            if (_entries.Count >= maxEntries)
                _entries.Remove(_age.Dequeue());
            _age.Enqueue((name, type));
        }

        _entries[(name, type)] = (nowNs + (ttlSeconds * MonotonicTime.Second), answer);
    }
}

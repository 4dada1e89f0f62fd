using System.Runtime.InteropServices;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>
/// Which server has which conversation: every packet of it carries the State that the server gave in its last challenge (RFC 2865 section 5.24), and no other
/// server knows that. Bounded; the one that was silent longest is forgotten first. On the hub's loop.
/// </summary>
sealed class Conversations
{
    /// <summary>Conversations at one time.</summary>
    public const int Max = 200_000;

    /// <summary>How long the next packet is waited for: people type passwords in between.</summary>
    const long SilentAfterNs = 120 * MonotonicTime.Second;

    /// <summary>Ends of conversations that went on are let go of when they are more than this and as many as the others.</summary>
    const int LeastKept = 1_024;

    readonly Dictionary<(string Client, ulong State), Entry> _entries = [];
    readonly Queue<((string Client, ulong State) Key, long EndNs)> _ends = new();

    /// <summary>Conversations that are under way.</summary>
    public int Count => _entries.Count;

    /// <summary>A challenge went to a client.</summary>
    public void Begin(RadiusClient client, ReadOnlySpan<byte> state, HomeServer server, Grant grant, long nowNs)
    {
        while (_ends.TryPeek(out var oldest) && (oldest.EndNs <= nowNs || _entries.Count >= Max))
            End(_ends.Dequeue());
        var key = (client.Entry.Neighbour.Id, Hash(state));
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out var isKnown);
        if (isKnown && !entry.Grant.Equals(grant))
            entry.Grant.Release();
        entry = new Entry(server, grant, nowNs + SilentAfterNs);
        _ends.Enqueue((key, entry.EndNs));
        if (_ends.Count > 2 * (_entries.Count + LeastKept))
            Compact();
    }

    /// <summary>The next packet of one has come: whose it is, and the hold that it began with. False when nobody here knows it.</summary>
    public bool TryContinue(RadiusClient client, ReadOnlySpan<byte> state, out HomeServer server, out Grant grant)
    {
        var isKnown = _entries.Remove((client.Entry.Neighbour.Id, Hash(state)), out var entry);
        (server, grant) = (entry.Server, entry.Grant);
        return isKnown;
    }

    /// <summary>Lets go of what holds a limit and is heard of no more.</summary>
    public void Advance(long nowNs)
    {
        while (_ends.TryPeek(out var oldest) && oldest.EndNs <= nowNs)
            End(_ends.Dequeue());
    }

    void End(((string Client, ulong State) Key, long EndNs) end)
    {
        // One that went on has another end by now.
        if (_entries.TryGetValue(end.Key, out var entry) && entry.EndNs == end.EndNs && _entries.Remove(end.Key))
            entry.Grant.Release();
    }

    void Compact()
    {
        for (var count = _ends.Count; count > 0; count--)
        {
            var end = _ends.Dequeue();
            if (_entries.TryGetValue(end.Key, out var entry) && entry.EndNs == end.EndNs)
                _ends.Enqueue(end);
        }
    }

    static ulong Hash(ReadOnlySpan<byte> state)
    {
        var hash = new HashCode();
        hash.AddBytes(state);
        var first = hash.ToHashCode();
        hash.Add(state.Length);
        return unchecked(((ulong)(uint)first << 32) | (uint)hash.ToHashCode());
    }

    readonly record struct Entry(HomeServer Server, Grant Grant, long EndNs);
}

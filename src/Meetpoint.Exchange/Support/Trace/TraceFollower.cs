using NodaTime;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>
/// Messages of the sessions that are looked for, as they come. A leg that was told of before it was known to belong to such a session is told of then.
/// </summary>
/// <remarks>Not thread safe. Begins anew from what the ring still has once its memory has grown to twice that.</remarks>
sealed class TraceFollower(TraceRing ring, TraceQuery query, Predicate<TraceRecord> sees, Instant since, ulong from)
{
    const int LeastRebuilt = 65_536;

    readonly TraceRecord _record = new();
    readonly TraceRecord _earlier = new();
    readonly HashSet<ulong> _told = [];
    TraceIndex _index = new(query);
    ulong _position;
    int _rebuildAt = LeastRebuilt;

    /// <summary>Tells of what came since the last time, at most <paramref name="limit"/> records read; true when more may be there.</summary>
    /// <param name="limit">Records to read.</param>
    /// <param name="tell">Hears of each message that is looked for, with the name of its session; the record is lent.</param>
    public bool Read(int limit, Action<string, TraceRecord> tell)
    {
        for (var i = 0; i < limit; i++)
        {
            if (!ring.TryRead(ref _position, _record))
                return false;
            if (!sees(_record) || !_index.Take(_record, out var isNews))
                continue;
            var node = _index.Entries[^1].Node;
            if (isNews)
                TellEarlier(node, tell);
            Tell(node, _record, tell);
        }

        if (_index.Entries.Length >= _rebuildAt)
            Rebuild();
        return true;
    }

    void TellEarlier(int node, Action<string, TraceRecord> tell)
    {
        var session = _index.Find(node);
        foreach (var entry in _index.Entries[..^1])
        {
            if (_index.Find(entry.Node) != session)
                continue;
            var position = entry.Position;
            if (ring.TryRead(ref position, _earlier) && _earlier.Position == entry.Position)
                Tell(node, _earlier, tell);
        }
    }

    void Tell(int node, TraceRecord record, Action<string, TraceRecord> tell)
    {
        if (record.At >= since && record.Position >= from && _told.Add(record.Position))
            tell(_index.NameOf(node, record), record);
    }

    void Rebuild()
    {
        var end = _position;
        _index = new TraceIndex(query);
        var oldest = ulong.MaxValue;
        for (_position = 0; _position < end && ring.TryRead(ref _position, _record);)
        {
            oldest = Math.Min(oldest, _record.Position);
            if (sees(_record))
                _index.Take(_record, out _);
        }

        _told.RemoveWhere(position => position < oldest);
        _rebuildAt = Math.Max(LeastRebuilt, 2 * _index.Entries.Length);
    }
}

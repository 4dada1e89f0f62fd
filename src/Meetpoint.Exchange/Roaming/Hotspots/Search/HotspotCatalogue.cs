using System.Collections.Immutable;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A change of a catalogue.</summary>
/// <param name="Id">Whose.</param>
/// <param name="Entry">What it is now; null: it is no more.</param>
readonly record struct HotspotChange(string Id, HotspotEntry? Entry);

/// <summary>
/// All hotspots of one provider at one version. A change makes a small segment of what is new and marks what was before; segments are put
/// together as they grow alike, so that one change in a million costs little, and a search looks into few.
/// </summary>
/// <remarks>Immutable; any thread.</remarks>
sealed class HotspotCatalogue
{
    readonly ImmutableArray<LiveSegment> _segments;

    HotspotCatalogue(string provider, long epoch, long version, ImmutableArray<LiveSegment> segments)
    {
        Provider = provider;
        Epoch = epoch;
        Version = version;
        _segments = segments;
        Count = segments.Sum(segment => segment.Live);
    }

    /// <summary>Whose it is.</summary>
    public string Provider { get; }

    /// <summary>When its versions began.</summary>
    public long Epoch { get; }

    /// <summary>Grows with every change.</summary>
    public long Version { get; }

    /// <summary>Hotspots in it.</summary>
    public int Count { get; }

    /// <summary>Parts that a search looks into.</summary>
    internal int SegmentCount => _segments.Length;

    /// <summary>One without any.</summary>
    public static HotspotCatalogue Empty(string provider, long epoch) => new(provider, epoch, 0, []);

    /// <summary>The hotspot with this id, or null.</summary>
    public HotspotEntry? Find(string id)
    {
        foreach (var segment in _segments)
        {
            if (segment.Segment.IndexOf(id) is var place and >= 0 && segment.IsLive(place))
                return segment.Segment[place];
        }

        return null;
    }

    /// <summary>The catalogue after some changes.</summary>
    /// <param name="changes">Of several with one id the last holds.</param>
    /// <param name="version">The version that they lead to.</param>
    public HotspotCatalogue With(IReadOnlyCollection<HotspotChange> changes, long version)
    {
        if (changes.Count == 0)
            return new HotspotCatalogue(Provider, Epoch, version, _segments);
        var last = new SortedDictionary<string, HotspotEntry?>(StringComparer.Ordinal);
        foreach (var change in changes)
            last[change.Id] = change.Entry;
        var ids = last.Keys.ToList();
        var segments = _segments.Select(segment => segment.Without(ids)).ToList();
        if (last.Values.OfType<HotspotEntry>().ToArray() is { Length: > 0 } entries)
            segments.Add(new LiveSegment(new HotspotSegment(entries)));
        return new HotspotCatalogue(Provider, Epoch, version, Merged(segments));
    }

    /// <summary>Every hotspot behind an id, in ordinal order of ids.</summary>
    public IEnumerable<HotspotEntry> After(string id)
    {
        var queue = new PriorityQueue<IEnumerator<HotspotEntry>, string>(StringComparer.Ordinal);
        foreach (var segment in _segments)
        {
            var place = segment.Segment.IndexOf(id);
            Advance(segment.From(place < 0 ? ~place : place + 1).GetEnumerator());
        }

        while (queue.TryDequeue(out var next, out _))
        {
            yield return next.Current;
            Advance(next);
        }

        void Advance(IEnumerator<HotspotEntry> entries)
        {
            if (entries.MoveNext())
                queue.Enqueue(entries, entries.Current.Id);
            else
                entries.Dispose();
        }
    }

    /// <summary>Puts what is near into a list.</summary>
    public void SearchNear(in SpherePoint from, NearestHotspots nearest)
    {
        foreach (var segment in _segments)
        {
            var take = new SegmentNearest(segment, nearest);
            segment.Segment.SearchNear(in from, ref take);
        }
    }

    /// <summary>Hotspots that have, for each of the beginnings, a word which begins so.</summary>
    /// <param name="prefixes">As <see cref="SearchWords"/> makes them; one at least.</param>
    /// <param name="nowTicks">Only what is in service then.</param>
    /// <param name="budget">How many may still be found; is counted down.</param>
    public IEnumerable<HotspotEntry> SearchWords(IReadOnlyList<string> prefixes, long nowTicks, HotspotBudget budget)
    {
        foreach (var segment in _segments)
        {
            foreach (var place in segment.Segment.WithAll(prefixes))
            {
                if (!segment.IsLive(place) || !segment.Segment[place].IsInService(nowTicks))
                    continue;
                if (!budget.TryTake())
                    yield break;
                yield return segment.Segment[place];
            }
        }
    }

    /// <summary>Puts the last two together while the newer is at least half as large: few segments, and each hotspot is put together seldom.</summary>
    static ImmutableArray<LiveSegment> Merged(List<LiveSegment> segments)
    {
        segments.RemoveAll(segment => segment.Live == 0);
        for (var i = 0; i < segments.Count; i++)
        {
            // One that is mostly gone costs searches more than it gives.
            if (segments[i].Live * 2 < segments[i].Segment.Count)
                segments[i] = new LiveSegment(new HotspotSegment([.. segments[i].From(0)]));
        }

        while (segments.Count > 1 && segments[^1].Live * 2L >= segments[^2].Live)
        {
            var together = segments[^2].From(0).Concat(segments[^1].From(0)).OrderBy(entry => entry.Id, StringComparer.Ordinal).ToArray();
            segments.RemoveRange(segments.Count - 2, 2);
            segments.Add(new LiveSegment(new HotspotSegment(together)));
        }

        return [.. segments];
    }

    readonly ref struct SegmentNearest(LiveSegment segment, NearestHotspots nearest) : INearest
    {
        public double Bound => nearest.Bound;

        public void Take(int point, double chord)
        {
            if (segment.IsLive(point))
                nearest.Take(segment.Segment[point], chord);
        }
    }
}

/// <summary>How many hotspots a search may still find.</summary>
sealed class HotspotBudget(int left)
{
    /// <summary>True when there were more.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>Takes one; false when there is none left.</summary>
    public bool TryTake()
    {
        IsSpent |= left == 0;
        return left > 0 && left-- > 0;
    }
}

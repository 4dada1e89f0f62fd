namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>The nearest hotspots that a search has come by, over all the catalogues that it looks into. One search, one thread.</summary>
/// <param name="limit">How many are wanted, 1 or more.</param>
/// <param name="chord">Square of the chord beyond which none is.</param>
/// <param name="nowTicks">Only what is in service then.</param>
sealed class NearestHotspots(int limit, double chord, long nowTicks)
{
    readonly PriorityQueue<(string Provider, HotspotEntry Entry), double> _furthestFirst = new(Comparer<double>.Create(static (a, b) => b.CompareTo(a)));

    /// <summary>Whose catalogue is being looked into.</summary>
    public string Provider { get; set; } = "";

    /// <summary>Square of the chord beyond which nothing is wanted any more.</summary>
    public double Bound { get; private set; } = chord;

    /// <summary>Takes one within the bound.</summary>
    public void Take(HotspotEntry entry, double at)
    {
        if (!entry.IsInService(nowTicks))
            return;
        if (_furthestFirst.Count < limit)
            _furthestFirst.Enqueue((Provider, entry), at);
        else
            _furthestFirst.EnqueueDequeue((Provider, entry), at);
        if (_furthestFirst.Count == limit && _furthestFirst.TryPeek(out _, out var furthest))
            Bound = Math.Min(Bound, furthest);
    }

    /// <summary>What was found within a radius, the nearest first; of equally near ones in the order of ids.</summary>
    public List<(string Provider, HotspotEntry Entry, double Metres)> Found(SpherePoint from, double radiusMetres) =>
    [
        .. _furthestFirst.UnorderedItems.Select(item => (item.Element.Provider, item.Element.Entry, Metres: GreatCircle.Metres(in from, item.Element.Entry.Point)))
            .Where(item => item.Metres <= radiusMetres)
            .OrderBy(item => item.Metres).ThenBy(item => item.Provider, StringComparer.Ordinal).ThenBy(item => item.Entry.Id, StringComparer.Ordinal),
    ];
}

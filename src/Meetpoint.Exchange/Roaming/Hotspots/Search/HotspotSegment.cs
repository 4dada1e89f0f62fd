using System.Numerics;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>Some hotspots of a provider, searchable by id, place and words. Immutable; what has changed since is marked in <see cref="LiveSegment"/>.</summary>
sealed class HotspotSegment
{
    readonly HotspotEntry[] _entries;
    readonly SphereTree _tree;
    readonly string[] _words;
    readonly int[] _starts;
    readonly int[] _postings;

    /// <summary>Builds it.</summary>
    /// <param name="entries">In ordinal order of ids, each once.</param>
    public HotspotSegment(HotspotEntry[] entries)
    {
        _entries = entries;
        _tree = new SphereTree([.. entries.Select(entry => entry.Point)]);
        var byWord = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Length; i++)
        {
            foreach (var word in SearchWords.Of(entries[i].Hotspot))
            {
                if (!byWord.TryGetValue(word, out var at))
                    byWord[word] = at = [];
                at.Add(i);
            }
        }

        _words = [.. byWord.Keys.Order(StringComparer.Ordinal)];
        _starts = new int[_words.Length + 1];
        for (var i = 0; i < _words.Length; i++)
            _starts[i + 1] = _starts[i] + byWord[_words[i]].Count;
        _postings = [.. _words.SelectMany(word => byWord[word])];
    }

    /// <summary>Hotspots, those that are no more among them.</summary>
    public int Count => _entries.Length;

    /// <summary>One by its place in the order of ids.</summary>
    public HotspotEntry this[int place] => _entries[place];

    /// <summary>Place of an id; the complement of where it would stand when it is not there.</summary>
    public int IndexOf(string id)
    {
        var (low, high) = (0, _entries.Length - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = string.CompareOrdinal(_entries[middle].Id, id);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    /// <summary>Hands over what is near, by place.</summary>
    public void SearchNear<T>(in SpherePoint from, ref T nearest)
        where T : INearest, allows ref struct => _tree.Search(in from, ref nearest);

    /// <summary>Places of hotspots that have, for each of the beginnings, a word which begins so; in order.</summary>
    public IEnumerable<int> WithAll(IReadOnlyList<string> prefixes)
    {
        var all = new ulong[(_entries.Length + 63) / 64];
        Array.Fill(all, ulong.MaxValue);
        foreach (var prefix in prefixes)
        {
            var some = new ulong[all.Length];
            foreach (var place in WithPrefix(prefix))
                some[place >> 6] |= 1UL << (place & 63);
            for (var i = 0; i < all.Length; i++)
                all[i] &= some[i];
        }

        for (var i = 0; i < all.Length; i++)
        {
            for (var left = all[i]; left != 0; left &= left - 1)
                yield return (i << 6) + BitOperations.TrailingZeroCount(left);
        }
    }

    ReadOnlySpan<int> WithPrefix(string prefix)
    {
        var first = LowerBound(prefix);
        var last = first;
        for (var step = 1; step > 0;)
        {
            // Galloping: the words that begin so stand together.
            if (last + step <= _words.Length && _words[last + step - 1].StartsWith(prefix, StringComparison.Ordinal))
                (last, step) = (last + step, step * 2);
            else
                step /= 2;
        }

        return _postings.AsSpan(_starts[first].._starts[last]);
    }

    int LowerBound(string word)
    {
        var found = Array.BinarySearch(_words, word, StringComparer.Ordinal);
        return found < 0 ? ~found : found;
    }
}

/// <summary>A segment with marks on what has changed since it was built. Immutable.</summary>
sealed class LiveSegment
{
    readonly ulong[] _gone;

    /// <summary>A new one: all of it is live.</summary>
    public LiveSegment(HotspotSegment segment)
        : this(segment, new ulong[(segment.Count + 63) / 64])
    {
    }

    LiveSegment(HotspotSegment segment, ulong[] gone)
    {
        Segment = segment;
        _gone = gone;
        Live = segment.Count - gone.Sum(static bits => BitOperations.PopCount(bits));
    }

    /// <summary>The hotspots.</summary>
    public HotspotSegment Segment { get; }

    /// <summary>How many of them are live.</summary>
    public int Live { get; }

    /// <summary>True for one that is still so.</summary>
    public bool IsLive(int place) => (_gone[place >> 6] & (1UL << (place & 63))) == 0;

    /// <summary>The same with some of them gone.</summary>
    public LiveSegment Without(IReadOnlyList<string> ids)
    {
        ulong[]? gone = null;
        foreach (var id in ids)
        {
            if (Segment.IndexOf(id) is var place and >= 0 && IsLive(place))
                (gone ??= [.. _gone])[place >> 6] |= 1UL << (place & 63);
        }

        return gone is null ? this : new LiveSegment(Segment, gone);
    }

    /// <summary>Those that are live, in the order of ids, from a place on.</summary>
    public IEnumerable<HotspotEntry> From(int place)
    {
        for (; place < Segment.Count; place++)
        {
            if (IsLive(place))
                yield return Segment[place];
        }
    }
}

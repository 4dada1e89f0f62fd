using System.Collections.Concurrent;

namespace Meetpoint.Exchange.Api.Streams;

/// <summary>Counts the streams of each key. From any thread.</summary>
/// <param name="most">Streams of one at a time.</param>
sealed class StreamGate(int most = StreamLimits.StreamsPerKey)
{
    readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Takes a place; false when it has as many as it may.</summary>
    public bool TryEnter(string key)
    {
        if (_open.AddOrUpdate(key, 1, static (_, open) => open + 1) <= most)
            return true;
        Leave(key);
        return false;
    }

    /// <summary>Gives it back.</summary>
    public void Leave(string key)
    {
        var left = _open.AddOrUpdate(key, 0, static (_, open) => open - 1);
        if (left == 0)
            _open.TryRemove(KeyValuePair.Create(key, 0));
    }
}

using System.Collections.Concurrent;

namespace Meetpoint.Exchange.Api.Streams;

/// <summary>Counts the streams of each key. From any thread.</summary>
sealed class StreamGate
{
    readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Takes a place; false when the key has <see cref="StreamLimits.StreamsPerKey"/> already.</summary>
    public bool TryEnter(string key)
    {
        if (_open.AddOrUpdate(key, 1, static (_, open) => open + 1) <= StreamLimits.StreamsPerKey)
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

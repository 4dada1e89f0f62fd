namespace Meetpoint.Sip;

/// <summary>
/// Transactions by the bytes of their key, found by a span. A dictionary does it too, but asks its comparer through a variant generic interface at
/// each look, which was a tenth of all that relaying costs.
/// </summary>
/// <remarks>On the loop only. Allocates nothing once it has grown to what is on at a time.</remarks>
sealed class TransactionTable<T>
    where T : class
{
    int[] _buckets = new int[16]; // one more than the place in _entries; 0 is empty
    Entry[] _entries = new Entry[16];
    int _used;
    int _free = -1;

    public int Count { get; private set; }

    /// <summary>All of them, in no order; not while the table changes.</summary>
    public IEnumerable<T> Values => _entries.Take(_used).Where(entry => entry.Value is not null).Select(entry => entry.Value!);

    public bool TryGetValue(ReadOnlySpan<byte> key, out T value)
    {
        var hash = Hash(key);
        for (var at = _buckets[hash & (_buckets.Length - 1)] - 1; at >= 0; at = _entries[at].Next)
        {
            ref var entry = ref _entries[at];
            if (entry.Hash == hash && key.SequenceEqual(entry.Key))
            {
                value = entry.Value!;
                return true;
            }
        }

        value = null!;
        return false;
    }

    /// <summary>Adds it, or puts it in the place of the one with the same key.</summary>
    public void Set(byte[] key, T value)
    {
        Remove(key);
        if (_free < 0 && _used == _entries.Length)
            Grow();
        var at = _free;
        if (at >= 0)
            _free = _entries[at].Next;
        else
            at = _used++;
        var hash = Hash(key);
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _entries[at] = new Entry { Hash = hash, Key = key, Value = value, Next = bucket - 1 };
        bucket = at + 1;
        Count++;
    }

    public void Remove(ReadOnlySpan<byte> key)
    {
        var hash = Hash(key);
        ref var link = ref _buckets[hash & (_buckets.Length - 1)];
        var before = -1;
        for (var at = link - 1; at >= 0; before = at, at = _entries[at].Next)
        {
            ref var entry = ref _entries[at];
            if (entry.Hash != hash || !key.SequenceEqual(entry.Key))
                continue;
            if (before < 0)
                link = entry.Next + 1;
            else
                _entries[before].Next = entry.Next;
            entry = new Entry { Next = _free };
            _free = at;
            Count--;
            return;
        }
    }

    // HashCode is seeded anew in each process, so that no sender can aim for one bucket.
    static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }

    void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _buckets = new int[_entries.Length];
        for (var at = 0; at < _used; at++)
        {
            ref var entry = ref _entries[at];
            ref var bucket = ref _buckets[entry.Hash & (_buckets.Length - 1)];
            entry.Next = bucket - 1;
            bucket = at + 1;
        }
    }

    struct Entry
    {
        public int Hash;
        public int Next; // of the same bucket, or of those that are free; -1 is the end
        public byte[] Key;
        public T? Value;
    }
}

namespace Meetpoint.Exchange.Roaming.Accounting;

/// <summary>What goes to the home of one realm, in order: some of it in memory, the others in the store alone. On the hub's loop.</summary>
/// <param name="provider">The home.</param>
/// <param name="realm">As the world had it.</param>
/// <param name="isAllLoaded">False when the store has some of an earlier run.</param>
sealed class AccountingLane(string provider, string realm, bool isAllLoaded)
{
    /// <summary>Requests that wait for their answers at one time.</summary>
    public const int Window = 64;

    /// <summary>In memory at most; of a lane with less than half of it more is read.</summary>
    public const int MaxInMemory = 1_000;

    /// <summary>What is acknowledged is forgotten in ranges. So much of it waits at most behind one that is not, which may never be.</summary>
    const int MaxBehind = 4 * Window;

    readonly Queue<long> _inOrder = new();
    readonly HashSet<long> _acknowledged = [];
    readonly HashSet<long> _late = [];
    readonly List<(long First, long Last)> _notForgotten = [];
    long _loadedTo = -1;
    bool _isAllLoaded = isAllLoaded;
    bool _isLoading;

    public string Provider { get; } = provider;

    public string Realm { get; } = realm;

    /// <summary>To be sent, the oldest first; what was not answered stands behind.</summary>
    public Queue<KeptAccounting> Waiting { get; } = new();

    /// <summary>Sent, and not answered yet.</summary>
    public int UnderWay { get; set; }

    /// <summary>What stands here, and not in the store alone.</summary>
    public int InMemory => Waiting.Count + UnderWay;

    /// <summary>True when the store has more than stands here, and there is room for it.</summary>
    public bool WantsMore => !_isAllLoaded && !_isLoading && InMemory <= MaxInMemory / 2;

    /// <summary>Ranges that are just being forgotten.</summary>
    public int Forgetting { get; set; }

    /// <summary>True when nothing is left to be done for it.</summary>
    public bool IsEmpty => _isAllLoaded && !_isLoading && Forgetting == 0 && InMemory + _inOrder.Count + _acknowledged.Count + _late.Count + _notForgotten.Count == 0;

    /// <summary>The home has one.</summary>
    public void Acknowledge(long id) => _acknowledged.Add(id);

    /// <summary>What was taken to be forgotten, and could not be.</summary>
    public void NotForgotten(IEnumerable<(long First, long Last)> ranges) => _notForgotten.AddRange(ranges);

    /// <summary>What is to be forgotten, from id to id: the home has all that lies between.</summary>
    public List<(long First, long Last)> TakeAcknowledged()
    {
        List<(long First, long Last)> ranges = [.. _notForgotten];
        _notForgotten.Clear();
        if (_late.Count > 0)
            ranges.AddRange(_late.Where(_acknowledged.Remove).ToList().Where(_late.Remove).Select(static id => (id, id)));
        var range = default((long First, long Last)?);
        while (_acknowledged.Count > 0 && _inOrder.TryPeek(out var id))
        {
            if (_acknowledged.Remove(id))
            {
                range = (range?.First ?? id, id);
            }
            else if (_acknowledged.Count > MaxBehind)
            {
                _late.Add(id);
                End();
            }
            else
            {
                break;
            }

            _inOrder.Dequeue();
        }

        End();
        return ranges;

        void End()
        {
            if (range is { } ended)
                ranges.Add(ended);
            range = null;
        }
    }

    /// <summary>One more, durable; behind others that are in the store alone it is read with them.</summary>
    /// <param name="kept">What is to be sent.</param>
    /// <param name="hasRoom">False when memory has no room for any more, of no lane.</param>
    public void Add(KeptAccounting kept, bool hasRoom)
    {
        if (!hasRoom || InMemory >= MaxInMemory)
            _isAllLoaded = false;
        if (_isAllLoaded)
            Enqueue(kept);
    }

    /// <summary>Gives the id behind which it is read on.</summary>
    public long BeginLoading()
    {
        _isLoading = true;
        return _loadedTo;
    }

    /// <summary>What was read, at most <see cref="MaxInMemory"/>.</summary>
    public void Loaded(IReadOnlyList<KeptAccounting> rows)
    {
        _isLoading = false;
        _isAllLoaded = rows.Count < MaxInMemory;
        foreach (var kept in rows)
            Enqueue(kept);
    }

    /// <summary>It could not be read, and is tried again.</summary>
    public void LoadingFailed() => _isLoading = false;

    void Enqueue(KeptAccounting kept)
    {
        _loadedTo = kept.Id;
        _inOrder.Enqueue(kept.Id);
        Waiting.Enqueue(kept);
    }
}

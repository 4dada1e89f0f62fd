using Meetpoint.Net;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// Who was let in and of whom nothing was reported yet, in memory: the report follows within seconds, and takes up what the Access-Accept gave. What it is waited for too long is handed over to be
/// written. What is lost in a crash was let in by nobody: nothing is charged by it.
/// </summary>
/// <remarks>On one loop.</remarks>
sealed class WaitingAccepts
{
    /// <summary>Accepts in memory, some 1,000 octets each; of more the oldest are written before their time.</summary>
    public const int Max = 20_000;

    /// <summary>How long a report is waited for.</summary>
    public const long WaitNs = 60 * MonotonicTime.Second;

    /// <summary>Accepts handed over at a time.</summary>
    const int LateLimit = 500;

    readonly Dictionary<(string Visited, string Nas, string Station), Entry> _entries = [];
    Queue<Entry> _inOrder = new();

    /// <summary>How many wait.</summary>
    public int Count => _entries.Count;

    /// <summary>One more. Who proves himself anew while nothing was reported is let in once, with what was given last, and waits no longer for it.</summary>
    public void Add(LetIn accept, long nowNs)
    {
        if (_entries.TryGetValue(accept.Key, out var known))
        {
            known.Accept = accept;
            return;
        }

        if (_inOrder.Count >= 2 * Max)
            _inOrder = new Queue<Entry>(_inOrder.Where(static entry => entry.Accept is not null)); // behind one that waits stand many that were taken up
        var entry = new Entry(accept, nowNs + WaitNs);
        _entries.Add(accept.Key, entry);
        _inOrder.Enqueue(entry);
    }

    /// <summary>By which the person of a report was let in; null where nobody was, or it is written already.</summary>
    public LetIn? Find(AccountingReport report) =>
        report.Station is { } station && _entries.TryGetValue((report.Source.Visited, report.Nas, station), out var entry) ? entry.Accept : null;

    /// <summary>A session has taken it up.</summary>
    public void Remove(LetIn accept)
    {
        if (_entries.TryGetValue(accept.Key, out var entry) && ReferenceEquals(entry.Accept, accept) && _entries.Remove(accept.Key))
            entry.Accept = null;
    }

    /// <summary>Takes out what has waited too long, and what is too much; a few at a time.</summary>
    public List<LetIn> TakeLate(long nowNs)
    {
        List<LetIn> late = [];
        while (late.Count < LateLimit && _inOrder.TryPeek(out var oldest) && (oldest.Accept is null || oldest.LateAtNs <= nowNs || _entries.Count > Max))
        {
            _inOrder.Dequeue();
            if (oldest.Accept is not { } accept)
                continue;
            _entries.Remove(accept.Key);
            late.Add(accept);
        }

        return late;
    }

    sealed class Entry(LetIn accept, long lateAtNs)
    {
        /// <summary>Null once it is taken up.</summary>
        public LetIn? Accept { get; set; } = accept;

        public long LateAtNs => lateAtNs;
    }
}

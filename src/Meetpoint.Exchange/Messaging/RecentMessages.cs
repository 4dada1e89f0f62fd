namespace Meetpoint.Exchange.Messaging;

/// <summary>
/// Messages of the last minutes by key: one that is sent again, since its sender did not hear the answer, hears that of the first. On the loop only.
/// </summary>
/// <remarks>Bounded by <see cref="MessageLimits.MaxRecent"/> and <see cref="MessageLimits.RecentNs"/>.</remarks>
sealed class RecentMessages
{
    readonly Dictionary<string, Entry> _byKey = new(StringComparer.Ordinal);
    readonly Queue<(string Key, long UntilNs)> _order = new();

    /// <summary>
    /// False when the key is new: <paramref name="done"/> is then to be told by <see cref="End"/>. True when it is not: it is told what the first one was,
    /// now or once that is known.
    /// </summary>
    public bool TryJoin(string key, long nowNs, Action<MessageOutcome> done)
    {
        while (_order.TryPeek(out var oldest) && (oldest.UntilNs <= nowNs || _order.Count > MessageLimits.MaxRecent))
        {
            _order.Dequeue();
            _byKey.Remove(oldest.Key);
        }

        if (_byKey.TryGetValue(key, out var known))
        {
            if (known.Outcome is { } outcome)
                done(outcome);
            else
                known.Waiting.Add(done);
            return true;
        }

        var entry = new Entry();
        entry.Waiting.Add(done);
        _byKey[key] = entry;
        _order.Enqueue((key, nowNs + MessageLimits.RecentNs));
        return false;
    }

    /// <summary>Says what became of it. What nobody has may be sent again and is then a new one; its place in the order stays.</summary>
    public void End(string key, MessageOutcome outcome, Action<MessageOutcome> done)
    {
        if (!_byKey.TryGetValue(key, out var entry))
        {
            done(outcome); // forgotten meanwhile: at least who asked first hears it
            return;
        }

        entry.Outcome = outcome;
        if (!outcome.IsTaken)
            _byKey.Remove(key);
        foreach (var waiting in entry.Waiting)
            waiting(outcome);
        entry.Waiting.Clear();
    }

    sealed class Entry
    {
        public List<Action<MessageOutcome>> Waiting { get; } = [];

        public MessageOutcome? Outcome { get; set; }
    }
}

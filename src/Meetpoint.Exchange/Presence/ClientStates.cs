using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Presence;

/// <summary>
/// States that clients say over the API, each a device of its own: soft state like any publication, which is lost unless it is said again in time. On the loop only.
/// </summary>
sealed class ClientStates(PresenceContext context)
{
    /// <summary>Longest time granted, in seconds.</summary>
    public const int MaxSeconds = 3_600;

    /// <summary>Shortest, in seconds.</summary>
    public const int MinSeconds = 5;

    /// <summary>Devices of clients at a time, at most.</summary>
    public const int MaxDevices = 100_000;

    const long LookAgainNs = 3_600 * MonotonicTime.Second;

    readonly Dictionary<(string Address, string Device), ClientState> _all = [];
    readonly PriorityQueue<ClientState, long> _due = new();

    /// <summary>True for a source that a client of the API speaks by.</summary>
    public bool Holds(PresenceSource source) => source.States is [var state, ..] && _all.TryGetValue((source.Presentity.Address, state.Device), out var known) && known.Source == source;

    /// <summary>A client says what one device does; null when there are too many.</summary>
    /// <param name="target">Of whom.</param>
    /// <param name="state">What.</param>
    /// <param name="seconds">How long it holds unless it is said again.</param>
    /// <returns>The device as it stands: a phone that is put down is shown lifted for a moment still.</returns>
    public DeviceState? Say(PresenceTarget target, ReportedState state, int seconds)
    {
        var key = (target.Address, state.Device);
        if (!_all.TryGetValue(key, out var known) || known.Source.IsClosed)
        {
            if ((known is null && _all.Count >= MaxDevices) || context.Hub.Open(target.Address, null, null, isWhole: false) is not { } source)
                return null;
            _all[key] = known = new ClientState(source, state.Device);
        }

        known.EndNs = context.Loop.NowNs + (seconds * MonotonicTime.Second);
        context.Hub.Report(known.Source, [state], context.Now, context.Loop.NowNs);
        if (known.EndNs < known.DueNs)
            Schedule(known, known.EndNs);
        return known.Source.States[0];
    }

    /// <summary>A client takes back what it said; false when it said nothing.</summary>
    public bool TakeBack(PresenceTarget target, string device)
    {
        if (!_all.Remove((target.Address, device), out var known) || known.Source.IsClosed)
            return false;
        known.DueNs = 0;
        context.Hub.Close(known.Source);
        return true;
    }

    /// <summary>What was not said again in time is lost. Regularly.</summary>
    public void Advance(long nowNs)
    {
        while (_due.TryPeek(out var first, out var dueNs) && dueNs <= nowNs)
        {
            _due.Dequeue();
            if (first.DueNs != dueNs)
                continue; // taken back, or there is an earlier entry
            if (first.Source.IsClosed)
            {
                // The hub let it go: it was lost long ago, and others have spoken since.
                var key = (first.Source.Presentity.Address, first.Device);
                if (_all.GetValueOrDefault(key) == first)
                    _all.Remove(key);
                continue;
            }

            if (first.EndNs > nowNs)
            {
                Schedule(first, first.EndNs);
                continue;
            }

            context.Hub.Lose(first.Source, context.Now);
            Schedule(first, nowNs + LookAgainNs);
        }
    }

    void Schedule(ClientState state, long dueNs)
    {
        state.DueNs = dueNs;
        _due.Enqueue(state, dueNs);
    }

    /// <summary>One device. Its time is looked at when the queue comes to it, so that saying it again queues nothing.</summary>
    sealed class ClientState(PresenceSource source, string device)
    {
        public PresenceSource Source => source;

        public string Device => device;

        /// <summary>Until when it holds.</summary>
        public long EndNs { get; set; }

        /// <summary>When the queue comes to it.</summary>
        public long DueNs { get; set; } = long.MaxValue;
    }
}

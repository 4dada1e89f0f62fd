using NodaTime;

namespace Meetpoint.Exchange.Presence.Hub;

/// <summary>
/// Who reports what of whom, and who is shown it: sources on one side, views on the other, and the device states between them. Knows no protocol.
/// </summary>
/// <remarks>On the loop only. Time is an argument; nothing here waits.</remarks>
/// <param name="exchange">Name of this exchange: the first part of the origins that are heard here, and what a path must not hold already.</param>
sealed class PresenceHub(string exchange)
{
    /// <summary>Presentities at a time, at most; a report of one more is dropped, and a watcher refused.</summary>
    public const int MaxPresentities = 1_000_000;

    /// <summary>Sources of one presentity, at most.</summary>
    public const int MaxSources = 64;

    /// <summary>How long a phone that is put down is shown lifted still: most are lifted again, or ring, at once.</summary>
    public const long HoldNs = 1_500_000_000;

    /// <summary>A lost state is let go so long after, and then only when the person is heard of by another source.</summary>
    static readonly Duration _lostIsKept = Duration.FromHours(1);

    readonly Dictionary<string, Presentity> _presentities = new(StringComparer.Ordinal);
    readonly PriorityQueue<PresenceSource, long> _held = new();
    readonly WrittenBodies _bodies = new();
    ulong _version;

    /// <summary>Presentities that are known.</summary>
    public int Count => _presentities.Count;

    /// <summary>All of them; not while they change.</summary>
    public IEnumerable<Presentity> All => _presentities.Values;

    /// <summary>Told when a device of a presentity is heard for the first time, or is gone for good; for what is remembered over a restart.</summary>
    public Action<DeviceState, Presentity, bool>? DeviceKnown { get; set; }

    /// <summary>Told when an audience begins or ends to watch a presentity.</summary>
    public Action<Presentity>? ViewsChanged { get; set; }

    /// <summary>Keeps why who was told what; null keeps nothing.</summary>
    public DecisionLog? Decisions { get; set; }

    /// <summary>Told when somebody begins or ends to watch a presentity.</summary>
    public Action<Presentity>? WatchersChanged { get; set; }

    /// <summary>Name of the origin that a neighbour's own states have; of this exchange's own without one.</summary>
    public string OriginOf(string? neighbour) => $"{exchange}/{neighbour ?? "own"}";

    /// <summary>The presentity, or null when nothing is known of her.</summary>
    public Presentity? Find(string address) => _presentities.GetValueOrDefault(address);

    /// <summary>Opens a source. Null when there are too many.</summary>
    /// <param name="address">Of whom: her one address.</param>
    /// <param name="neighbour">Id of the neighbour that reports; null for this exchange itself.</param>
    /// <param name="audience">The watcher in whose name; null where it holds for everyone.</param>
    /// <param name="isWhole">True where each report is all that the origin has to say.</param>
    /// <param name="means">What tells it apart from what else the neighbour says, as an origin of its own; null without.</param>
    public PresenceSource? Open(string address, string? neighbour, string? audience, bool isWhole, string? means = null)
    {
        if (Presentity(address) is not { } presentity || presentity.Sources.Count >= MaxSources)
            return null;
        var source = new PresenceSource(presentity, means is null ? OriginOf(neighbour) : $"{OriginOf(neighbour)}/{means}", neighbour, audience, isWhole);
        presentity.Sources.Add(source);
        return source;
    }

    /// <summary>Takes what a source says now; all that it said before and does not say again is gone.</summary>
    public void Report(PresenceSource source, IReadOnlyList<ReportedState> states, Instant now, long nowNs)
    {
        if (source.IsClosed)
            return;
        if (HangsUp(source, states))
        {
            source.Held = states;
            source.HeldUntilNs = nowNs + HoldNs;
            _held.Enqueue(source, source.HeldUntilNs);
            Decisions?.Add(source.Presentity, DecisionKind.Held, source.Neighbour);
            return;
        }

        source.Held = null;
        Take(source, states, now);
    }

    /// <summary>The source fell silent: what it said is the last that is known.</summary>
    public void Lose(PresenceSource source, Instant now)
    {
        if (source.IsClosed || source.LostSince is not null)
            return;
        source.Held = null;
        source.LostSince = now;
        for (var i = 0; i < source.States.Count; i++)
        {
            var state = source.States[i];
            if (!state.IsLost)
                source.States[i] = state with { IsLost = true, Version = IsOwn(state) ? NextVersion(now) : state.Version };
        }

        Decisions?.Add(source.Presentity, DecisionKind.Lost, source.Neighbour);
        Spread(source.Presentity);
    }

    /// <summary>The source took back what it said.</summary>
    public void Close(PresenceSource source)
    {
        if (source.IsClosed)
            return;
        source.IsClosed = true;
        source.Held = null;
        foreach (var state in source.States)
            DeviceKnown?.Invoke(state, source.Presentity, false);
        source.Presentity.Sources.Remove(source);
        Spread(source.Presentity);
        Tidy(source.Presentity);
    }

    /// <summary>A device that was heard before a restart: until it is heard again, or is let go, nothing is known of the person.</summary>
    public PresenceSource? Remember(string address, string? neighbour, string origin, string device)
    {
        if (Open(address, neighbour, null, isWhole: false) is not { } source)
            return null;
        source.States.Add(new DeviceState { Origin = origin, Device = device, Version = 0, State = PresenceState.Unknown, IsLost = true, IsUnheard = true });
        return source;
    }

    /// <summary>The view of an audience, composed; null when there are too many presentities.</summary>
    public AudienceView? Watch(string address, in PresenceAudience audience, IPresenceWatcher watcher)
    {
        if (Presentity(address) is not { } presentity)
            return null;
        var view = FindView(presentity, in audience);
        var isNew = view is null;
        if (view is null)
        {
            view = new AudienceView(presentity, audience, _bodies);
            presentity.Views.Add(view);
            view.Recompose();
        }

        view.Watchers.Add(watcher);
        WatchersChanged?.Invoke(presentity);
        if (isNew)
            ViewsChanged?.Invoke(presentity);
        return view;
    }

    /// <summary>The view that an audience has already; null when it has none.</summary>
    public AudienceView? FindView(string address, in PresenceAudience audience) => Find(address) is { } presentity ? FindView(presentity, in audience) : null;

    /// <summary>A watcher watches no more.</summary>
    public void Unwatch(AudienceView view, IPresenceWatcher watcher)
    {
        view.Watchers.Remove(watcher);
        WatchersChanged?.Invoke(view.Presentity);
        if (view.Watchers.Count > 0)
            return;
        view.Presentity.Views.Remove(view);
        ViewsChanged?.Invoke(view.Presentity);
        Tidy(view.Presentity);
    }

    /// <summary>Takes the reports whose holding is over.</summary>
    public void Advance(Instant now, long nowNs)
    {
        while (_held.TryPeek(out var source, out var due) && due <= nowNs)
        {
            _held.Dequeue();
            if (source.Held is { } held && source.HeldUntilNs <= nowNs)
            {
                source.Held = null;
                Take(source, held, now);
            }
        }
    }

    static AudienceView? FindView(Presentity presentity, in PresenceAudience audience)
    {
        foreach (var view in presentity.Views)
        {
            if (view.Audience == audience)
                return view;
        }

        return null;
    }

    Presentity? Presentity(string address)
    {
        if (_presentities.TryGetValue(address, out var known))
            return known;
        if (_presentities.Count >= MaxPresentities)
            return null;
        return _presentities[address] = new Presentity(address);
    }

    void Take(PresenceSource source, IReadOnlyList<ReportedState> states, Instant now)
    {
        var before = source.States.ToArray();
        source.States.Clear();
        source.LostSince = null;
        foreach (var reported in states)
        {
            if (reported.Source is { } from && (from.Path.Contains(exchange, StringComparer.OrdinalIgnoreCase) || from.Path.Count >= StateSource.MaxPath))
                continue; // it was here before: split horizon holds also where the other side forgets it
            if (source.States.Exists(state => state.Device == reported.Device && state.Origin == (reported.Source?.Origin ?? source.Origin)))
                continue;
            source.States.Add(StateOf(source, reported, before, now));
        }

        Remembered(source, before, now);
        if (!Spread(source.Presentity))
            Decisions?.Add(source.Presentity, DecisionKind.NothingNew, source.Neighbour);
    }

    DeviceState StateOf(PresenceSource source, ReportedState reported, DeviceState[] before, Instant now)
    {
        var origin = reported.Source?.Origin ?? source.Origin;
        var old = Array.Find(before, state => state.Device == reported.Device && state.Origin == origin);
        if (reported.Source is { } from)
        {
            var state = new DeviceState
            {
                Origin = origin, Device = reported.Device, Version = from.Version, State = reported.State, Kind = reported.Kind,
                Capabilities = reported.Capabilities, IsLost = reported.IsLost, Path = from.Path,
                IsUnheard = reported.IsLost && reported.State.Activity == Activity.Unknown,
            };
            // An older version than was heard already comes of a message that was overtaken.
            return old is not null && !old.IsLost && old.Version > state.Version ? old : old is not null && IsSame(old, state) ? old : state;
        }

        if (old is { IsLost: false } && old.Kind == reported.Kind && old.Capabilities == reported.Capabilities && old.State.LooksLike(reported.State)
            && (reported.State.Since is null || reported.State.Since == old.State.Since))
            return old;
        var since = reported.State.Since ?? (old is not null && old.State.Activity == reported.State.Activity ? old.State.Since : now);
        return new DeviceState
        {
            Origin = origin, Device = reported.Device, Version = NextVersion(now), State = reported.State with { Since = since }, Kind = reported.Kind,
            Capabilities = reported.Capabilities, IsLost = reported.IsLost, Path = [exchange],
        };
    }

    static bool IsSame(DeviceState one, DeviceState other) =>
        one.Version == other.Version && one.IsLost == other.IsLost && one.State == other.State && one.Kind == other.Kind && one.Path.SequenceEqual(other.Path);

    /// <summary>What is heard anew is no longer merely remembered; what was lost long ago is let go, now that the person is heard of.</summary>
    void Remembered(PresenceSource source, DeviceState[] before, Instant now)
    {
        var presentity = source.Presentity;
        foreach (var state in source.States)
        {
            if (!Array.Exists(before, state.IsOfSameDevice))
                DeviceKnown?.Invoke(state, presentity, true);
        }

        foreach (var state in before)
        {
            if (!source.States.Exists(state.IsOfSameDevice))
                DeviceKnown?.Invoke(state, presentity, false);
        }

        for (var i = presentity.Sources.Count - 1; i >= 0; i--)
        {
            var other = presentity.Sources[i];
            if (ReferenceEquals(other, source))
                continue;
            var isHeardAnew = other.States is [{ IsUnheard: true } unheard] && unheard.Origin == source.Origin
                && (source.IsWhole || source.States.Exists(unheard.IsOfSameDevice));
            if (!isHeardAnew && !(other.LostSince is { } lost && now - lost > _lostIsKept))
                continue;
            other.IsClosed = true;
            presentity.Sources.RemoveAt(i);
            foreach (var gone in other.States)
            {
                if (!source.States.Exists(gone.IsOfSameDevice))
                    DeviceKnown?.Invoke(gone, presentity, false);
            }
        }
    }

    /// <summary>A phone of this origin that was lifted says that it is on the hook.</summary>
    static bool HangsUp(PresenceSource source, IReadOnlyList<ReportedState> states)
    {
        foreach (var state in source.States)
        {
            if (state is not { IsLost: false, State.Activity: Activity.OnThePhone })
                continue;
            foreach (var reported in states)
            {
                if (reported.Device == state.Device && reported is { Source: null, IsLost: false } && reported.State.Availability < state.State.Availability)
                    return true;
            }
        }

        return false;
    }

    bool IsOwn(DeviceState state) => state.Path.Count == 1 && state.Path[0] == exchange;

    /// <summary>Tells every audience that is shown something else; false where there is none.</summary>
    bool Spread(Presentity presentity)
    {
        var isTold = false;
        foreach (var view in presentity.Views)
        {
            var before = view.User.Activity;
            if (!view.Recompose())
                continue;
            isTold = true;
            var count = 0;
            foreach (var watcher in view.Watchers)
                count += watcher.Count;
            Decisions?.Add(presentity, DecisionKind.Told, view.Audience.Neighbour, before, view.User.Activity, count);
            for (var i = 0; i < view.Watchers.Count; i++)
                view.Watchers[i].OnChanged(view);
        }

        return isTold;
    }

    void Tidy(Presentity presentity)
    {
        if (presentity.IsIdle)
            _presentities.Remove(presentity.Address);
    }

    /// <summary>Grows over restarts too, as long as the clock does.</summary>
    ulong NextVersion(Instant now) => _version = Math.Max(_version + 1, (ulong)(now.ToUnixTimeTicks() / 10));
}

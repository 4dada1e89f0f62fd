using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Sip;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Hub;

/// <summary>Hears that an audience is shown something else. On the loop.</summary>
interface IPresenceWatcher
{
    /// <summary>What the view shows has changed.</summary>
    void OnChanged(AudienceView view);

    /// <summary>How many are told by it.</summary>
    int Count => 1;
}

/// <summary>A presentity as one audience is shown her. On the loop only; the hub's.</summary>
sealed class AudienceView(Presentity presentity, PresenceAudience audience, WrittenBodies bodies)
{
    (IPresenceDialect Dialect, EventBody Body)[] _written = [];
    DeviceState[] _gathered = [];

    public Presentity Presentity => presentity;

    public PresenceAudience Audience => audience;

    /// <summary>Who hears of changes.</summary>
    public List<IPresenceWatcher> Watchers { get; } = [];

    /// <summary>The user state, reduced to what is shown.</summary>
    public PresenceState User { get; private set; } = PresenceState.Unknown;

    /// <summary>The device states that are shown.</summary>
    public IReadOnlyList<DeviceState> Devices { get; private set; } = [];

    /// <summary>Grows with each change of what is shown.</summary>
    public uint Version { get; private set; }

    /// <summary>Every device state that the audience's neighbour may be told, before it is reduced.</summary>
    public IReadOnlyList<DeviceState> Gathered => _gathered;

    /// <summary>Composes anew; true when something else is shown.</summary>
    public bool Recompose()
    {
        var states = Gather();
        if (states.AsSpan().SequenceEqual(_gathered))
            return false;
        _gathered = states;
        var user = Reduce(Composition.Of(states));
        // Between exchanges the set of states is what has to be the same everywhere; people who are shown little are shown one state.
        IReadOnlyList<DeviceState> devices = audience.Level >= PresenceLevel.Activity ? states : audience.Exchange is null ? [] : states;
        if (audience.Level < PresenceLevel.Note && devices.Count > 0)
            devices = [.. devices.Select(device => device with { State = Reduce(device.State) })];
        if (user == User && devices.SequenceEqual(Devices))
            return false;
        User = user;
        Devices = devices;
        Version++;
        _written = [];
        return true;
    }

    /// <summary>What is shown, in a dialect: written once, and shared by all watchers.</summary>
    public EventBody Write(IPresenceDialect dialect, Instant now)
    {
        foreach (var (known, written) in _written)
        {
            if (ReferenceEquals(known, dialect))
                return written;
        }

        var body = new EventBody(dialect.MediaType, dialect.Write(Show(now)));
        if (_written.Length == 0)
            bodies.Keep(this);
        _written = [.. _written, (dialect, body)];
        return body;
    }

    /// <summary>Lets go what was written; it is written again for the next who asks.</summary>
    public void ForgetWritten() => _written = [];

    /// <summary>What is shown, for a writer.</summary>
    public PresenceShown Show(Instant now) => new()
    {
        Entity = presentity.Address.StartsWith('+') ? $"tel:{presentity.Address}" : $"sip:{presentity.Address}",
        User = User,
        // Of whom nothing is known because of what was lost, a device that still lives would say too much to those who read devices alone.
        Devices = User.Activity == Activity.Unknown && audience.Exchange is null ? [] : Devices,
        Version = Version,
        Now = now,
    };

    PresenceState Reduce(PresenceState state) => audience.Level switch
    {
        PresenceLevel.Note => state,
        PresenceLevel.Activity => state with { Note = null },
        PresenceLevel.FreeBusy => new PresenceState(state.Availability switch
        {
            Availability.Available => Activity.Available,
            Availability.Idle => Activity.Idle,
            Availability.Busy or Availability.BusyIdle or Availability.DoNotDisturb => Activity.Busy,
            Availability.BeRightBack or Availability.Away => Activity.Away,
            Availability.Offline => Activity.Offline,
            _ => Activity.Unknown,
        }),
        _ => PresenceState.Unknown,
    };

    /// <summary>Every device state that is known of somebody, from whomever.</summary>
    public static DeviceState[] Everything(Presentity presentity) => Gather(presentity, static _ => true, null);

    /// <summary>Every state that does not come from the audience's own side.</summary>
    DeviceState[] Gather() => Gather(presentity, IsFor, audience.Exchange);

    /// <summary>False for what comes from the audience's own system, and for what is said to another watcher alone.</summary>
    public bool IsFor(PresenceSource source) =>
        (source.Neighbour is null || source.Neighbour != audience.Neighbour) && (source.Audience is null || source.Audience == audience.Watcher);

    /// <summary>The states of some sources, the best of those that several tell, in the order of identity.</summary>
    static DeviceState[] Gather(Presentity presentity, Predicate<PresenceSource> isWanted, string? notThrough)
    {
        var states = new List<DeviceState>();
        foreach (var source in presentity.Sources)
        {
            if (!isWanted(source))
                continue;
            foreach (var state in source.States)
            {
                if (notThrough is not null && state.Path.Contains(notThrough, StringComparer.OrdinalIgnoreCase))
                    continue;
                var at = states.FindIndex(state.IsOfSameDevice);
                if (at < 0)
                    states.Add(state);
                else if (IsBetter(state, states[at]))
                    states[at] = state;
            }
        }

        if (states.Count > 1)
            states.Sort(DeviceState.CompareIdentity);
        return [.. states];
    }

    /// <summary>The newer one; of the same version the one that lives, then the one that came the shorter way.</summary>
    static bool IsBetter(DeviceState one, DeviceState other)
    {
        if (one.Version != other.Version)
            return one.Version > other.Version;
        if (one.IsLost != other.IsLost)
            return !one.IsLost;
        return one.Path.Count != other.Path.Count ? one.Path.Count < other.Path.Count
            : string.CompareOrdinal(string.Join(',', one.Path), string.Join(',', other.Path)) < 0;
    }
}

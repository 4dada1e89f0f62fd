using NodaTime;

namespace Meetpoint.Exchange.Presence;

/// <summary>Makes one user state of what her devices report. docs/concepts/presence.md has the order in a table.</summary>
/// <remarks>
/// A function of the set: neither the order of arrival nor saying a thing twice changes it. Devices are read in the order of <see cref="Rank"/>, and the
/// first that lives decides. One that is lost above it holds it down: what follows is taken only where it is no more available than what was said last,
/// and is unknown otherwise. A device that has not been heard since a restart may have said anything: until it speaks, nothing is known. So nothing becomes more available because a source fell silent or its time ran out.
/// </remarks>
public static class Composition
{
    /// <summary>The user state.</summary>
    /// <param name="devices">Her devices, in any order; at most one of each.</param>
    public static PresenceState Of(ReadOnlySpan<DeviceState> devices)
    {
        var bound = Availability.Available;
        foreach (var device in devices)
        {
            if (device.IsUnheard)
                return PresenceState.Unknown;
        }

        for (var device = Next(devices, null); device is not null; device = Next(devices, device))
        {
            // Also of one that is lost: while it lived, nothing was known for the same reason.
            if (device.State.Availability < bound)
                return PresenceState.Unknown;
            if (!device.IsLost)
                return WithNote(device.State, devices);
            bound = device.State.Availability;
        }

        return PresenceState.Unknown;
    }

    /// <summary>What decides first is greater. Of equals the later state, then the order of identity.</summary>
    static int Rank(DeviceState device) => (device.Kind, device.State.Activity) switch
    {
        (_, Activity.Unknown) => 0,
        (SourceKind.Manual, Activity.Offline) => 120, // who wants to seem away from everything is
        (_, Activity.DoNotDisturb) => 110,
        (_, Activity.Presenting) => 100,
        (_, Activity.OnThePhone) => 95,
        (_, Activity.InMeeting) => 90,
        (_, Activity.Busy) => 85,
        (_, Activity.OutOfOffice) => 80,
        (SourceKind.Manual, Activity.Lunch or Activity.BeRightBack or Activity.Away) => 75,
        (_, Activity.Lunch or Activity.BeRightBack) => 70,
        (_, Activity.Ringing) => 60,
        (SourceKind.Phone, Activity.Available or Activity.Idle) => 20, // on the hook: of the person it says nothing
        (_, Activity.Available) => 50,
        (_, Activity.Idle) => 40,
        (_, Activity.Away) => 30,
        (_, Activity.Offline) => 10,
        _ => 0,
    };

    /// <summary>The highest of those behind the last; null when there is none that says anything.</summary>
    static DeviceState? Next(ReadOnlySpan<DeviceState> devices, DeviceState? last)
    {
        DeviceState? best = null;
        foreach (var device in devices)
        {
            if (device.State.Activity == Activity.Unknown || (last is not null && Compare(device, last) >= 0))
                continue;
            if (best is null || Compare(device, best) > 0)
                best = device;
        }

        return best;
    }

    static int Compare(DeviceState one, DeviceState other)
    {
        var order = Rank(one).CompareTo(Rank(other));
        if (order == 0)
            order = (one.State.Since ?? Instant.MinValue).CompareTo(other.State.Since ?? Instant.MinValue);
        return order != 0 ? order : -DeviceState.CompareIdentity(one, other);
    }

    /// <summary>The latest note that a person left, where what decides has none: a phone that is lifted does not take it away.</summary>
    static PresenceState WithNote(PresenceState state, ReadOnlySpan<DeviceState> devices)
    {
        if (state.Note is not null)
            return state;
        DeviceState? latest = null;
        foreach (var device in devices)
        {
            if (!device.IsLost && device.State.Note is not null && (latest is null || IsLater(device, latest)))
                latest = device;
        }

        return state with { Note = latest?.State.Note };
    }

    static bool IsLater(DeviceState one, DeviceState other) =>
        (one.State.Since ?? Instant.MinValue).CompareTo(other.State.Since ?? Instant.MinValue) is var order and not 0
            ? order > 0 : DeviceState.CompareIdentity(one, other) < 0;
}

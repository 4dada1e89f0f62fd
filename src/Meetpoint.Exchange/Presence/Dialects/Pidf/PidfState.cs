using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What basic status, activity and user input say together: the one rule that both reading and writing follow.</summary>
static class PidfState
{
    /// <summary>The state, where nothing else is said of availability.</summary>
    /// <param name="activity">The activity that is said; null when none is.</param>
    /// <param name="isOpen">The basic status; null when there is none.</param>
    /// <param name="isIdle">True when the device has not been touched for a while.</param>
    public static PresenceState Of(Activity? activity, bool? isOpen, bool isIdle)
    {
        var said = activity ?? isOpen switch
        {
            true => Activity.Available,
            false => Activity.Offline,
            null => Activity.Unknown,
        };
        if (said == Activity.Available && isOpen == false)
            said = Activity.Offline;
        if (said == Activity.Available && isIdle)
            said = Activity.Idle;
        var state = new PresenceState(said);
        return isIdle && state.Availability == Availability.Busy ? state with { Availability = Availability.BusyIdle } : state;
    }

    /// <summary>The basic status of a state; null for one that is not known: a tuple without says nothing of being reached (RFC 3863, 4.1.4).</summary>
    public static bool? IsOpen(in PresenceState state) => state.Activity == Activity.Offline || state.Availability == Availability.Offline ? false
        : state.Activity == Activity.Unknown && state.Availability == Availability.Unknown ? null : true;

    /// <summary>True when the state is one of a device that has not been touched for a while.</summary>
    public static bool IsIdle(in PresenceState state) => state.Activity == Activity.Idle || state.Availability == Availability.Idle
        || (state.Availability == Availability.BusyIdle && Availabilities.Of(state.Activity) == Availability.Busy);

    /// <summary>The availability, where it is not the one that follows from the rest: only then is it written, in a word of ours.</summary>
    public static Availability? Apart(in PresenceState state) =>
        Of(state.Activity, IsOpen(state), IsIdle(state)).Availability == state.Availability ? null : state.Availability;

    /// <summary>The state with the availability that our own word in the element says, if one is there.</summary>
    public static PresenceState Told(PresenceState state, Markup holder)
    {
        var word = (holder.Child(PidfNames.Meetpoint, "availability") ?? holder.Child("status")?.Child(PidfNames.Meetpoint, "availability"))?.Text;
        return word is not null && KebabEnum<Availability>.TryParse(word, out var availability) ? state with { Availability = availability } : state;
    }

    /// <summary>The basic status within a tuple or a person; null where there is none.</summary>
    public static bool? IsOpen(Markup holder) => (holder.Child("status")?.Child("basic") ?? holder.Child("basic"))?.Text switch
    {
        "open" => true,
        "closed" => false,
        _ => null,
    };
}

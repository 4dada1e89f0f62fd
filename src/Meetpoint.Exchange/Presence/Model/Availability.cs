using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Presence;

/// <summary>
/// How well somebody can be reached: the most available first, so that a greater value is never more available. The order is that of the aggregate
/// ranges of the Microsoft style (3000 up to 18000), with what is not known behind all of them.
/// </summary>
[JsonConverter(typeof(KebabEnumConverter<Availability>))]
public enum Availability
{
    /// <summary>Free.</summary>
    Available,

    /// <summary>Free, but the device has not been touched for a while.</summary>
    Idle,

    /// <summary>Busy.</summary>
    Busy,

    /// <summary>Busy, and the device has not been touched for a while.</summary>
    BusyIdle,

    /// <summary>Wants no interruption.</summary>
    DoNotDisturb,

    /// <summary>Back in a moment.</summary>
    BeRightBack,

    /// <summary>Away.</summary>
    Away,

    /// <summary>Not to be reached.</summary>
    Offline,

    /// <summary>Not known; nobody may take it for any of the others.</summary>
    Unknown,
}

/// <summary>What an activity says of availability.</summary>
public static class Availabilities
{
    /// <summary>The availability of who does this and says nothing more.</summary>
    public static Availability Of(Activity activity) => activity switch
    {
        Activity.Available or Activity.Ringing => Availability.Available,
        Activity.Idle => Availability.Idle,
        Activity.Busy or Activity.OnThePhone or Activity.InMeeting => Availability.Busy,
        Activity.Presenting or Activity.DoNotDisturb => Availability.DoNotDisturb,
        Activity.BeRightBack => Availability.BeRightBack,
        Activity.Away or Activity.Lunch or Activity.OutOfOffice => Availability.Away,
        Activity.Offline => Availability.Offline,
        _ => Availability.Unknown,
    };
}

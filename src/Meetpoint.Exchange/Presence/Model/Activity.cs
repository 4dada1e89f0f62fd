using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Presence;

/// <summary>What somebody does, in the words that every dialect is read into and written from.</summary>
[JsonConverter(typeof(KebabEnumConverter<Activity>))]
public enum Activity
{
    /// <summary>Nothing is known.</summary>
    Unknown,

    /// <summary>There, and free.</summary>
    Available,

    /// <summary>There a while ago: the device has not been touched.</summary>
    Idle,

    /// <summary>A phone rings: not yet busy.</summary>
    Ringing,

    /// <summary>Busy, and nothing more is said.</summary>
    Busy,

    /// <summary>In a call.</summary>
    OnThePhone,

    /// <summary>In a meeting or a conference.</summary>
    InMeeting,

    /// <summary>Shows the screen to others.</summary>
    Presenting,

    /// <summary>Wants no interruption: a policy, and not only a colour.</summary>
    DoNotDisturb,

    /// <summary>Back in a moment.</summary>
    BeRightBack,

    /// <summary>Away.</summary>
    Away,

    /// <summary>At lunch.</summary>
    Lunch,

    /// <summary>Out of the office: on leave, ill, travelling.</summary>
    OutOfOffice,

    /// <summary>Not to be reached, or wants to seem so.</summary>
    Offline,
}

using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>States as a number of availability and a token of activity (MS-PRES 2.2.2.7.1): the number says how it looks, the token what it is.</summary>
static class MicrosoftState
{
    /// <summary>Lowest numbers of the ranges, the least available first; what is below the last says nothing.</summary>
    static readonly (uint From, Availability Availability)[] Ranges =
    [
        (18000, Availability.Offline), (15000, Availability.Away), (12000, Availability.BeRightBack), (9000, Availability.DoNotDisturb),
        (7500, Availability.BusyIdle), (6000, Availability.Busy), (4500, Availability.Idle), (3000, Availability.Available),
    ];

    // The first token of an activity is the one that is written; clients know those of the first four, and show the rest by the number.
    static readonly (Activity Activity, string[] Tokens)[] Known =
    [
        (Activity.OnThePhone, ["on-the-phone", "in-a-call"]),
        (Activity.InMeeting, ["in-a-meeting", "in-a-conference"]),
        (Activity.Presenting, ["in-presentation", "presenting"]),
        (Activity.OutOfOffice, ["out-of-office"]),
        (Activity.Lunch, ["out-to-lunch"]),
        (Activity.Ringing, ["ringing"]),
    ];

    /// <summary>The availability of a number; unknown below 3000, which some read as available and others as nothing.</summary>
    public static Availability AvailabilityOf(uint number)
    {
        foreach (var (from, availability) in Ranges)
        {
            if (number >= from)
                return availability;
        }

        return Availability.Unknown;
    }

    /// <summary>
    /// The number of a state; null for one of which nothing is known. That of do not disturb comes of nothing else: it is a policy, and not a colour.
    /// </summary>
    public static uint? Number(in PresenceState state) => (state.Availability == Availability.Unknown
        ? Availabilities.Of(state.Activity) : state.Availability) switch
    {
        Availability.Available => 3500,
        Availability.Idle => 5000,
        Availability.Busy => 6500,
        Availability.BusyIdle => 7500,
        Availability.DoNotDisturb => state.Activity == Activity.DoNotDisturb ? 9500u : 9000u,
        Availability.BeRightBack => 12500,
        Availability.Away => 15500,
        Availability.Offline => 18500,
        _ => (uint?)null,
    };

    /// <summary>The token of a state; null where the number says it all.</summary>
    public static string? Token(in PresenceState state)
    {
        foreach (var (activity, tokens) in Known)
        {
            if (activity == state.Activity)
                return tokens[0];
        }

        return Number(state) is { } number && Plain(AvailabilityOf(number)) == state.Activity ? null : KebabEnum<Activity>.Word(state.Activity);
    }

    /// <summary>The state of a number and a token.</summary>
    public static PresenceState Of(uint number, string? token)
    {
        var availability = AvailabilityOf(number);
        var activity = token is null ? null : ActivityOf(token);
        return new PresenceState(activity ?? Plain(availability)) { Availability = availability };
    }

    /// <summary>What people read in place of a token that clients do not know; null for one that they do.</summary>
    public static string? CustomText(in PresenceState state) => state.Activity switch
    {
        Activity.Ringing => "Ringing",
        Activity.Lunch => "Out to lunch",
        Activity.Presenting => "Presenting",
        _ => null,
    };

    /// <summary>The activity of a token; null for one that is not known. Case counts for clients, but not here.</summary>
    public static Activity? ActivityOf(string token)
    {
        token = token.Trim().ToLowerInvariant();
        foreach (var (activity, tokens) in Known)
        {
            if (tokens.Contains(token, StringComparer.Ordinal))
                return activity;
        }

        // Who lets through what is urgent alone is busy: it is not the policy that do not disturb is.
        return token == "urgent-interruptions-only" ? Activity.Busy : KebabEnum<Activity>.TryParse(token, out var own) ? own : null;
    }

    static Activity Plain(Availability availability) => availability switch
    {
        Availability.Available => Activity.Available,
        Availability.Idle => Activity.Idle,
        Availability.Busy or Availability.BusyIdle => Activity.Busy,
        Availability.DoNotDisturb => Activity.DoNotDisturb,
        Availability.BeRightBack => Activity.BeRightBack,
        Availability.Away => Activity.Away,
        Availability.Offline => Activity.Offline,
        _ => Activity.Unknown,
    };
}

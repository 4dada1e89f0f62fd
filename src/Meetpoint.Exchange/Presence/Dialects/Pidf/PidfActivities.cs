using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Reads RPID activities as all releases write them: by element (RFC 4480), by text within an element (drafts), in the Cisco style, in ours.</summary>
static class PidfActivities
{
    // Of several the first here counts: what says more stands before what says less, and what says busy before what says free.
    static readonly (Activity Activity, string[] Words)[] Known =
    [
        (Activity.DoNotDisturb, ["dnd", "do-not-disturb"]),
        (Activity.Presenting, ["presentation", "presenting", "in-presentation"]),
        (Activity.OnThePhone, ["on-the-phone", "in-a-call"]),
        (Activity.InMeeting, ["meeting", "appointment", "in-a-meeting", "in-a-conference"]),
        (Activity.OutOfOffice, ["vacation", "holiday", "travel", "permanent-absence", "out-of-office"]),
        (Activity.BeRightBack, ["be-right-back"]),
        (Activity.Lunch, ["lunch", "meal", "breakfast", "dinner"]),
        (Activity.Ringing, ["alerting", "ringing"]),
        (Activity.Busy, ["busy"]),
        (Activity.Away, ["away", "in-transit", "steering", "sleeping", "playing", "tv", "performance", "spectator", "shopping", "worship"]),
        (Activity.Offline, ["unavailable", "offline"]),
        (Activity.Idle, ["idle"]),
        (Activity.Available, ["available"]),
        (Activity.Unknown, ["unknown"]),
    ];

    static readonly Dictionary<string, int> Places = Known.SelectMany((entry, place) => entry.Words.Select(word => (word, place)))
        .ToDictionary(pair => pair.word, pair => pair.place, StringComparer.Ordinal);

    /// <summary>What is said within a person, a device, or a tuple with its status; null when nothing that is known.</summary>
    public static Activity? Read(Markup holder)
    {
        var best = int.MaxValue;
        foreach (var activities in Lists(holder))
        {
            foreach (var activity in activities.Children)
            {
                if (!PidfNames.HasActivities(activity.Namespace))
                    continue;
                var word = activity.Name == "activity" ? activity.Text : activity.Name;
                if (Places.TryGetValue(word, out var place) && place < best)
                    best = place;
            }
        }

        return best == int.MaxValue ? null : Known[best].Activity;
    }

    /// <summary>True when the device has not been touched for a while: user-input, wherever releases put it.</summary>
    public static bool IsIdle(Markup holder)
    {
        var input = holder.Child("user-input") ?? holder.Child("status")?.Child("user-input");
        foreach (var activities in Lists(holder))
            input ??= activities.Child("user-input");
        return input?.Text == "idle";
    }

    static IEnumerable<Markup> Lists(Markup holder)
    {
        foreach (var child in holder.Children)
        {
            if (child.Name == "activities")
                yield return child;
            else if (child.Name == "status" && child.Child("activities") is { } within)
                yield return within;
        }
    }
}

using NodaTime;

namespace Meetpoint.Exchange.Presence;

/// <summary>What is said of somebody at one time: the part of a state that every dialect knows. A value.</summary>
public readonly record struct PresenceState
{
    /// <summary>UTF-16 units of a note, at most; a longer one is cut between characters.</summary>
    public const int MaxNoteLength = 512;

    /// <summary>A state of that activity, with the availability that goes with it.</summary>
    /// <param name="activity">What somebody does.</param>
    /// <param name="since">From when on; null where it is not said.</param>
    /// <param name="note">In the person's own words; null without.</param>
    public PresenceState(Activity activity, Instant? since = null, string? note = null)
    {
        Activity = activity;
        Availability = Availabilities.Of(activity);
        Since = since;
        Note = note;
    }

    /// <summary>Nothing is known.</summary>
    public static PresenceState Unknown => new(Activity.Unknown);

    /// <summary>What somebody does.</summary>
    public Activity Activity { get; init; }

    /// <summary>How well somebody can be reached.</summary>
    public Availability Availability { get; init; }

    /// <summary>In the person's own words; null without.</summary>
    public string? Note { get; init; }

    /// <summary>From when on; null where it is not said.</summary>
    public Instant? Since { get; init; }

    /// <summary>True when people would see no difference: the times aside.</summary>
    public bool LooksLike(in PresenceState other) =>
        Activity == other.Activity && Availability == other.Availability && string.Equals(Note, other.Note, StringComparison.Ordinal);
}

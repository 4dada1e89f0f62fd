using NodaTime;
using NodaTime.TimeZones;

namespace Meetpoint.Calendar;

/// <summary>A zone by the rules of a VTIMEZONE, its transitions worked out ahead. Immutable, thread safe.</summary>
sealed class RuleTimeZone : DateTimeZone
{
    readonly Transition[] transitions;
    readonly Offset before;

    RuleTimeZone(string id, Transition[] transitions, Offset before, Offset min, Offset max)
        : base(id, false, min, max)
    {
        this.transitions = transitions;
        this.before = before;
    }

    /// <summary>A change of offset.</summary>
    /// <param name="At">When.</param>
    /// <param name="To">The offset from then on.</param>
    /// <param name="Daylight">Named DAYLIGHT.</param>
    /// <param name="Name">TZNAME.</param>
    public readonly record struct Transition(Instant At, Offset To, bool Daylight, string Name);

    /// <summary>A zone of transitions in any order; before the first, <paramref name="before"/> holds.</summary>
    public static RuleTimeZone Create(string id, IEnumerable<Transition> transitions, Offset before)
    {
        // Two observances that begin at one instant: the later one named stands.
        var ordered = transitions.GroupBy(transition => transition.At).Select(same => same.Last()).OrderBy(transition => transition.At).ToArray();
        var min = before;
        var max = before;
        foreach (var transition in ordered)
        {
            min = Offset.Min(min, transition.To);
            max = Offset.Max(max, transition.To);
        }

        return new RuleTimeZone(id, ordered, before, min, max);
    }

    /// <inheritdoc/>
    public override ZoneInterval GetZoneInterval(Instant instant)
    {
        var low = 0;
        var high = transitions.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (transitions[middle].At <= instant)
                low = middle + 1;
            else
                high = middle;
        }

        Instant? end = low < transitions.Length ? transitions[low].At : null;
        if (low == 0)
            return new ZoneInterval(Id, null, end, before, Offset.Zero);
        var current = transitions[low - 1];
        var savings = current.Daylight ? Offset.FromHours(1) : Offset.Zero;
        return new ZoneInterval(current.Name, current.At, end, current.To, savings);
    }
}

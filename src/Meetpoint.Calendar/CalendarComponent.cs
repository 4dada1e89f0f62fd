namespace Meetpoint.Calendar;

/// <summary>A component of a calendar (VCALENDAR, VEVENT, ...): its properties in order, and the components inside it. Immutable.</summary>
/// <remarks>
/// RFC 5545 section 3.6. Properties are written before inner components, as its grammar has it; that is the only order that
/// is not kept.
/// </remarks>
/// <param name="Name">In upper case.</param>
/// <param name="Lines">The properties.</param>
/// <param name="Components">The components inside.</param>
public sealed record CalendarComponent(string Name, IReadOnlyList<ContentLine> Lines, IReadOnlyList<CalendarComponent> Components)
{
    /// <summary>A component with properties alone.</summary>
    public CalendarComponent(string name, IReadOnlyList<ContentLine> lines)
        : this(name, lines, [])
    {
    }

    /// <summary>The first property of that name, in upper case; null when there is none.</summary>
    public ContentLine? Find(string name)
    {
        foreach (var line in Lines)
        {
            if (line.Name == name)
                return line;
        }

        return null;
    }

    /// <summary>All properties of that name, in upper case, in order.</summary>
    public IEnumerable<ContentLine> All(string name) => Lines.Where(line => line.Name == name);

    /// <summary>The inner components of that name, in upper case, in order.</summary>
    public IEnumerable<CalendarComponent> Inner(string name) => Components.Where(component => component.Name == name);
}

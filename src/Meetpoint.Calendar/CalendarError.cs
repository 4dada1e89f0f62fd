namespace Meetpoint.Calendar;

/// <summary>Why received calendar data was refused. The library's whole catalogue.</summary>
public enum CalendarErrorReason
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>More octets than <see cref="CalendarLimits.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>More content lines than <see cref="CalendarLimits.MaxLines"/>.</summary>
    TooManyLines,

    /// <summary>A line that is longer, unfolded, than <see cref="CalendarLimits.MaxLineBytes"/>.</summary>
    LineTooLong,

    /// <summary>More parameter values on a line than <see cref="CalendarLimits.MaxParameterValues"/>.</summary>
    TooManyParameters,

    /// <summary>Components nested deeper than <see cref="CalendarLimits.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>More values in a list than <see cref="CalendarLimits.MaxListValues"/>.</summary>
    TooManyValues,

    /// <summary>Not a content line: no name, no colon, or a quote that is not closed.</summary>
    BadContentLine,

    /// <summary>An END that does not close the component which is open.</summary>
    UnexpectedEnd,

    /// <summary>The data ended inside a component.</summary>
    Unclosed,

    /// <summary>No VCALENDAR in it.</summary>
    NoCalendar,

    /// <summary>A property that the component needs is not there.</summary>
    MissingProperty,

    /// <summary>A property's value is not of its type.</summary>
    BadValue,

    /// <summary>A TZID that neither TZDB nor a VTIMEZONE of the data explains.</summary>
    UnknownTimeZone,

    /// <summary>A recurrence rule of a kind that is not served: hourly and finer.</summary>
    UnsupportedRecurrence,

    /// <summary>An iTIP method that is not served, or none.</summary>
    UnsupportedMethod,

    /// <summary>Against the table of RFC 5546 for its method: two UIDs, a reply by nobody or by two.</summary>
    BadMethodContent,
}

/// <summary>What was wrong and where. The default value says that nothing was.</summary>
/// <param name="Reason">The stable reason.</param>
/// <param name="Line">The content line, counted from 1 after unfolding; 0 when it is not about one line.</param>
/// <param name="Detail">For a person. Holds at most a property's name and a short piece of its value.</param>
public readonly record struct CalendarError(CalendarErrorReason Reason, int Line, string Detail)
{
    const int MaxQuotedCharacters = 40;

    internal static CalendarError Of(CalendarErrorReason reason, string detail, int line = 0) => new(reason, line, detail);

    internal static CalendarError BadValue(string property, string value) =>
        new(CalendarErrorReason.BadValue, 0, $"{property}: {Quote(value)}");

    internal static string Quote(string text) =>
        text.Length <= MaxQuotedCharacters ? text : string.Concat(text.AsSpan(0, MaxQuotedCharacters), "...");

    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"line {Line}: {Reason}: {Detail}" : $"{Reason}: {Detail}";
}

namespace Meetpoint.Calendar;

/// <summary>How much of a stranger's calendar data is read before it is refused. Immutable.</summary>
public sealed record CalendarLimits
{
    /// <summary>The limits that hold where none are named.</summary>
    public static CalendarLimits Default { get; } = new();

    /// <summary>Octets in all. 1 MiB holds an invitation to some thousands.</summary>
    public int MaxBytes { get; init; } = 1 << 20;

    /// <summary>Content lines after unfolding.</summary>
    public int MaxLines { get; init; } = 20_000;

    /// <summary>Octets of one line after unfolding: room for a description, none for an attached file.</summary>
    public int MaxLineBytes { get; init; } = 256 * 1024;

    /// <summary>Values of all parameters of one line.</summary>
    public int MaxParameterValues { get; init; } = 64;

    /// <summary>Components inside each other. RFC 5545 needs three.</summary>
    public int MaxDepth { get; init; } = 8;

    /// <summary>Dates of all RDATE or EXDATE of one event; also each list of a recurrence rule.</summary>
    public int MaxListValues { get; init; } = 2_000;
}

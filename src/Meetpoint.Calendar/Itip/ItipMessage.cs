using System.Diagnostics.CodeAnalysis;
using NodaTime;

namespace Meetpoint.Calendar;

/// <summary>The methods of RFC 5546 that are served.</summary>
public enum ItipMethod
{
    /// <summary>The organiser invites, or changes what was agreed.</summary>
    Request,

    /// <summary>The organiser calls off.</summary>
    Cancel,

    /// <summary>An attendee answers.</summary>
    Reply,

    /// <summary>An attendee proposes something else.</summary>
    Counter,

    /// <summary>The organiser declines what was proposed.</summary>
    DeclineCounter,
}

/// <summary>A calendar with a method: what organisers and attendees send each other (RFC 5546). Immutable.</summary>
/// <param name="Method">METHOD.</param>
/// <param name="Events">One or more of one UID: a series and its changed occurrences.</param>
/// <param name="Zones">The zones that the events name.</param>
public sealed record ItipMessage(ItipMethod Method, IReadOnlyList<CalendarEvent> Events, CalendarTimeZones Zones)
{
    /// <summary>A message about events whose zones are TZDB's.</summary>
    public ItipMessage(ItipMethod method, params CalendarEvent[] events)
        : this(method, events, CalendarTimeZones.Tzdb)
    {
    }

    /// <summary>PRODID of what is written here.</summary>
    public const string ProductId = "-//Meetpoint//Meetpoint.Calendar//EN";

    /// <summary>METHOD as written, and as the content type's parameter repeats it (RFC 6047 section 2.4).</summary>
    public string MethodName => Method.ToString().ToUpperInvariant();

    /// <summary>The VCALENDAR as octets of UTF-8, with a VTIMEZONE for every zone that is named.</summary>
    /// <exception cref="ArgumentException">No event, two UIDs, or a zone that is not known.</exception>
    public byte[] Write()
    {
        if (Events.Count == 0 || Events.Any(each => each.Uid != Events[0].Uid))
            throw new ArgumentException("A message is about one UID.");
        return Write(Events, Zones, [new("METHOD", MethodName)]);
    }

    /// <summary>A calendar without a method (RFC 5545 section 3.4): a file that somebody puts into his own calendar, and answers to nobody. One UID, of zones of TZDB.</summary>
    /// <exception cref="ArgumentException">No event, two UIDs, or a zone that is not known.</exception>
    public static byte[] WriteFile(IReadOnlyList<CalendarEvent> events) => events.Count > 0 && events.All(each => each.Uid == events[0].Uid)
        ? Write(events, CalendarTimeZones.Tzdb, [])
        : throw new ArgumentException("A file is about one UID.", nameof(events));

    static byte[] Write(IReadOnlyList<CalendarEvent> events, CalendarTimeZones zones, ContentLine[] more)
    {
        ContentLine[] head = [new("PRODID", ProductId), new("VERSION", "2.0"), new("CALSCALE", "GREGORIAN"), .. more];
        return CalendarWriter.Write(new CalendarComponent("VCALENDAR", head, [.. ZonesInUse.Write(events, zones), .. events.Select(EventWriter.Write)]));
    }

    /// <summary>Reads a message from anyone and checks what RFC 5546 section 3.2 asks of its method.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> octets, [NotNullWhen(true)] out ItipMessage? message, out CalendarError error, CalendarLimits? limits = null)
    {
        message = null;
        if (!CalendarParser.TryParse(octets, out var calendar, out error, limits) || !CalendarTimeZones.TryRead(calendar, out var zones, out error))
            return false;
        var name = calendar.Find("METHOD")?.Value.Trim() ?? "";
        if (!TryMethod(name, out var method))
        {
            error = CalendarError.Of(CalendarErrorReason.UnsupportedMethod, CalendarError.Quote(name));
            return false;
        }

        var events = new List<CalendarEvent>();
        foreach (var component in calendar.Inner("VEVENT"))
        {
            if (!EventReader.TryRead(component, zones, out var value, out error, limits))
                return false;
            events.Add(value);
        }

        if (ItipRules.Fault(method, events) is { } fault)
        {
            error = CalendarError.Of(CalendarErrorReason.BadMethodContent, fault);
            return false;
        }

        message = new ItipMessage(method, events, zones);
        return true;
    }

    static bool TryMethod(string name, out ItipMethod method)
    {
        foreach (var each in Enum.GetValues<ItipMethod>())
        {
            method = each;
            if (name.Equals(each.ToString(), StringComparison.OrdinalIgnoreCase))
                return true;
        }

        method = default;
        return false;
    }
}

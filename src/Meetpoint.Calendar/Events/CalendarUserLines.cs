namespace Meetpoint.Calendar;

/// <summary>ORGANIZER and ATTENDEE as properties. Values that are not known are read as RFC 5545 section 3.2 says for each.</summary>
static class CalendarUserLines
{
    public static ContentLine ToLine(Organizer organizer)
    {
        var parameters = new List<LineParameter>();
        Add(parameters, "CN", organizer.CommonName);
        Add(parameters, "SENT-BY", organizer.SentBy);
        return new ContentLine("ORGANIZER", organizer.Address, parameters);
    }

    public static ContentLine ToLine(Attendee attendee)
    {
        var parameters = new List<LineParameter>();
        Add(parameters, "CUTYPE", attendee.Kind switch
        {
            AttendeeKind.Individual => null,
            AttendeeKind.Group => "GROUP",
            AttendeeKind.Resource => "RESOURCE",
            AttendeeKind.Room => "ROOM",
            _ => "UNKNOWN",
        });
        Add(parameters, "ROLE", attendee.Role switch
        {
            AttendeeRole.Chair => "CHAIR",
            AttendeeRole.Optional => "OPT-PARTICIPANT",
            AttendeeRole.NonParticipant => "NON-PARTICIPANT",
            _ => null,
        });
        Add(parameters, "PARTSTAT", attendee.Status switch
        {
            ParticipationStatus.Accepted => "ACCEPTED",
            ParticipationStatus.Declined => "DECLINED",
            ParticipationStatus.Tentative => "TENTATIVE",
            ParticipationStatus.Delegated => "DELEGATED",
            _ => "NEEDS-ACTION",
        });
        Add(parameters, "RSVP", attendee.Rsvp ? "TRUE" : null);
        Add(parameters, "CN", attendee.CommonName);
        Add(parameters, "SENT-BY", attendee.SentBy);
        return new ContentLine("ATTENDEE", attendee.Address, parameters);
    }

    public static Organizer ReadOrganizer(ContentLine line) => new(line.Value.Trim())
    {
        CommonName = line.Parameter("CN"),
        SentBy = line.Parameter("SENT-BY"),
    };

    public static Attendee ReadAttendee(ContentLine line) => new(line.Value.Trim())
    {
        CommonName = line.Parameter("CN"),
        SentBy = line.Parameter("SENT-BY"),
        Kind = line.Parameter("CUTYPE")?.ToUpperInvariant() switch
        {
            null or "INDIVIDUAL" => AttendeeKind.Individual,
            "GROUP" => AttendeeKind.Group,
            "RESOURCE" => AttendeeKind.Resource,
            "ROOM" => AttendeeKind.Room,
            _ => AttendeeKind.Unknown,
        },
        Role = line.Parameter("ROLE")?.ToUpperInvariant() switch
        {
            "CHAIR" => AttendeeRole.Chair,
            "OPT-PARTICIPANT" => AttendeeRole.Optional,
            "NON-PARTICIPANT" => AttendeeRole.NonParticipant,
            _ => AttendeeRole.Required,
        },
        Status = line.Parameter("PARTSTAT")?.ToUpperInvariant() switch
        {
            "ACCEPTED" => ParticipationStatus.Accepted,
            "DECLINED" => ParticipationStatus.Declined,
            "TENTATIVE" => ParticipationStatus.Tentative,
            "DELEGATED" => ParticipationStatus.Delegated,
            _ => ParticipationStatus.NeedsAction,
        },
        Rsvp = "TRUE".Equals(line.Parameter("RSVP"), StringComparison.OrdinalIgnoreCase),
    };

    static void Add(List<LineParameter> parameters, string name, string? value)
    {
        if (value is not null)
            parameters.Add(new LineParameter(name, value));
    }
}

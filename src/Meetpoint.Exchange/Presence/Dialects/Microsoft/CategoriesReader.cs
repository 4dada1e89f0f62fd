using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Reads categories: a device for each instance of a state, named by its type and instance, with the note where people look for it.</summary>
static class CategoriesReader
{
    /// <summary>What they say.</summary>
    public static PresenceReport Read(Markup categories)
    {
        var builder = new ReportBuilder(categories.Attribute("uri"));
        var note = Note(categories);
        foreach (var category in categories.All("category"))
        {
            if (category.Attribute("name") == "state" && State(category) is { } state)
                builder.Add(state);
        }

        var report = builder.Build();
        if (note is null || report.States.Count == 0)
            return report;
        // Her own words belong to what she chose, else to what the server made of all.
        var states = report.States.ToList();
        var holder = Math.Max(0, states.FindIndex(state => state.Kind is SourceKind.Manual or SourceKind.Aggregate));
        states[holder] = states[holder] with { State = states[holder].State with { Note = note } };
        return report with { States = states };
    }

    static ReportedState? State(Markup category)
    {
        if (category.Child("state") is not { } state || Value(state) is not { } value)
            return null;
        var type = state.SchemaType() ?? "aggregateState";
        // Of machines the server reports each, and the aggregate of them as well: this one adds nothing.
        if (type is "aggregateMachineState")
            return null;
        var instance = category.Attribute("instance") ?? "0";
        var name = type == "aggregateState" ? type : $"{type}-{(type == "machineState" ? state.Attribute("endpointId") ?? instance : instance)}";
        return new ReportedState
        {
            Device = WireText.Device(name)!,
            Kind = type switch
            {
                "userState" => SourceKind.Manual,
                "machineState" => SourceKind.Client,
                "phoneState" => SourceKind.Phone,
                "calendarState" => SourceKind.Calendar,
                "conferenceState" => SourceKind.Conference,
                _ => SourceKind.Aggregate,
            },
            State = value with
            {
                Since = WireText.Time(state.Attribute("startTime")) ?? WireText.Time(category.Attribute("publishTime")),
            },
        };
    }

    /// <summary>The state by its number; of a calendar, that says "out of office" by an activity with a bound alone, by its token.</summary>
    static PresenceState? Value(Markup state)
    {
        var activity = state.Child("activity");
        var token = activity?.Attribute("token");
        if (WireText.Number(state.Child("availability")?.Text) is { } number)
            return MicrosoftState.Of(number, token);
        if (token is not null && MicrosoftState.ActivityOf(token) is { } told)
            return new PresenceState(told);
        return WireText.Number(activity?.Attribute("minAvailability")) is { } bound ? MicrosoftState.Of(bound, null) : null;
    }

    /// <summary>The note of the person; else that of the calendar's absence.</summary>
    static string? Note(Markup categories)
    {
        string? absence = null;
        foreach (var category in categories.All("category"))
        {
            if (category.Attribute("name") != "note" || category.Child("note") is not { } note)
                continue;
            foreach (var body in note.All("body"))
            {
                if (WireText.Note(body.Text) is not { } text)
                    continue;
                if (body.Attribute("type") != "OOF")
                    return text;
                absence ??= text;
            }
        }

        return absence;
    }
}

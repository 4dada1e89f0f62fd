using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What a document says of the person (RFC 4479), and what becomes of it beside her tuples.</summary>
/// <param name="Id">The element's id; null without.</param>
/// <param name="State">What she does; null where the document does not say.</param>
/// <param name="Note">In her own words; null without.</param>
readonly record struct PidfPerson(string? Id, PresenceState? State, string? Note)
{
    /// <summary>The name of what is said of a person and of no device.</summary>
    public const string Device = "person";

    /// <summary>Reads the person and the note of the document.</summary>
    public static PidfPerson Read(Markup root)
    {
        // Some releases put the person's namespace wrong; there is but one person.
        var person = root.Child("person");
        var note = WireText.Note(person?.Child("note")?.Text) ?? WireText.Note(root.Child("note")?.Text);
        if (person is null)
            return new(null, null, note);
        var activity = PidfActivities.Read(person);
        var isIdle = PidfActivities.IsIdle(person);
        if (activity is null && !isIdle)
            return new(person.Attribute("id"), null, note);
        var state = PidfState.Told(PidfState.Of(activity, PidfState.IsOpen(person) ?? true, isIdle), person);
        return new(person.Attribute("id"), state with { Since = WireText.Time(person.Child("timestamp")?.Text) }, note);
    }

    /// <summary>What a tuple that says nothing itself takes over; null for nothing.</summary>
    /// <remarks>One that is closed can be reached no better because the person is free, and a line on the hook is not busy because the person is away.</remarks>
    public PresenceState? For(bool? isOpen, SourceKind? kind)
    {
        if (State is not { } state || state.Activity == Activity.Unknown)
            return null;
        if (isOpen == false && state.Activity is Activity.Available or Activity.Idle)
            return null;
        var isOfAPhone = state.Activity is Activity.OnThePhone or Activity.Ringing or Activity.Busy or Activity.DoNotDisturb;
        return kind == SourceKind.Phone && !isOfAPhone ? null : state;
    }

    /// <summary>The report, with a person that says what no tuple says as a source of its own; else with a note that no tuple has at the first.</summary>
    public PresenceReport AddTo(PresenceReport report)
    {
        var states = report.States;
        if (State is { } said && Adds(said, states) && states.Count < PresenceReport.MaxDevices)
        {
            var device = WireText.Device(Id) is { } id && states.All(state => state.Device != id) ? id : Device;
            if (states.All(state => state.Device != device))
            {
                var person = new ReportedState { Device = device, State = said with { Note = Note }, Kind = SourceKind.Aggregate };
                return report with { States = [.. states, person] };
            }
        }

        if (Note is null || states.Count == 0 || states.Any(state => state.State.Note is not null))
            return report;
        return report with { States = [states[0] with { State = states[0].State with { Note = Note } }, .. states.Skip(1)] };
    }

    // "Busy" of the person is what a device says more exactly, and being free is no news beside any device.
    static bool Adds(in PresenceState said, IReadOnlyList<ReportedState> states)
    {
        var activity = said.Activity;
        return activity switch
        {
            Activity.Unknown => false,
            _ when states.Count == 0 => true,
            Activity.Available or Activity.Idle => false,
            Activity.Busy => states.All(state => Availabilities.Of(state.State.Activity) != Availability.Busy),
            _ => states.All(state => state.State.Activity != activity),
        };
    }
}

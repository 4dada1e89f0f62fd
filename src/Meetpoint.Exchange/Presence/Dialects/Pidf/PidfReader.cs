using System.Diagnostics.CodeAnalysis;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Reads PIDF: a device for each tuple, with what is said of the person where a tuple says nothing itself.</summary>
/// <param name="isCisco">True to know the tuples of the Cisco style by their names.</param>
/// <param name="readsSource">True to believe where a state comes from: only from another exchange.</param>
sealed class PidfReader(bool isCisco, bool readsSource)
{
    /// <summary>What the tuple of a line begins with, in the Cisco style.</summary>
    public const string CiscoLine = "cmp-";

    /// <summary>Reads a document.</summary>
    public bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        if (!root.Is(PidfNames.Pidf, "presence"))
        {
            fault = "not a presence document";
            return false;
        }

        report = Report(root);
        return true;
    }

    /// <summary>What a root with tuples, person and devices says.</summary>
    public PresenceReport Report(Markup root)
    {
        var builder = new ReportBuilder(root.Attribute("entity"));
        var person = PidfPerson.Read(root);
        foreach (var tuple in root.All("tuple"))
        {
            if (Tuple(tuple, root, person) is { } state)
                builder.Add(state);
        }

        var report = builder.Build();
        return readsSource && report.States.Any(state => state.Source is not null) ? report : person.AddTo(report);
    }

    ReportedState? Tuple(Markup tuple, Markup root, PidfPerson person)
    {
        if (WireText.Device(TupleNames.Read(tuple.Attribute("id"))) is not { } name)
            return null;
        var kind = Kind(tuple);
        var isLine = isCisco && kind is null or SourceKind.Phone && name.StartsWith(CiscoLine, StringComparison.Ordinal) && name.Length > CiscoLine.Length;
        if (isLine)
        {
            name = name[CiscoLine.Length..];
            kind ??= SourceKind.Phone;
        }
        else if (isCisco)
        {
            kind ??= CiscoKind(name);
        }

        var isOpen = PidfState.IsOpen(tuple);
        var activity = PidfActivities.Read(tuple) ?? PidfActivities.Read(DeviceOf(tuple, root) ?? tuple);
        // Off hook is, depending on the release: an activity, "busy", or no more than a closed tuple.
        if (isLine && isOpen == false && activity is null or Activity.Busy)
            activity = Activity.OnThePhone;
        var state = PidfState.Told(PidfState.Of(activity, isOpen, PidfActivities.IsIdle(tuple)), tuple);
        if (activity is null && person.For(isOpen, kind) is { } said)
        {
            state = said with { Note = person.Note };
            kind ??= SourceKind.Aggregate;
        }

        state = state with
        {
            Note = WireText.Note(readsSource ? tuple.Child("note")?.Exact : tuple.Child("note")?.Text) ?? state.Note,
            Since = WireText.Time(tuple.Child("timestamp")?.Text) ?? state.Since,
        };
        var reported = new ReportedState { Device = name, State = state, Kind = kind ?? SourceKind.Client, Capabilities = PidfCapabilities.Read(tuple) };
        return readsSource ? PidfSource.Read(tuple, reported) : reported;
    }

    static Markup? DeviceOf(Markup tuple, Markup root)
    {
        var id = tuple.Child("deviceID")?.Text;
        return id is null ? null : root.All("device").FirstOrDefault(device => device.Child("deviceID")?.Text == id);
    }

    static SourceKind? Kind(Markup tuple) =>
        tuple.Child("class")?.Text is { } word && KebabEnum<SourceKind>.TryParse(word, out var kind) ? kind : null;

    static SourceKind? CiscoKind(string name) => name switch
    {
        "cisco-upc" or "cisco-pws" => SourceKind.Client,
        "pws-override" => SourceKind.Manual,
        _ when name.All(c => char.IsAsciiDigit(c) || c == '+') => SourceKind.Phone,
        _ => null,
    };
}

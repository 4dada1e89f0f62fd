using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>
/// The older presence document of the Microsoft style (MS-SIP 2.2.1): a number for who can be reached and one for what is done. Activities that share a
/// number are told apart by the description, which clients do not show.
/// </summary>
sealed class MsrtcPidfDialect : IPresenceDialect
{
    const uint Near = 300;
    const uint NotKnown = 100;
    const uint NotReached = 0;

    MsrtcPidfDialect()
    {
    }

    /// <summary>The one there is.</summary>
    public static MsrtcPidfDialect Instance { get; } = new();

    /// <inheritdoc/>
    public string MediaType => MicrosoftNames.PidfType;

    /// <inheritdoc/>
    public bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        // As a publication it says presenceDoc, as a notification presentity, with or without a namespace.
        if (root.Name is not ("presentity" or "presenceDoc"))
        {
            fault = "not a presentity";
            return false;
        }

        var builder = new ReportBuilder(root.Attribute("uri"));
        foreach (var device in root.Child("devices")?.All("devicePresence") ?? [])
        {
            if (WireText.Device(device.Attribute("epid")) is { } epid && State(device) is { } state)
                builder.Add(new ReportedState { Device = epid, State = state });
        }

        // The aggregate is of the most available device, so that with devices it adds nothing.
        if (builder.States.Count == 0 && State(root) is { } aggregate)
            builder.Add(new ReportedState { Device = "aggregate", State = aggregate, Kind = SourceKind.Aggregate });
        report = builder.Build();
        return true;
    }

    /// <inheritdoc/>
    public byte[] Write(PresenceShown shown)
    {
        var state = shown.User;
        var xml = new XmlDocumentWriter("", "presentity", "").Attribute("uri", shown.Entity);
        xml.Start("availability", "").Attribute("aggregate", Text(Availability(state))).Attribute("description", "").End();
        xml.Start("activity", "").Attribute("aggregate", Text(Number(state.Activity)))
            .Attribute("description", Plain(Availability(state), Number(state.Activity)) == state.Activity ? "" : KebabEnum<Activity>.Word(state.Activity))
            .Attribute("note", state.Note).End();
        xml.Start("displayName", "").Attribute("displayName", shown.DisplayName ?? "").End();
        return xml.Finish();
    }

    /// <summary>The number of an activity.</summary>
    public static uint Number(Activity activity) => activity switch
    {
        Activity.Available or Activity.Ringing => 400,
        Activity.Idle => 200,
        Activity.OnThePhone => 500,
        Activity.Busy or Activity.InMeeting or Activity.Presenting or Activity.DoNotDisturb => 600,
        Activity.BeRightBack => 300,
        Activity.Lunch => 150,
        Activity.Away or Activity.OutOfOffice => 100,
        _ => 0,
    };

    static PresenceState? State(Markup holder)
    {
        if (WireText.Number(holder.Child("activity")?.Attribute("aggregate")) is not { } number)
            return null;
        var availability = WireText.Number(holder.Child("availability")?.Attribute("aggregate")) ?? NotKnown;
        var activity = Plain(availability, number);
        var word = holder.Child("activity")!.Attribute("description");
        // A description decides between what the number means, and never against it: anybody may have written it.
        if (word is not null && KebabEnum<Activity>.TryParse(word, out var told) && Number(told) == Number(activity) && availability >= NotKnown)
            activity = told;
        return new PresenceState(activity) { Note = WireText.Note(holder.Child("activity")!.Attribute("note")?.Trim()) };
    }

    static uint Availability(in PresenceState state) => state.Activity switch
    {
        Activity.Unknown => NotKnown,
        Activity.Offline => NotReached,
        _ => Near,
    };

    static Activity Plain(uint availability, uint number) => (availability, number) switch
    {
        ( < NotKnown, _) => Activity.Offline,
        (_, < 100) => Activity.Unknown,
        (_, < 150) => Activity.Away,
        (_, < 200) => Activity.Lunch,
        (_, < 300) => Activity.Idle,
        (_, < 400) => Activity.BeRightBack,
        (_, < 500) => Activity.Available,
        (_, < 600) => Activity.OnThePhone,
        (_, < 700) => Activity.Busy,
        (_, < 800) => Activity.Away,
        _ => Activity.Available,
    };

    static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}

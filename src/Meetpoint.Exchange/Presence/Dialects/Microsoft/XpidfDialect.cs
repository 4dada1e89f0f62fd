using System.Diagnostics.CodeAnalysis;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>The oldest presence document (MS-SIP 2.2.2 and appendix B): a status, a sub-status of eight words, and a note.</summary>
sealed class XpidfDialect : IPresenceDialect
{
    XpidfDialect()
    {
    }

    /// <summary>The one there is.</summary>
    public static XpidfDialect Instance { get; } = new();

    /// <inheritdoc/>
    public string MediaType => MicrosoftNames.XpidfType;

    /// <inheritdoc/>
    public bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        if (!BoundedXml.TryReadWithDoctype(body, out var root, out fault))
            return false;
        if (root.Name != "presence")
        {
            fault = "not a presence document";
            return false;
        }

        var builder = new ReportBuilder(root.Child("presentity")?.Attribute("uri")?.Split(';')[0]);
        foreach (var atom in root.All("atom"))
        {
            if (atom.Child("address") is { } address)
            {
                builder.Add(new ReportedState
                {
                    Device = WireText.Device(atom.Attribute("id") ?? atom.Attribute("atomid") ?? address.Attribute("uri")) ?? "atom",
                    Kind = SourceKind.Aggregate,
                    State = new PresenceState(Read(address)) { Note = WireText.Note(address.Child("note")?.Text) },
                });
            }
        }

        report = builder.Build();
        return true;
    }

    /// <inheritdoc/>
    public byte[] Write(PresenceShown shown)
    {
        var state = shown.User;
        var xml = new XmlDocumentWriter("", "presence", "");
        xml.Start("presentity", "").Attribute("uri", shown.Entity + ";method=SUBSCRIBE").End();
        xml.Start("atom", "").Attribute("id", PidfWriter.UserDevice).Start("address", "").Attribute("uri", shown.Entity).Attribute("priority", "0.800000");
        xml.Start("status", "").Attribute("status", Status(state.Activity)).End();
        xml.Start("msnsubstatus", "").Attribute("substatus", SubStatus(state.Activity)).End();
        xml.Element("note", "", state.Note).End().End();
        if (shown.DisplayName is { } name)
            xml.Start("display", "").Attribute("name", name).End();
        return xml.Finish();
    }

    /// <summary>The word of an activity.</summary>
    public static string SubStatus(Activity activity) => activity switch
    {
        Activity.Available or Activity.Ringing => "online",
        Activity.Idle => "idle",
        Activity.Busy or Activity.InMeeting or Activity.Presenting or Activity.DoNotDisturb => "busy",
        Activity.OnThePhone => "onthephone",
        Activity.BeRightBack => "berightback",
        Activity.Lunch => "outtolunch",
        Activity.Away or Activity.OutOfOffice => "away",
        _ => "unknown",
    };

    static string Status(Activity activity) => activity is Activity.Offline ? "closed" : activity is Activity.Unknown ? "inactive" : "open";

    static Activity Read(Markup address)
    {
        var status = address.Child("status")?.Attribute("status");
        if (status == "closed")
            return Activity.Offline;
        return (address.Child("msnsubstatus") ?? address.Child("msnstatus"))?.Attribute("substatus") switch
        {
            "online" => Activity.Available,
            "idle" => Activity.Idle,
            "busy" => Activity.Busy,
            "onthephone" => Activity.OnThePhone,
            "berightback" => Activity.BeRightBack,
            "outtolunch" => Activity.Lunch,
            "away" => Activity.Away,
            null when status is "inuse" => Activity.Busy,
            null when status is "open" => Activity.Available,
            _ => Activity.Unknown,
        };
    }
}

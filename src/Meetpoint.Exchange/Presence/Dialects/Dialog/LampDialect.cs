using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Dialog information (RFC 4235) as a lamp on somebody else's phone: dark, lit or blinking, and nothing else.</summary>
sealed class LampDialect : IPresenceDialect
{
    /// <summary>The name of the one device that a full document tells of.</summary>
    public const string PhoneDevice = "phone";

    const string Ns = DialogInfo.Namespace;

    LampDialect()
    {
    }

    /// <summary>The one there is.</summary>
    public static LampDialect Instance { get; } = new();

    /// <inheritdoc/>
    public string MediaType => DialogInfo.MediaType;

    /// <summary>Reads a document with full state; partial state needs what was before: a <see cref="DialogTable"/>.</summary>
    public bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PresenceReport? report, [NotNullWhen(false)] out string? fault)
    {
        report = null;
        if (!DialogInfo.TryRead(body, out var info, out fault))
            return false;
        if (!info.IsFull)
        {
            fault = "partial state, without the state before";
            return false;
        }

        report = Report(info.Entity, info.Dialogs);
        return true;
    }

    /// <summary>What a phone with these dialogs reports, and no others.</summary>
    public static PresenceReport Report(string? entity, IEnumerable<DialogState> dialogs)
    {
        var state = new PresenceState(DialogInfo.Fold(dialogs));
        return new PresenceReport { Entity = entity, States = [new ReportedState { Device = PhoneDevice, Kind = SourceKind.Phone, State = state, Capabilities = Capabilities.Audio }] };
    }

    /// <inheritdoc/>
    public byte[] Write(PresenceShown shown)
    {
        var xml = new XmlDocumentWriter("", "dialog-info", Ns).Attribute("version", shown.Version.ToString(CultureInfo.InvariantCulture))
            .Attribute("state", "full").Attribute("entity", shown.Entity);
        if (State(shown.User) is { } state)
        {
            xml.Start("dialog", Ns).Attribute("id", "lamp");
            if (state == "early")
                xml.Attribute("direction", "recipient");
            xml.Element("state", Ns, state).End();
        }

        return xml.Finish();
    }

    /// <summary>The state of the one dialog that stands for the lamp; null, for a document without dialogs, where nothing is known.</summary>
    public static string? State(in PresenceState state) => state.Activity switch
    {
        Activity.OnThePhone or Activity.InMeeting or Activity.Busy or Activity.Presenting or Activity.DoNotDisturb => "confirmed",
        Activity.Ringing => "early",
        Activity.Unknown => state.Availability is Availability.Busy or Availability.BusyIdle or Availability.DoNotDisturb ? "confirmed" : null,
        _ => "terminated",
    };
}

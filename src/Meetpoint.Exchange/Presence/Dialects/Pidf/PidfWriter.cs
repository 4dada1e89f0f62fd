using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Writes PIDF: a tuple for each device, and the user state as the person.</summary>
/// <param name="vocabulary">The words of the style.</param>
/// <param name="writesSource">True to say where states come from: only to another exchange.</param>
sealed class PidfWriter(PidfVocabulary vocabulary, bool writesSource)
{
    /// <summary>The tuple of somebody of whom only the user state is shown.</summary>
    public const string UserDevice = "user";

    // Devices beyond these are shown without their notes, and not at all: what we write we also read.
    const int MaxBytesWithNotes = BoundedXml.MaxBytes / 2;
    const int MaxBytes = BoundedXml.MaxBytes - 16 * 1024;

    /// <summary>Writes the whole of what is shown.</summary>
    public byte[] Write(PresenceShown shown)
    {
        var xml = Open("", "presence", PidfNames.Pidf, shown.Entity, null);
        Content(xml, shown);
        return xml.Finish();
    }

    /// <summary>Opens a document with the namespaces of the style.</summary>
    public XmlDocumentWriter Open(string prefix, string root, string ns, string entity, string? version)
    {
        var xml = vocabulary.IsCisco
            ? new XmlDocumentWriter(prefix, root, ns, ("", PidfNames.Pidf), ("e", PidfNames.DraftRpid), ("dm", PidfNames.DataModel), ("ce", PidfNames.CiscoRpid),
                ("sc", PidfNames.DraftCaps), ("mp", PidfNames.Meetpoint))
            : new XmlDocumentWriter(prefix, root, ns, ("", PidfNames.Pidf), ("dm", PidfNames.DataModel), ("rpid", PidfNames.Rpid), ("caps", PidfNames.Caps),
                ("mp", PidfNames.Meetpoint));
        return xml.Attribute("entity", entity).Attribute("version", version);
    }

    /// <summary>Writes tuples, person and name.</summary>
    public void Content(XmlDocumentWriter xml, PresenceShown shown)
    {
        if (vocabulary.IsCisco)
            Person(xml, shown);
        foreach (var (id, device) in Devices(shown))
        {
            var length = xml.Length;
            if (length > MaxBytes)
                break;
            Tuple(xml, shown.Entity, id, device, hasNote: length < MaxBytesWithNotes);
        }

        if (!vocabulary.IsCisco)
            Person(xml, shown);
        if (shown.DisplayName is { } name)
            xml.StartUnprefixed("display-name", PidfNames.Cipid).Text(name).End();
    }

    /// <summary>
    /// What has a tuple, with its id: the devices, or where none are shown the user state as one. Devices of one name are told apart by their origin.
    /// </summary>
    public IReadOnlyList<(string Id, DeviceState Device)> Devices(PresenceShown shown)
    {
        if (shown.Devices.Count == 0 && (shown.User.Activity != Activity.Unknown || shown.User.Availability != Availability.Unknown))
            return [(UserDevice, new DeviceState { Origin = "", Device = UserDevice, Version = 0, State = shown.User, Kind = SourceKind.Aggregate })];
        var devices = shown.Devices.Where(device => writesSource || !device.IsLost).Take(PresenceReport.MaxDevices).ToList();
        var names = devices.ConvertAll(Name);
        var twice = names.CountBy(name => name).Where(pair => pair.Value > 1).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        return [.. devices.Zip(names, (device, name) => (TupleNames.Write(twice.Contains(name) ? $"{name}~{TupleNames.Mark(device.Origin)}" : name), device))];
    }

    string Name(DeviceState device) => vocabulary.IsCisco && device.Kind == SourceKind.Phone ? PidfReader.CiscoLine + device.Device : device.Device;

    /// <summary>Writes the tuple of a device.</summary>
    public void Tuple(XmlDocumentWriter xml, string entity, string id, DeviceState device, bool hasNote = true)
    {
        // Of what is lost nothing is known: an exchange is told what it said last, beside.
        var state = device.IsLost ? PresenceState.Unknown with { Since = device.State.Since, Note = device.State.Note } : device.State;
        xml.Start("tuple", PidfNames.Pidf).Attribute("id", id).Start("status", PidfNames.Pidf);
        if (PidfState.IsOpen(state) is { } isOpen)
            xml.Element("basic", PidfNames.Pidf, isOpen ? "open" : "closed");
        if (vocabulary.IsCisco)
            Activities(xml, state.Activity);
        if (PidfState.Apart(state) is { } availability)
            xml.Element("availability", PidfNames.Meetpoint, KebabEnum<Availability>.Word(availability));
        xml.End();
        if (!vocabulary.IsCisco)
            Activities(xml, state.Activity);
        xml.Element("class", vocabulary.Rpid, KebabEnum<SourceKind>.Word(device.Kind));
        if (PidfState.IsIdle(state))
            xml.Element("user-input", vocabulary.Rpid, "idle");
        PidfCapabilities.Write(xml, vocabulary, device.Capabilities);
        if (writesSource)
            PidfSource.Write(xml, device);
        xml.Element("contact", PidfNames.Pidf, entity);
        if (hasNote)
            xml.Element("note", PidfNames.Pidf, state.Note);
        if (state.Since is { } since)
            xml.Element("timestamp", PidfNames.Pidf, WireText.Time(since));
        xml.End();
    }

    /// <summary>Writes the user state.</summary>
    public void Person(XmlDocumentWriter xml, PresenceShown shown)
    {
        var state = shown.User;
        xml.Start("person", PidfNames.DataModel).Attribute("id", PidfPerson.Device);
        if (vocabulary.IsCisco && PidfState.IsOpen(state) is { } isOpen)
            xml.Start("status", PidfNames.Pidf).Element("basic", PidfNames.Pidf, isOpen ? "open" : "closed").End();
        Activities(xml, state.Activity);
        if (PidfState.IsIdle(state))
            xml.Element("user-input", vocabulary.Rpid, "idle");
        if (PidfState.Apart(state) is { } availability)
            xml.Element("availability", PidfNames.Meetpoint, KebabEnum<Availability>.Word(availability));
        xml.Element("note", PidfNames.DataModel, state.Note);
        if (state.Since is { } since)
            xml.Element("timestamp", PidfNames.DataModel, WireText.Time(since));
        xml.End();
    }

    void Activities(XmlDocumentWriter xml, Activity activity)
    {
        xml.Start("activities", vocabulary.Rpid);
        foreach (var word in vocabulary.Words(activity))
            xml.Empty(word.Name, word.Namespace);
        xml.End();
    }
}

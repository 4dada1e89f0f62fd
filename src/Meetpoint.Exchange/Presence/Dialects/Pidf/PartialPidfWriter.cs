using System.Globalization;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Writes partial presence (RFC 5262): the whole once, and then the tuples that changed, each as a whole.</summary>
static class PartialPidfWriter
{
    /// <summary>The media type of both forms.</summary>
    public const string MediaType = "application/pidf-diff+xml";

    static readonly PidfWriter Pidf = new(PidfVocabulary.Standard, writesSource: false);

    /// <summary>The whole, with the number of the notification.</summary>
    public static byte[] WriteFull(PresenceShown shown)
    {
        var xml = Open("pidf-full", shown);
        Pidf.Content(xml, shown);
        return xml.Finish();
    }

    /// <summary>What changed; null when that is nothing that a watcher sees, or when only the whole says it.</summary>
    /// <param name="before">What the watcher has.</param>
    /// <param name="after">What it is to have; its version is the next.</param>
    public static byte[]? WriteDiff(PresenceShown before, PresenceShown after)
    {
        if (before.DisplayName != after.DisplayName)
            return null;
        var old = Pidf.Devices(before).ToDictionary();
        var now = Pidf.Devices(after).ToDictionary();
        var xml = Open("pidf-diff", after);
        var changes = 0;
        foreach (var id in old.Keys.Except(now.Keys))
        {
            Operation(xml, "remove", Select(id)).End();
            changes++;
        }

        foreach (var (id, device) in now)
        {
            var isNew = !old.TryGetValue(id, out var was);
            if (!isNew && IsSame(was!, device))
                continue;
            // A new tuple goes before all else: after the tuples come notes, which it may not follow.
            if (isNew)
                Operation(xml, "add", "*").Attribute("pos", "prepend");
            else
                Operation(xml, "replace", Select(id));
            Pidf.Tuple(xml, after.Entity, id, device);
            xml.End();
            changes++;
        }

        if (before.User != after.User)
        {
            Operation(xml, "replace", $"*/dm:person[@id='{PidfPerson.Device}']");
            Pidf.Person(xml, after);
            xml.End();
            changes++;
        }

        return changes == 0 ? null : xml.Finish();
    }

    static XmlDocumentWriter Open(string root, PresenceShown shown) =>
        Pidf.Open("p", root, PidfNames.Diff, shown.Entity, shown.Version.ToString(CultureInfo.InvariantCulture));

    static XmlDocumentWriter Operation(XmlDocumentWriter xml, string name, string select) => xml.Start(name, PidfNames.Diff).Attribute("sel", select);

    // An id is an XML name, so that it has no quotes.
    static string Select(string id) => $"*/tuple[@id='{id}']";

    static bool IsSame(DeviceState one, DeviceState other) =>
        one.State == other.State && one.Kind == other.Kind && one.Capabilities == other.Capabilities && one.IsLost == other.IsLost;
}

using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What exchanges add to a tuple for each other: where a state comes from, which version it is, and exactly what it says, of which device.</summary>
static class PidfSource
{
    const string Ns = PidfNames.Meetpoint;

    /// <summary>Writes it.</summary>
    public static void Write(XmlDocumentWriter xml, DeviceState device)
    {
        xml.Start("state", Ns)
            .Attribute("device", device.Device)
            .Attribute("activity", KebabEnum<Activity>.Word(device.State.Activity))
            .Attribute("availability", KebabEnum<Availability>.Word(device.State.Availability))
            .Attribute("kind", KebabEnum<SourceKind>.Word(device.Kind))
            .Attribute("lost", device.IsLost ? "true" : null).End();
        if (device.Origin.Length == 0)
            return;
        xml.Start("source", Ns).Attribute("origin", device.Origin).Attribute("version", device.Version.ToString(CultureInfo.InvariantCulture));
        foreach (var exchange in device.Path)
            xml.Element("via", Ns, exchange);
        xml.End();
    }

    /// <summary>The state as the exchange means it; null when what it adds cannot be: a path too long to go on, an origin without version.</summary>
    public static ReportedState? Read(Markup tuple, ReportedState plain)
    {
        if (tuple.Child(Ns, "state") is not { } exact)
            return plain;
        if (!KebabEnum<Activity>.TryParse(exact.Attribute("activity") ?? "", out var activity)
            || !KebabEnum<Availability>.TryParse(exact.Attribute("availability") ?? "", out var availability)
            || !KebabEnum<SourceKind>.TryParse(exact.Attribute("kind") ?? "", out var kind)
            || exact.Attribute("device") is not { Length: > 0 and <= ReportedState.MaxDeviceLength } device)
        {
            return null;
        }

        var state = plain with
        {
            Device = device,
            State = plain.State with { Activity = activity, Availability = availability },
            Kind = kind,
            IsLost = exact.Attribute("lost") == "true",
        };
        if (tuple.Child(Ns, "source") is not { } source)
            return state;
        var path = source.All("via").Take(StateSource.MaxPath + 1).Select(via => via.Exact).ToList();
        return source.Attribute("origin") is { Length: > 0 and <= StateSource.MaxOriginLength } origin && path.Count <= StateSource.MaxPath
            && ulong.TryParse(source.Attribute("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? state with { Source = new StateSource(origin, version, path) } : null;
    }
}

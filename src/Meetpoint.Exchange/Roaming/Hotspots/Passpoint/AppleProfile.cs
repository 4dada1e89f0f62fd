using System.Globalization;
using System.Xml.Linq;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A profile for Apple's devices: a configuration profile (.mobileconfig) with one Wi-Fi payload.</summary>
static class AppleProfile
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "application/x-apple-aspen-config";

    /// <summary>The file.</summary>
    public static string Of(PasspointProfile profile)
    {
        var id = $"{string.Join('.', profile.Domain.Split('.').Reverse())}.passpoint";
        var wifi = Dictionary(
            ("PayloadType", Text("com.apple.wifi.managed")),
            ("PayloadVersion", Number(1)),
            ("PayloadIdentifier", Text(id + ".wifi")),
            ("PayloadUUID", Text(Uuid(profile, "wifi"))),
            ("PayloadDisplayName", Text($"Wi-Fi of {profile.Provider.Name}")),
            ("AutoJoin", Flag(true)),
            ("IsHotspot", Flag(true)),
            ("ServiceProviderRoamingEnabled", Flag(true)),
            ("EncryptionType", Text("WPA2")),
            ("DisplayedOperatorName", Text(profile.Provider.Name)),
            ("DomainName", Text(profile.Domain)),
            ("NAIRealmNames", List(profile.Provider.Realms.Where(realm => !realm.IsDefault).Select(realm => realm.Domain).Distinct(StringComparer.Ordinal))),
            ("RoamingConsortiumOIs", List(profile.Provider.RoamingConsortia.Select(consortium => consortium.ToUpperInvariant()))),
            ("EAPClientConfiguration", Eap(profile)));
        var plist = new XElement("plist", new XAttribute("version", "1.0"), Dictionary(
            ("PayloadType", Text("Configuration")),
            ("PayloadVersion", Number(1)),
            ("PayloadIdentifier", Text(id)),
            ("PayloadUUID", Text(Uuid(profile, "profile"))),
            ("PayloadDisplayName", Text($"{profile.Provider.Name} roaming")),
            ("PayloadOrganization", Text(profile.Provider.Name)),
            ("PayloadRemovalDisallowed", Flag(false)),
            ("PayloadContent", new XElement("array", wifi))));
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n" + plist + "\n";
    }

    // Without UserName and UserPassword the device asks for both when it joins first.
    static XElement Eap(PasspointProfile profile)
    {
        var members = new List<(string, XElement)> { ("AcceptEAPTypes", new XElement("array", Number(profile.Eap.Type))) };
        if (profile.Eap.AppleInner is { } inner)
            members.Add(("TTLSInnerAuthentication", Text(inner)));
        if (profile.Eap.HasPassword)
            members.Add(("OuterIdentity", Text(profile.OuterIdentity)));
        if (profile.Servers.Count > 0)
            members.Add(("TLSTrustedServerNames", List(profile.Servers)));
        return Dictionary([.. members]);
    }

    static XElement Dictionary(params (string Key, XElement Value)[] members) =>
        new("dict", members.SelectMany(member => new object[] { new XElement("key", member.Key), member.Value }));

    static XElement List(IEnumerable<string> texts) => new("array", texts.Select(Text));

    static XElement Text(string text) => new("string", text);

    static XElement Number(int number) => new("integer", number.ToString(CultureInfo.InvariantCulture));

    static XElement Flag(bool flag) => new(flag ? "true" : "false");

    static string Uuid(PasspointProfile profile, string part) => profile.Uuid(part).ToString().ToUpperInvariant();
}

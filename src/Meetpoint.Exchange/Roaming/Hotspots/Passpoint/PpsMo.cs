using System.Text;
using System.Xml.Linq;
using Meetpoint.Exchange.Interconnect;
using NodaTime.Text;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>A profile as the PerProviderSubscription management object of the Wi-Fi Alliance, which Android and others install.</summary>
static class PpsMo
{
    /// <summary>Media type of the object alone.</summary>
    public const string MediaType = "application/x-passpoint-profile";

    /// <summary>Media type of the object in its base64 MIME form.</summary>
    public const string WifiConfigType = "application/x-wifi-config";

    const string Boundary = "meetpoint-passpoint";
    const int Base64Line = 76;

    static readonly XNamespace _tree = "syncml:dmddf1.2";

    /// <summary>True where the object has a place for the method: not for PEAP, nor for cards, whose number belongs into it.</summary>
    public static bool Supports(EapMethod method) => method is EapMethod.Tls or EapMethod.TtlsMschapv2 or EapMethod.TtlsPap;

    /// <summary>The object as XML.</summary>
    public static string Xml(PasspointProfile profile)
    {
        var home = new List<XElement> { Leaf("FriendlyName", profile.Provider.Name), Leaf("FQDN", profile.Domain) };
        if (!profile.Provider.RoamingConsortia.IsEmpty)
            home.Add(Leaf("RoamingConsortiumOI", string.Join(',', profile.Provider.RoamingConsortia)));
        var subscription = Node("PerProviderSubscription", [
            new XElement(_tree + "RTProperties", new XElement(_tree + "Type", new XElement(_tree + "DDFName", "urn:wfa:mo:hotspot2dot0-perprovidersubscription:1.0"))),
            Node("i001", [Node("HomeSP", home), Node("Credential", Credential(profile))]),
        ]);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + new XElement(_tree + "MgmtTree", new XElement(_tree + "VerDTD", "1.2"), subscription) + "\n";
    }

    /// <summary>The object as Android downloads it: a multipart of MIME with one part, all of it in base64.</summary>
    public static string WifiConfig(PasspointProfile profile)
    {
        var part = Lines(Xml(profile));
        return Lines(
            $"Content-Type: multipart/mixed; boundary={Boundary}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + $"--{Boundary}\r\nContent-Type: {MediaType}\r\nContent-Transfer-Encoding: base64\r\n\r\n{part}\r\n--{Boundary}--\r\n");
    }

    static IEnumerable<XElement> Credential(PasspointProfile profile)
    {
        yield return Leaf("CreationDate", InstantPattern.General.Format(profile.Created));
        yield return Leaf("Realm", profile.Realm.Domain);
        if (profile.Method == EapMethod.Tls)
            yield return Node("DigitalCertificate", [Leaf("CertificateType", "x509v3")]);
        else
            yield return Node("UsernamePassword", [Leaf("MachineManaged", "false"), Node("EAPMethod", [Leaf("EAPType", "21"), Leaf("InnerMethod", profile.Eap.PpsInner!)])]);
    }

    static string Lines(string text) =>
        string.Join("\r\n", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Chunk(Base64Line).Select(line => new string(line)));

    static XElement Node(string name, IEnumerable<XElement> children) => new(_tree + "Node", new XElement(_tree + "NodeName", name), children);

    static XElement Leaf(string name, string value) => new(_tree + "Node", new XElement(_tree + "NodeName", name), new XElement(_tree + "Value", value));
}

using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Meetpoint.Interop.Border;
using Meetpoint.Net;

namespace Meetpoint.Interop.Presence;

/// <summary>What systems in the Microsoft style say on the wire (MS-SIP, MS-PRES).</summary>
static class MicrosoftWire
{
    static readonly XNamespace _categories = "http://schemas.microsoft.com/2006/09/sip/categories";
    static readonly XNamespace _state = "http://schemas.microsoft.com/2006/09/sip/state";

    /// <summary>What a watcher's server adds (MS-PRES section 4.11).</summary>
    public static string Federated(IReadOnlyList<string> routes) =>
        string.Concat(routes.Select(route => $"Record-Route: {route}\r\n"))
        + "Accept: application/msrtc-event-categories+xml, application/xpidf+xml, text/xml+msrtc.pidf, application/pidf+xml\r\n"
        + "Supported: ms-benotify\r\nProxy-Require: ms-benotify\r\nSupported: ms-piggyback-first-notify\r\n"
        + "ms-edge-proxy-message-trust: ms-source-type=AutoFederation;ms-ep-fqdn=edge.albion.example;ms-source-verified-user=verified;ms-source-network=federation\r\n";

    /// <summary>Two hops whose parameters only their own server reads: more than a kilobyte, with signs that a rewriter would lose.</summary>
    public static IReadOnlyList<string> Routes(NetAddress edge)
    {
        var key = new StringBuilder();
        for (var i = 0; key.Length < 1_200; i++)
            key.Append(CultureInfo.InvariantCulture, $"AAEAAb{i:x4}Q%2B/_-{(char)('a' + (i % 26))}=");
        return
        [
            $"<sip:{edge};transport=tcp;opaque=state:F:T:Ci.R{edge.Port};lr;ms-route-sig=ebQ0v~Xk1!*'()aa;ms-key-info={key};MS-Identity=Kept%20As.It-Is>;tag=9A",
            "<sip:pool01.albion.example:5061;transport=tls;ms-fe=fe01.albion.example;lr;ms-received-cid=1F00>",
        ];
    }

    /// <summary>Availability and activity of the first state of a document; 0 where there is none.</summary>
    public static (int Availability, string? Token) StateIn(string message)
    {
        var state = XDocument.Parse(SipText.BodyOf(message)).Descendants(_categories + "category")
            .Where(category => (string?)category.Attribute("name") == "state").Elements(_state + "state").FirstOrDefault();
        return state is null ? (0, null) : ((int)state.Element(_state + "availability")!, (string?)state.Element(_state + "activity")?.Attribute("token"));
    }

    /// <summary>The aggregate of somebody's states, as a notification has it.</summary>
    public static string Aggregate(string address, int availability, string? token = null) =>
        $"""
        <categories xmlns="{_categories}" uri="sip:{address}"><category name="state" instance="1" publishTime="2026-11-22T10:00:00Z" container="2" version="1"><state xmlns="{_state}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="aggregateState"><availability>{availability}</availability>{(token is null ? "" : $"<activity token=\"{token}\"/>")}</state></category></categories>
        """;
}

using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;

namespace Meetpoint.Simulation.Presence;

/// <summary>A call control with its presence server in the Cisco style: a tuple for each line and client, activities of the draft's namespace within the status.</summary>
sealed class CiscoSystem(SimulatedWorld world, SimulatedExchange exchange) : VendorSystem(world, exchange, exchange.Party.Cisco)
{
    readonly Dictionary<string, string> _lines = new(StringComparer.Ordinal);
    readonly Dictionary<string, (string Tag, string Tuples, long EndNs)> _published = new(StringComparer.Ordinal);
    int _tags;

    public override string Accept => "application/pidf+xml";

    public override IReadOnlyList<(string Name, string Value)> Headers => [];

    /// <summary>Tuples that were put into a user's presentity and stand.</summary>
    public string Published(string user) => _published.TryGetValue(user, out var published) && published.EndNs > Loop.NowNs ? published.Tuples : "";

    public bool IsLifted(string user) => _lines.GetValueOrDefault(user) == "on-the-phone";

    /// <summary>The handset is lifted or put down.</summary>
    public void Lift(string user, bool isLifted) => Change(user, () => _lines[user] = isLifted ? "on-the-phone" : "available");

    protected override (string Type, string Body) Write(string user)
    {
        var activity = _lines.GetValueOrDefault(user, "available");
        var said = activity == "available" ? "<ce:available/>" : $"<e:{activity}/>";
        return ("application/pidf+xml", $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <presence xmlns="urn:ietf:params:xml:ns:pidf" entity="{user}@{Exchange.Name}" xmlns:e="urn:ietf:params:xml:ns:pidf:status:rpid"
              xmlns:ce="urn:cisco:params:xml:ns:pidf:rpid" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model">
            <tuple id="cmp-2001"><status><basic>open</basic><e:activities>{said}</e:activities></status><contact priority="0.8">sip:{user}@{Exchange.Name}</contact></tuple>
            {Published(user)}
            </presence>
            """);
    }

    protected override void Take(IncomingRequest request, string user)
    {
        var message = request.Message;
        var standing = _published.TryGetValue(user, out var published) && published.EndNs > Loop.NowNs;
        if (message.Text("SIP-If-Match") is { } tag && (!standing || published.Tag != tag))
        {
            request.Respond(412);
            return;
        }

        var seconds = message.ExpiresSeconds ?? 3_600;
        var tuples = published.Tuples;
        if (!message.Body.IsEmpty)
            tuples = string.Concat(XDocument.Parse(Encoding.UTF8.GetString(message.Body)).Root!.Elements().Where(element => element.Name.LocalName == "tuple").Select(element => element.ToString()));
        var next = (++_tags).ToString(CultureInfo.InvariantCulture);
        if (seconds == 0)
            _published.Remove(user);
        else
            _published[user] = (next, tuples, Loop.NowNs + (seconds * MonotonicTime.Second));
        request.Respond(200, null, ("SIP-ETag", next), ("Expires", $"{seconds}"));
        Tell(user);
    }
}

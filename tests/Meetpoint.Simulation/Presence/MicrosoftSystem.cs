using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Meetpoint.Sip;

namespace Meetpoint.Simulation.Presence;

/// <summary>A system in the Microsoft style: a user's states by category instance, and an aggregate of all of them; takes phone states by SERVICE.</summary>
sealed class MicrosoftSystem(SimulatedWorld world, SimulatedExchange exchange) : VendorSystem(world, exchange, exchange.Party.Microsoft)
{
    const string StateNs = "http://schemas.microsoft.com/2006/09/sip/state";

    readonly Dictionary<string, (int Availability, string? Token)> _manual = new(StringComparer.Ordinal);
    readonly Dictionary<(string User, string Instance, string Container), (int Version, XElement? State, long EndNs)> _published = [];

    public override string Accept => "application/msrtc-event-categories+xml, text/xml+msrtc.pidf, application/pidf+xml";

    public override IReadOnlyList<(string Name, string Value)> Headers =>
        [("Supported", "ms-benotify"), ("Proxy-Require", "ms-benotify"), ("Supported", "ms-piggyback-first-notify")];

    /// <summary>She sets a state herself: 3500 takes it back, 15500 is away, 9500 wants no interruption.</summary>
    public void Set(string user, int availability, string? token = null) => Change(user, () =>
    {
        if (availability == 3500)
            _manual.Remove(user);
        else
            _manual[user] = (availability, token);
    });

    /// <summary>What she chose; 3500 when nothing.</summary>
    public int Chosen(string user) => _manual.TryGetValue(user, out var manual) ? manual.Availability : 3500;

    /// <summary>The aggregate, as colleagues see it within the system.</summary>
    public int Aggregate(string user) => States(user).Select(state => state.Availability).Append(3500).Max();

    /// <summary>Phone states that stand.</summary>
    public int PhoneStates(string user) => States(user).Count(state => state.Type == "phoneState");

    protected override (string Type, string Body) Write(string user)
    {
        var categories = new StringBuilder();
        foreach (var (type, instance, availability, token) in States(user))
            categories.Append(Category(type, instance, availability, token));
        return ("application/msrtc-event-categories+xml", $"""
            <categories xmlns="http://schemas.microsoft.com/2006/09/sip/categories" uri="sip:{user}@{Exchange.Name}">{categories}{Category("machineState", "7", 3500, null)}{Category("aggregateState", "1", Aggregate(user), null)}</categories>
            """);
    }

    protected override void Take(IncomingRequest request, string user)
    {
        var publications = XDocument.Parse(Encoding.UTF8.GetString(request.Message.Body)).Descendants().Where(element => element.Name.LocalName == "publication").ToList();
        var wrong = publications.Select((publication, index) => (publication, index)).Where(pair => VersionOf(user, pair.publication) != (int)pair.publication.Attribute("version")!).ToList();
        if (wrong.Count > 0)
        {
            var operations = string.Concat(wrong.Select(pair => $"<operation index=\"{pair.index + 1}\" version=\"{(int)pair.publication.Attribute("version")!}\" curVersion=\"{VersionOf(user, pair.publication)}\"/>"));
            request.Respond(409, null, [], "application/msrtc-fault+xml",
                Encoding.UTF8.GetBytes($"<Fault xmlns=\"http://schemas.microsoft.com/2006/09/sip/rich-presence\"><Faultcode>Client.BadCall.WrongDelta</Faultcode><details>{operations}</details></Fault>"));
            return;
        }

        var answer = new StringBuilder();
        foreach (var publication in publications)
        {
            var key = KeyOf(user, publication);
            var seconds = (int?)publication.Attribute("expires") ?? 0;
            var version = VersionOf(user, publication) + 1;
            _published[key] = (version, seconds == 0 ? null : publication.Elements().FirstOrDefault(), Loop.NowNs + (seconds * MonotonicTime.Second));
            answer.Append(CultureInfo.InvariantCulture, $"<category name=\"state\" instance=\"{key.Instance}\" container=\"{key.Container}\" version=\"{version}\"/>");
        }

        request.Respond(200, null, [], "application/msrtc-event-categories+xml",
            Encoding.UTF8.GetBytes($"<categories xmlns=\"http://schemas.microsoft.com/2006/09/sip/categories\" uri=\"sip:{user}@{Exchange.Name}\">{answer}</categories>"));
        Tell(user);
    }

    IEnumerable<(string Type, string Instance, int Availability, string? Token)> States(string user)
    {
        if (_manual.TryGetValue(user, out var manual))
            yield return ("userState", "536870912", manual.Availability, manual.Token);
        foreach (var (key, (_, state, endNs)) in _published)
        {
            if (key.User != user || key.Container != "2" || state is null || endNs <= Loop.NowNs)
                continue;
            yield return ("phoneState", key.Instance, (int)state.Element(XName.Get("availability", StateNs))!, (string?)state.Element(XName.Get("activity", StateNs))?.Attribute("token"));
        }
    }

    static string Category(string type, string instance, int availability, string? token) =>
        $"<category name=\"state\" instance=\"{instance}\" publishTime=\"2026-11-22T10:00:00Z\" container=\"2\" version=\"1\"><state xmlns=\"{StateNs}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"{type}\"><availability>{availability}</availability>{(token is null ? "" : $"<activity token=\"{token}\"/>")}</state></category>";

    int VersionOf(string user, XElement publication) => _published.TryGetValue(KeyOf(user, publication), out var known) ? known.Version : 0;

    static (string User, string Instance, string Container) KeyOf(string user, XElement publication) => (user, (string)publication.Attribute("instance")!, (string)publication.Attribute("container")!);
}

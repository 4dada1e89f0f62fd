using System.Globalization;
using System.Text;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Net;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Realms;
using Meetpoint.Radius.Streams;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Watch;

/// <summary>A conversation that is watched: from its first request until its last answer, each step in words as it happens. On the hub's loop.</summary>
sealed class WatchedRequest
{
    /// <summary>Names of one conversation: what stands outside and within EAP, and one to spare.</summary>
    const int MaxPeople = 4;

    readonly RoamingContext _context;
    readonly long _number;
    readonly long _beganNs;
    readonly Instant _began;
    readonly HashSet<string> _people = new(StringComparer.OrdinalIgnoreCase);
    List<RequestWatcher> _watching;

    /// <param name="context">The hub's.</param>
    /// <param name="number">Counts all that were watched.</param>
    /// <param name="watching">Who is told.</param>
    public WatchedRequest(RoamingContext context, long number, List<RequestWatcher> watching) =>
        (_context, _number, _watching, _beganNs, _began) = (context, number, watching, context.Loop.NowNs, context.Clock.GetCurrentInstant());

    /// <summary>It goes on; who watches now is told.</summary>
    public WatchedRequest Followed(List<RequestWatcher> watching)
    {
        _watching = watching;
        return this;
    }

    /// <summary>A request of it came.</summary>
    public void Came(in InboundRequest inbound, in RadiusPacket packet) => Say(
        RadiusWatchStep.Request,
        string.Create(CultureInfo.InvariantCulture, $"{packet.Code} {inbound.Mark.Id} from {inbound.Client.Entry.Neighbour.Id} at {inbound.From} over {Way(inbound.Stream)}"), packet);

    /// <summary>What came is no request of its sender's, and is left without an answer.</summary>
    public void Discarded(RadiusClient client, string from, in RadiusPacket packet, PacketError error) => Write(
        RadiusWatchStep.Discarded, $"{packet.Code} from {client.Entry.Neighbour.Id} at {from}: {error}; it gets no answer (RFC 2865 section 3)", static _ => [], isLast: true);

    /// <summary>Where it leads.</summary>
    public void Located(RadiusClient client, in RadiusPacket packet, RealmRoute? route, string? origin, RefusalReason reason)
    {
        if (route is not null)
            Say(RadiusWatchStep.Realm, PathWords.Realm(RoamingContext.RealmIn(packet).TrimStart('@'), route));
        else
            Say(RadiusWatchStep.Realm, packet.TryFind(AttributeType.UserName, out _) ? $"realm {RoamingContext.RealmIn(packet).TrimStart('@')} is nobody's in this world, or none" : "it names nobody");
        var said = packet.TryFind(AttributeType.OperatorName, out var name);
        if (origin is not null)
            Say(RadiusWatchStep.Visited, said ? $"Operator-Name says {origin}, for which {client.Entry.Neighbour.Id} may speak" : $"{client.Entry.Neighbour.Id} is of {origin}; without Operator-Name the user is there");
        else if (reason == RefusalReason.OriginNotAllowed)
            Say(RadiusWatchStep.Visited, said ? $"Operator-Name {WatchedAttributes.Text(name.Value)} is of nobody for whom {client.Entry.Neighbour.Id} may speak" : $"{client.Entry.Neighbour.Id} is an exchange, and does not say at whose hotspot the user is");
        else if (reason == RefusalReason.Loop)
            Say(RadiusWatchStep.Visited, "it has been here already: it has our own Proxy-State");
    }

    /// <summary>Agreements let it.</summary>
    public void Admitted(in Grant grant, string? origin)
    {
        Say(RadiusWatchStep.Agreement, PathWords.Agreement(grant, origin));
        for (var i = 0; i < grant.LinkCount; i++)
        {
            foreach (var rule in Rules.RuleWords.Of(grant.Link(i).Agreement))
                Say(RadiusWatchStep.Rule, rule);
        }
    }

    /// <summary>Who could be asked, and how each stands.</summary>
    public void Servers(RoamingContext context, HomeServers servers, RealmRoute route, bool mayDiscover, long nowNs)
    {
        foreach (var line in PathWords.Servers(context, servers, route, mayDiscover, nowNs))
            Say(RadiusWatchStep.Server, line);
    }

    /// <summary>It was sent to a server.</summary>
    /// <param name="server">Which.</param>
    /// <param name="id">Under which id.</param>
    /// <param name="came">The request as it came.</param>
    /// <param name="sent">What was sent.</param>
    public void Sent(HomeServer server, RequestId id, in RadiusPacket came, ReadOnlySpan<byte> sent)
    {
        if (RadiusPacket.TryParse(sent, out var packet, out _))
        {
            Say(
                RadiusWatchStep.Sent,
                string.Create(CultureInfo.InvariantCulture, $"sent to {NameOf(server)} over {Way(server)} under id {id.Id}{(id.Port > 0 ? $" of {(server.IsStream ? "connection" : "port")} {id.Port + 1}" : "")}"),
                came, packet);
        }
    }

    /// <summary>Its client has sent it again.</summary>
    public void Repeated(HomeServer server) => Say(RadiusWatchStep.Repeated, $"its client repeats it: the same octets go to {NameOf(server)} again");

    /// <summary>A server has answered.</summary>
    public void Answered(HomeServer server, in RadiusPacket answer, long tookNs) => Say(
        RadiusWatchStep.Answer, string.Create(CultureInfo.InvariantCulture, $"{answer.Code} from {NameOf(server)} after {Milliseconds(tookNs)} ms"), answer);

    /// <summary>A server has not.</summary>
    public void Silent(HomeServer server, long tookNs) => Say(
        RadiusWatchStep.Silence, string.Create(CultureInfo.InvariantCulture, $"{NameOf(server)} gave no answer within {Milliseconds(tookNs)} ms{(server.IsUp ? "" : $": {server.Fault ?? "its connection is gone"}")}"));

    /// <summary>The answer went back.</summary>
    /// <param name="to">Who had asked.</param>
    /// <param name="came">What the home answered.</param>
    /// <param name="returned">What its client got.</param>
    public void Returned(RadiusClient to, in RadiusPacket came, ReadOnlySpan<byte> returned)
    {
        if (RadiusPacket.TryParse(returned, out var packet, out _))
            Say(RadiusWatchStep.Returned, $"{packet.Code} to {to.Entry.Neighbour.Id}", came, packet, isLast: packet.Code != RadiusCode.AccessChallenge);
    }

    /// <summary>It is refused by this exchange.</summary>
    public void Refused(in Refusal refusal)
    {
        Say(RadiusWatchStep.Refused, $"{PathWords.Refused(refusal)} ({refusal.Row.EventCode}{(refusal.Row.ShowsIncident ? $", {refusal.Incident}" : "")})");
    }

    /// <summary>This exchange's own answer went back.</summary>
    public void Returned(RadiusClient to, ReadOnlySpan<byte> own)
    {
        if (RadiusPacket.TryParse(own, out var packet, out _))
            Say(RadiusWatchStep.Returned, $"{packet.Code} to {to.Entry.Neighbour.Id}, by this exchange itself", packet, isLast: packet.Code is not (RadiusCode.AccountingResponse or RadiusCode.AccessChallenge));
    }

    /// <summary>A step without attributes.</summary>
    public void Say(RadiusWatchStep step, string text) => Write(step, text, static _ => []);

    /// <summary>The last step.</summary>
    public void End(RadiusWatchStep step, string text) => Write(step, text, static _ => [], isLast: true);

    /// <summary>A neighbour's server, by name.</summary>
    public static string NameOf(HomeServer server) => $"{server.Entry.Neighbour.Id} at {server.Name}";

    void Say(RadiusWatchStep step, string text, in RadiusPacket packet, bool isLast = false)
    {
        Note(packet);
        var bytes = packet.Bytes.ToArray();
        Write(step, text, attributes => attributes.Of(bytes), isLast);
    }

    void Say(RadiusWatchStep step, string text, in RadiusPacket before, in RadiusPacket after, bool isLast = false)
    {
        Note(before);
        var (from, to) = (before.Bytes.ToArray(), after.Bytes.ToArray());
        Write(step, text, attributes => attributes.Changes(from, to), isLast);
    }

    /// <summary>Whom a packet names, who may be named again in texts of others: an identity within EAP first shows in its Access-Accept.</summary>
    void Note(in RadiusPacket packet)
    {
        if (_people.Count < MaxPeople && packet.TryFind(AttributeType.UserName, out var name) && NetworkAccessId.TryParse(name.Value, out var id, out _) && !id.User.IsEmpty)
            _people.Add(Encoding.UTF8.GetString(id.User));
    }

    void Write(RadiusWatchStep step, string text, Func<WatchedAttributes, IReadOnlyList<string>> attributes, bool isLast = false)
    {
        var tookNs = _context.Loop.NowNs - _beganNs;
        foreach (var watcher in _watching)
        {
            watcher.Write(new RadiusWatchLine(
                _number, _began + Duration.FromNanoseconds(tookNs), Milliseconds(tookNs), step, text, attributes(new WatchedAttributes(watcher.Name, _people)), isLast));
        }
    }

    static decimal Milliseconds(long ns) => Math.Round((decimal)ns / MonotonicTime.Millisecond, 3);

    static string Way(HomeServer server) => !server.IsStream ? "UDP" : server.IsUp ? $"TLS as {(server.Security.IsVersion11 ? RadiusVersions.Alpn11 : RadiusVersions.Alpn10)}" : "TLS";

    static string Way(IStream? stream) => stream is null ? "UDP" : $"TLS {(stream.IsTls13 ? "1.3" : "1.2")} as {stream.ApplicationProtocol ?? RadiusVersions.Alpn10}";
}

using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A realm, and who is asked about its users.</summary>
/// <param name="Realm">As the world has it.</param>
/// <param name="Provider">Whose customers have it.</param>
/// <param name="Servers">In order of preference; none where its provider has none here.</param>
public sealed record RadiusRealmView(string Realm, string Provider, IReadOnlyList<RadiusServerView> Servers);

/// <summary>A home server as the hub sees it.</summary>
/// <param name="Neighbour">Whose it is.</param>
/// <param name="Address">Address and port.</param>
/// <param name="Use">authentication or accounting.</param>
/// <param name="State">alive, suspect, dead or reviving.</param>
/// <param name="Awaited">Requests that it has not answered yet.</param>
/// <param name="Ports">Source ports that were needed for them so far.</param>
public sealed record RadiusServerView(string Neighbour, string Address, string Use, string State, int Awaited, int Ports);

/// <summary>Realms and their servers.</summary>
/// <param name="Items">By provider and name.</param>
/// <param name="Pending">Access-Requests that wait for a home.</param>
/// <param name="Conversations">Conversations that are under way.</param>
/// <param name="Kept">Accounting that homes have not acknowledged.</param>
/// <param name="Discovered">What was found by DNS, what was asked for last first, at most 1,000.</param>
public sealed record RadiusRealmsView(IReadOnlyList<RadiusRealmView> Items, int Pending, int Conversations, long Kept, IReadOnlyList<RadiusDiscoveredView> Discovered);

/// <summary>What the DNS said of a realm.</summary>
/// <param name="Realm">The realm, its letters in lower case.</param>
/// <param name="Service">aaa+auth, aaa+acct or x-eduroam.</param>
/// <param name="State">found, stale (the DNS is silent, and servers that it named before stand in), looking, absent, self, silent, unproven (no server has a certificate for it), no-name or too-many.</param>
/// <param name="Servers">In the order in which they are tried.</param>
/// <param name="Until">When it is looked up anew if it is asked for; null for at once.</param>
public sealed record RadiusDiscoveredView(string Realm, string Service, string State, IReadOnlyList<RadiusDiscoveredServerView> Servers, Instant? Until);

/// <summary>A server that the DNS named.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Address">Address and port.</param>
public sealed record RadiusDiscoveredServerView(string Host, string Address);

/// <summary>A realm that was looked up for an operator.</summary>
/// <param name="Realm">As it was asked for.</param>
/// <param name="Provider">Whose realm it is.</param>
/// <param name="Neighbour">The neighbour by whose terms it is looked for.</param>
/// <param name="Name">What the DNS was asked about; null where it is no name of the DNS.</param>
/// <param name="Found">What is remembered now.</param>
/// <param name="Steps">Each question with its answer, in words, and what came of it.</param>
public sealed record RadiusDiscoveryView(string Realm, string Provider, string Neighbour, string? Name, RadiusDiscoveredView Found, IReadOnlyList<string> Steps);

/// <summary>What would become of a request now.</summary>
/// <param name="Realm">The realm that its user has; null where there is none.</param>
/// <param name="At">At whose hotspot.</param>
/// <param name="Home">Whose customer; null where nobody has the realm.</param>
/// <param name="Agreement">Under which agreement; null within one provider, or without.</param>
/// <param name="Server">Who would be asked; null where nobody would.</param>
/// <param name="Refused">Why it would be rejected, as the log has it; null where it would not.</param>
/// <param name="Steps">Each step in words.</param>
public sealed record RadiusPathView(string? Realm, string At, string? Home, string? Agreement, string? Server, string? Refused, IReadOnlyList<string> Steps);

/// <summary>What happened in a step of a request that is watched.</summary>
[JsonConverter(typeof(KebabEnumConverter<RadiusWatchStep>))]
public enum RadiusWatchStep
{
    /// <summary>The watch has begun: the first line, of no conversation.</summary>
    Watching,

    /// <summary>A request came.</summary>
    Request,

    /// <summary>What came is none of its neighbour's: a wrong secret, or not protected as agreed.</summary>
    Discarded,

    /// <summary>Whose the realm is.</summary>
    Realm,

    /// <summary>At whose hotspot.</summary>
    Visited,

    /// <summary>Under which agreement.</summary>
    Agreement,

    /// <summary>A rule of the agreement that holds.</summary>
    Rule,

    /// <summary>It goes on with the server that it began with.</summary>
    Continued,

    /// <summary>How a server stands that could be asked.</summary>
    Server,

    /// <summary>It waits for a server to be there.</summary>
    Waiting,

    /// <summary>It was sent to a server.</summary>
    Sent,

    /// <summary>It came once more.</summary>
    Repeated,

    /// <summary>A server gave no answer in time.</summary>
    Silence,

    /// <summary>A server has answered.</summary>
    Answer,

    /// <summary>This exchange refuses it.</summary>
    Refused,

    /// <summary>Accounting is durable here.</summary>
    Durable,

    /// <summary>An answer went back to who had asked.</summary>
    Returned,

    /// <summary>Nobody answers it.</summary>
    Unanswered,

    /// <summary>Lines were lost, as they were not read in time.</summary>
    Lost,

    /// <summary>The watch is over: the last line, of no conversation.</summary>
    Ended,
}

/// <summary>One step of a request that is watched.</summary>
/// <param name="Conversation">Counts those that were watched: all packets of one EAP conversation have the same. 0 of the watch itself.</param>
/// <param name="At">When.</param>
/// <param name="Milliseconds">Since its conversation began, to the microsecond.</param>
/// <param name="Step">What happened.</param>
/// <param name="Text">In words.</param>
/// <param name="Attributes">Attributes of the packet, secrets masked; of one that went on, what became of them: "+" added, "-" left out, "~" changed.</param>
/// <param name="IsLast">True for the last of its conversation.</param>
public sealed record RadiusWatchLine(long Conversation, Instant At, decimal Milliseconds, RadiusWatchStep Step, string Text, IReadOnlyList<string> Attributes, bool IsLast);

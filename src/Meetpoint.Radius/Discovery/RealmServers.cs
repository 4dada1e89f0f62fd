using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Radius.Discovery;

/// <summary>What came of looking a realm up.</summary>
public enum RealmOutcome
{
    /// <summary>Servers.</summary>
    Found,

    /// <summary>The DNS says that it has none for this service.</summary>
    Absent,

    /// <summary>Servers, and all of them are this system: a loop (RFC 7585 section 3.4.3).</summary>
    Self,

    /// <summary>No answer that says anything came in time.</summary>
    Silent,
}

/// <summary>A server that the DNS names for a realm: no more than a hint until its certificate has proved it.</summary>
/// <param name="Host">The name that led to the address, lower case.</param>
/// <param name="Address">Address and port.</param>
public readonly record struct DiscoveredServer(string Host, NetAddress Address);

/// <summary>A question that was asked for a realm, and its answer.</summary>
/// <param name="Type">Of which records.</param>
/// <param name="Name">Of which name.</param>
/// <param name="Answer">What came.</param>
public sealed record RealmQuestion(DnsType Type, string Name, DnsAnswer Answer);

/// <summary>A realm that was looked up.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Servers">In the order in which they are tried; empty unless found.</param>
/// <param name="LifeSeconds">The effective TTL (RFC 7585 section 3.3), within the bounds of <see cref="RealmLookupOptions"/>; 0 where the DNS was silent.</param>
/// <param name="Questions">In the order in which they were asked.</param>
public sealed record RealmServers(RealmOutcome Outcome, IReadOnlyList<DiscoveredServer> Servers, uint LifeSeconds, IReadOnlyList<RealmQuestion> Questions);

using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A contact that an address stands for until it expires.</summary>
/// <param name="Id">reg_..., the same while it is refreshed.</param>
/// <param name="Address">user@domain.</param>
/// <param name="Contact">The URI as registered.</param>
/// <param name="Q">Preference, 0 to 1.</param>
/// <param name="Instance">The client (RFC 5626); null where it does not say.</param>
/// <param name="RegId">Which of the client's flows, from 1; 0 without.</param>
/// <param name="Path">Proxies on the way, the nearest first (RFC 3327).</param>
/// <param name="From">Where the registration came from.</param>
/// <param name="UserAgent">What the client says that it is; null without.</param>
/// <param name="Registered">When it was last refreshed.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="IsReachable">False while there is no way to it, as after its connection has closed.</param>
public sealed record RegistrationView(
    string Id, string Address, string Contact, double Q, string? Instance, int RegId, IReadOnlyList<string> Path, string From, string? UserAgent,
    Instant Registered, Instant Expires, bool IsReachable);

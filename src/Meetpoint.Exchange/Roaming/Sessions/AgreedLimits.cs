using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What an agreement bounds the sessions of one party's customers by.</summary>
/// <param name="Usage">The agreement in force, with its prices.</param>
/// <param name="Home">Id of the party whose customers they are.</param>
/// <param name="Terms">What it says of roaming.</param>
/// <param name="Rates">The prices of the legs that they are charged by.</param>
sealed record AgreedLimit(UsageTerms Usage, string Home, RoamingTerms Terms, IReadOnlyList<SessionRate> Rates)
{
    /// <summary>Id of the agreement.</summary>
    public string Agreement => Usage.Agreement.Id;

    /// <summary>True when what each customer uses has to be added up.</summary>
    public bool HasCap { get; } = Rates.Count > 0 && (Terms.CapPerDay ?? Terms.CapPerMonth) is not null;

    /// <summary>True when what the party has not settled has to be added up.</summary>
    public bool HasExposure { get; } = Rates.Count > 0 && Terms.ExposureLimit is not null;
}

/// <summary>
/// The limits by the world in force, looked up at each packet: worked out once for a pair of providers, and again when the world is another or an agreement may have begun or ended.
/// Reads no store. On one loop.
/// </summary>
/// <param name="world">The current snapshot.</param>
/// <param name="terms">Of its agreements.</param>
/// <param name="links">The agreements that a session of these two providers, visited and home, falls under now.</param>
/// <param name="clock">Wall time.</param>
sealed class AgreedLimits(Func<World> world, IUsageTerms terms, Func<string, string, IReadOnlyList<SessionLink>> links, IClock clock)
{
    /// <summary>An agreement that begins or ends is noticed so much later at most.</summary>
    static readonly Duration _checkedEvery = Duration.FromSeconds(10);

    readonly Dictionary<(string Visited, string Home), AgreedLimit?> _ofPair = [];
    readonly Dictionary<(string Agreement, string Home), AgreedLimit?> _ofAgreement = [];
    World? _world;
    Instant _until;

    /// <summary>Of a home provider's customers at a visited provider's; null where nothing bounds them.</summary>
    public AgreedLimit? Of(string visited, string home)
    {
        Follow();
        if (!_ofPair.TryGetValue((visited, home), out var limit))
            _ofPair[(visited, home)] = limit = links(visited, home) is [.., var nearest] ? OfAgreement(nearest.Agreement, nearest.Home) : null;
        return limit;
    }

    /// <summary>Of a session that is on: by what its agreement says now.</summary>
    public AgreedLimit? Of(SessionLink link)
    {
        Follow();
        return OfAgreement(link.Agreement, link.Home);
    }

    AgreedLimit? OfAgreement(string agreement, string home)
    {
        if (!_ofAgreement.TryGetValue((agreement, home), out var limit))
        {
            _ofAgreement[(agreement, home)] = limit =
                terms.InForce(agreement) is { Agreement.Roaming: { } roaming } usage ? new AgreedLimit(usage, home, roaming, SessionRate.Of(usage, home)) : null;
        }

        return limit;
    }

    void Follow()
    {
        var (snapshot, now) = (world(), clock.GetCurrentInstant());
        if (ReferenceEquals(snapshot, _world) && now < _until && now >= _until - _checkedEvery)
            return;
        (_world, _until) = (snapshot, now + _checkedEvery);
        _ofPair.Clear();
        _ofAgreement.Clear();
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Settlement;

/// <summary>
/// The terms of the world as it stands, and the stored earlier versions of its agreements: what began under one version is settled
/// under it. Tariffs are those of today, since a tariff in use is not changed but replaced by another.
/// </summary>
/// <param name="world">The current snapshot.</param>
/// <param name="versions">Where earlier versions are kept.</param>
public sealed class WorldUsageTerms(Func<World> world, WorldStore versions) : IUsageTerms
{
    InForceTerms? _inForce;

    /// <inheritdoc/>
    public UsageTerms? Find(string agreement, string versionHash)
    {
        var snapshot = world();
        if (InForce(snapshot, agreement) is { } terms && terms.VersionHash == versionHash)
            return terms;
        var version = versions.History(agreement).FirstOrDefault(v => v.Hash == versionHash);
        return version is null ? null : Terms(snapshot, Read(version), version.Hash);
    }

    /// <inheritdoc/>
    public UsageTerms? Current(string agreement)
    {
        var snapshot = world();
        if (InForce(snapshot, agreement) is { } terms)
            return terms;
        var last = versions.History(agreement).LastOrDefault(); // taken out of the world, and still to be settled
        return last is null ? null : Terms(snapshot, Read(last), last.Hash);
    }

    /// <inheritdoc/>
    public UsageTerms? InForce(string agreement) => InForce(world(), agreement);

    /// <summary>Every call asks: made once a world.</summary>
    UsageTerms? InForce(World snapshot, string agreement)
    {
        var known = _inForce;
        if (known?.World != snapshot)
        {
            known = new InForceTerms(snapshot, snapshot.Links.DistinctBy(link => link.Agreement.Id, StringComparer.Ordinal)
                .Select(link => (link.Agreement.Id, Terms: Terms(snapshot, link.Agreement, link.VersionHash))).Where(entry => entry.Terms is not null)
                .ToFrozenDictionary(entry => entry.Id, entry => entry.Terms!, StringComparer.Ordinal));
            _inForce = known;
        }

        return known.Terms.GetValueOrDefault(agreement);
    }

    // Null when a party or a tariff is gone: then there is nobody to settle with, or no price.
    static UsageTerms? Terms(World snapshot, Agreement agreement, string hash)
    {
        var exchanges = agreement.Parties.Select(id => snapshot.FindProvider(id)?.Exchange).ToArray();
        var isServedHere = Array.TrueForAll(exchanges, exchange => exchange == snapshot.Exchange);
        var peer = isServedHere ? snapshot.Exchange : Array.Find(exchanges, exchange => exchange is not null && exchange != snapshot.Exchange);
        if (peer is null)
            return null;
        var charges = ImmutableArray.CreateBuilder<PricedLeg>(agreement.Charges.Length);
        foreach (var leg in agreement.Charges)
        {
            if (snapshot.Document.Tariffs.FirstOrDefault(t => t.Id == leg.Tariff) is not { } tariff)
                return null;
            charges.Add(new PricedLeg(leg, tariff));
        }

        return new UsageTerms(agreement, hash, peer, charges.MoveToImmutable())
        {
            PeerParty = agreement.Parties.First(id => snapshot.FindProvider(id)?.Exchange == peer),
            IsServedHere = isServedHere,
        };
    }

    static Agreement Read(AgreementVersion version) => version.Doc.Deserialize(WorldJson.Default.Agreement)!;

    sealed record InForceTerms(World World, FrozenDictionary<string, UsageTerms> Terms);
}

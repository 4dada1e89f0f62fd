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
    /// <inheritdoc/>
    public UsageTerms? Find(string agreement, string versionHash)
    {
        var snapshot = world();
        if (InForce(snapshot, agreement) is { } link && link.VersionHash == versionHash)
            return Terms(snapshot, link.Agreement, link.VersionHash);
        var version = versions.History(agreement).FirstOrDefault(v => v.Hash == versionHash);
        return version is null ? null : Terms(snapshot, Read(version), version.Hash);
    }

    /// <inheritdoc/>
    public UsageTerms? Current(string agreement)
    {
        var snapshot = world();
        if (InForce(snapshot, agreement) is { } link)
            return Terms(snapshot, link.Agreement, link.VersionHash);
        var last = versions.History(agreement).LastOrDefault(); // taken out of the world, and still to be settled
        return last is null ? null : Terms(snapshot, Read(last), last.Hash);
    }

    static AgreementLink? InForce(World snapshot, string agreement)
    {
        foreach (var link in snapshot.Links)
        {
            if (link.Agreement.Id == agreement)
                return link;
        }

        return null;
    }

    // Null when no other exchange is party to it, or a tariff is gone: then there is nobody to settle with, or no price.
    static UsageTerms? Terms(World snapshot, Agreement agreement, string hash)
    {
        var peer = agreement.Parties.Select(id => snapshot.FindProvider(id)?.Exchange).FirstOrDefault(e => e is not null && e != snapshot.Exchange);
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
        };
    }

    static Agreement Read(AgreementVersion version) => version.Doc.Deserialize(WorldJson.Default.Agreement)!;
}

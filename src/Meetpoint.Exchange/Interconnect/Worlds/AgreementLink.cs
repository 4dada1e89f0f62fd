using System.Collections.Immutable;
using Meetpoint.Exchange.Settlement;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>One version of an agreement in one direction, as admission reads it. Part of a <see cref="World"/>; immutable.</summary>
public sealed class AgreementLink
{
    readonly LinkRow _row;
    readonly AddressTable? _testAccounts;

    internal AgreementLink(Agreement agreement, string versionHash, bool aToB, WorldBuilder world)
    {
        Agreement = agreement;
        VersionHash = versionHash;
        AToB = aToB;
        Limits = world.Limits.Slice(new SliceKey(agreement.Id, aToB), aToB ? agreement.AToB : agreement.BToA, agreement.FailOpen);
        if (agreement.Roaming?.RequestsPerSecond is { } requests)
            RoamingLimits = world.Limits.Slice(SliceKey.OfRoaming(agreement.Id, aToB), new DirectionLimits { CallsPerSecond = requests }, agreement.FailOpen);
        _row = new LinkRow
        {
            From = world.ProviderIndex(agreement.Parties[aToB ? 0 : 1]),
            To = world.ProviderIndex(agreement.Parties[aToB ? 1 : 0]),
            Next = LinkRow.None,
            Slice = Limits.Place,
            RoamingSlice = RoamingLimits?.Place ?? LinkRow.None,
            Transit = agreement.Transit,
            Carries = agreement.Stage is AgreementStage.Trial or AgreementStage.Commercial or AgreementStage.Amended,
            IsTrial = agreement.Stage == AgreementStage.Trial,
            IsDraft = agreement.Stage == AgreementStage.Draft,
            ValidFromTicks = agreement.ValidFrom?.ToUnixTimeTicks() ?? long.MinValue,
            ValidUntilTicks = agreement.ValidUntil?.ToUnixTimeTicks() ?? long.MaxValue,
            Profiles = agreement.Profiles.IsEmpty ? ulong.MaxValue : 0,
        };
        foreach (var term in agreement.Services)
        {
            // A customer of a who roams at b's hotspots is asked for by b, and a is asked.
            var isAsked = term.Service == Service.Roaming ? !aToB : aToB;
            if (term.Direction == Direction.Both || term.Direction == Direction.AToB == isAsked)
                _row.Services |= 1u << (int)term.Service;
        }

        foreach (var profile in agreement.Profiles)
            _row.Profiles |= 1UL << world.ProfileIndex(profile);
        if (_row.IsTrial)
            _testAccounts = WorldBuilder.AddressSet(agreement.TestAccounts);
        Charges = [.. agreement.Charges.Select(leg => new PricedLeg(leg, world.Tariff(leg.Tariff)))];
    }

    /// <summary>The agreement, with its terms.</summary>
    public Agreement Agreement { get; }

    /// <summary>Hash of this version of the agreement in canonical form.</summary>
    public string VersionHash { get; }

    /// <summary>True when the traffic goes from party a to party b.</summary>
    public bool AToB { get; }

    /// <summary>What is charged under it.</summary>
    public ImmutableArray<PricedLeg> Charges { get; }

    /// <summary>This node's slice of the limits in this direction.</summary>
    public LimitSlice Limits { get; }

    /// <summary>The same of roaming; null where it has no limit.</summary>
    public LimitSlice? RoamingLimits { get; }

    /// <summary>What every call reads of it.</summary>
    internal ref readonly LinkRow Row => ref _row;

    internal bool Covers(Service service) => _row.Covers(service);

    internal bool AdmitsAccount(ReadOnlySpan<byte> canonicalCaller) => _testAccounts is null || _testAccounts.Find(canonicalCaller) >= 0;
}

/// <summary>A charge leg with its tariff at hand.</summary>
public sealed record PricedLeg(ChargeLeg Leg, Tariff Tariff);

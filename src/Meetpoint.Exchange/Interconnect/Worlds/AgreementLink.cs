using System.Collections.Immutable;
using Meetpoint.Exchange.Settlement;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>One version of an agreement in one direction, as admission reads it. Part of a <see cref="World"/>; immutable.</summary>
public sealed class AgreementLink
{
    // What each call reads stands here by value: a look into the agreement itself would cost a cache line more.
    readonly long _validFromTicks;
    readonly long _validUntilTicks;
    readonly ulong _profiles;
    readonly uint _services;
    readonly bool _carries;
    readonly AddressTable? _testAccounts;

    internal AgreementLink(Agreement agreement, string versionHash, bool aToB, WorldBuilder world)
    {
        Agreement = agreement;
        VersionHash = versionHash;
        AToB = aToB;
        From = world.ProviderIndex(agreement.Parties[aToB ? 0 : 1]);
        To = world.ProviderIndex(agreement.Parties[aToB ? 1 : 0]);
        Transit = agreement.Transit;
        _carries = agreement.Stage is AgreementStage.Trial or AgreementStage.Commercial or AgreementStage.Amended;
        _validFromTicks = agreement.ValidFrom?.ToUnixTimeTicks() ?? long.MinValue;
        _validUntilTicks = agreement.ValidUntil?.ToUnixTimeTicks() ?? long.MaxValue;
        foreach (var term in agreement.Services)
        {
            if (term.Direction == Direction.Both || term.Direction == Direction.AToB == aToB)
                _services |= 1u << (int)term.Service;
        }

        _profiles = agreement.Profiles.IsEmpty ? ulong.MaxValue : 0;
        foreach (var profile in agreement.Profiles)
            _profiles |= 1UL << world.ProfileIndex(profile);
        if (agreement.Stage == AgreementStage.Trial)
            _testAccounts = WorldBuilder.AddressSet(agreement.TestAccounts);

        Limits = world.Limits.Slice(new SliceKey(agreement.Id, aToB), aToB ? agreement.AToB : agreement.BToA, agreement.FailOpen);
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

    internal int From { get; }

    internal int To { get; }

    internal bool Transit { get; }

    /// <summary>Another agreement of the same pair, such as the next year's.</summary>
    internal AgreementLink? Next { get; set; }

    internal bool IsInForce(long nowTicks) => _carries && nowTicks >= _validFromTicks && nowTicks < _validUntilTicks;

    internal bool Covers(Service service) => (_services & (1u << (int)service)) != 0;

    internal bool Admits(int profile) => (_profiles & (1UL << profile)) != 0;

    internal bool IsTrial => _testAccounts is not null;

    internal bool AdmitsAccount(ReadOnlySpan<byte> canonicalCaller) => _testAccounts is null || _testAccounts.Find(canonicalCaller) >= 0;
}

/// <summary>A charge leg with its tariff at hand.</summary>
public sealed record PricedLeg(ChargeLeg Leg, Tariff Tariff);

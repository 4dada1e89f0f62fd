using System.Collections.Immutable;
using Meetpoint.Exchange.Settlement;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>One version of an agreement in one direction, as admission reads it. Part of a <see cref="World"/>; immutable.</summary>
public sealed class AgreementLink
{
    readonly Instant _validFrom;
    readonly Instant _validUntil;
    readonly uint _services;
    readonly ulong _profiles;
    readonly AddressTable? _testAccounts;

    internal AgreementLink(Agreement agreement, string versionHash, bool aToB, WorldBuilder world)
    {
        Agreement = agreement;
        VersionHash = versionHash;
        AToB = aToB;
        From = world.ProviderIndex(agreement.Parties[aToB ? 0 : 1]);
        To = world.ProviderIndex(agreement.Parties[aToB ? 1 : 0]);
        _validFrom = agreement.ValidFrom ?? Instant.MinValue;
        _validUntil = agreement.ValidUntil ?? Instant.MaxValue;
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

        var limits = aToB ? agreement.AToB : agreement.BToA;
        Meetings = world.Limits.Concurrent(new SliceKey(agreement.Id, aToB, LimitKind.Meetings), limits.Meetings, agreement.FailOpen);
        Ports = world.Limits.Concurrent(new SliceKey(agreement.Id, aToB, LimitKind.Ports), limits.Ports, agreement.FailOpen);
        Rate = world.Limits.Rate(new SliceKey(agreement.Id, aToB, LimitKind.CallsPerSecond), limits.CallsPerSecond, agreement.FailOpen);
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

    /// <summary>Slice of the limit on open meetings; null without limit.</summary>
    public LimitSlice? Meetings { get; }

    /// <summary>Slice of the limit on participants and calls; null without limit.</summary>
    public LimitSlice? Ports { get; }

    /// <summary>Slice of the limit on calls a second; null without limit.</summary>
    public RateSlice? Rate { get; }

    internal int From { get; }

    internal int To { get; }

    internal bool Transit => Agreement.Transit;

    /// <summary>Another agreement of the same pair, such as the next year's.</summary>
    internal AgreementLink? Next { get; set; }

    internal bool IsInForce(Instant now) =>
        Agreement.Stage is AgreementStage.Trial or AgreementStage.Commercial or AgreementStage.Amended && now >= _validFrom && now < _validUntil;

    internal bool Covers(Service service) => (_services & (1u << (int)service)) != 0;

    internal bool Admits(int profile) => (_profiles & (1UL << profile)) != 0;

    internal bool AdmitsAccount(ReadOnlySpan<byte> canonicalCaller) => _testAccounts is null || _testAccounts.Find(canonicalCaller) >= 0;
}

/// <summary>A charge leg with its tariff at hand.</summary>
public sealed record PricedLeg(ChargeLeg Leg, Tariff Tariff);

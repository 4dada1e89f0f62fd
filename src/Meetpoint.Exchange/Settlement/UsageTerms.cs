using System.Collections.Immutable;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>What settlement has to know of one version of an agreement.</summary>
/// <param name="Agreement">The terms.</param>
/// <param name="VersionHash">The version's hash.</param>
/// <param name="PeerExchange">The exchange that serves the other party; this one where it serves both.</param>
/// <param name="Charges">Its charge legs with their tariffs.</param>
public sealed record UsageTerms(Agreement Agreement, string VersionHash, string PeerExchange, ImmutableArray<PricedLeg> Charges)
{
    /// <summary>The party that the other exchange serves.</summary>
    public string PeerParty { get; init; } = Agreement.Parties[^1];

    /// <summary>True when this exchange serves both parties: it measures for both, and <see cref="PeerExchange"/> is itself.</summary>
    public bool IsServedHere { get; init; }

    /// <summary>
    /// The charges of a record: one for each leg of its unit, priced on its billable time and rounded once, by the tariff's own
    /// rule. A unit without a leg is free. A roaming session is one record with up to three legs: for itself, for its time, for its volume.
    /// </summary>
    /// <param name="record">What was used.</param>
    /// <param name="user">The party whose customer used it; null where who measured tells.</param>
    public ImmutableArray<UsageCharge> Price(UsageRecord record, string? user = null) =>
    [
        .. Charges.Where(charge => IsOf(record.Unit, charge.Leg.Unit) && AppliesTo(charge.Leg, record, user)).Select((charge, i) => new UsageCharge(
            i, charge.Leg.Payer, charge.Leg.Payee, charge.Tariff.Id,
            charge.Tariff.Price(charge.Leg.Unit, Duration.FromMilliseconds(record.BillableMs), record.BytesIn, record.BytesOut))),
    ];

    static bool IsOf(ChargeUnit record, ChargeUnit leg) =>
        leg == record || (record == ChargeUnit.RoamingSession && leg is ChargeUnit.RoamingMinute or ChargeUnit.RoamingMegabyte);

    /// <summary>
    /// A participant or call is measured by the exchange whose customer it is of, so who measured tells whose customer it was. A roaming session is measured
    /// where its network is: there it was the other's customer.
    /// </summary>
    bool AppliesTo(ChargeLeg leg, UsageRecord record, string? user)
    {
        var isRoaming = record.Unit == ChargeUnit.RoamingSession;
        var customersOf = leg.CustomersOf ?? (isRoaming || leg.Unit == ChargeUnit.CallMinute ? leg.Payer : null);
        return customersOf is null || (user is not null ? customersOf == user : (record.MeasuredBy == PeerExchange) == (customersOf == PeerParty) != isRoaming);
    }
}

/// <summary>One leg of a record, priced.</summary>
/// <param name="Leg">0, 1, ... in the order of the agreement's legs of that unit.</param>
/// <param name="Payer">The provider that pays.</param>
/// <param name="Payee">The provider that is paid.</param>
/// <param name="Tariff">Id of the tariff.</param>
/// <param name="Amount">Rounded by the tariff.</param>
public sealed record UsageCharge(int Leg, string Payer, string Payee, string Tariff, Money Amount);

/// <summary>Finds terms. Thread safe.</summary>
public interface IUsageTerms
{
    /// <summary>That version of the agreement; null when this exchange does not hold it.</summary>
    UsageTerms? Find(string agreement, string versionHash);

    /// <summary>The newest version, for the statement's zone and the peer; null when there is no such agreement.</summary>
    UsageTerms? Current(string agreement);

    /// <summary>The version that is in force, from memory: for a loop, which reads no store. Null when there is none.</summary>
    UsageTerms? InForce(string agreement) => Current(agreement);
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>What is charged for.</summary>
[JsonConverter(typeof(KebabEnumConverter<ChargeUnit>))]
public enum ChargeUnit
{
    /// <summary>The time that one participant was in a meeting.</summary>
    ParticipantMinute,

    /// <summary>The time that the link between two halves of a meeting was open.</summary>
    CascadeMinute,

    /// <summary>A meeting that took place, however long.</summary>
    Meeting,

    /// <summary>The time of one call from its answer to its end.</summary>
    CallMinute,

    /// <summary>A roaming session, however long. Records of sessions have this unit; their time and volume are charged besides where there are legs for them.</summary>
    RoamingSession,

    /// <summary>The time of a roaming session.</summary>
    RoamingMinute,

    /// <summary>What a roaming session carried.</summary>
    RoamingMegabyte,
}

/// <summary>Which octets are counted as volume.</summary>
[JsonConverter(typeof(KebabEnumConverter<VolumeCount>))]
public enum VolumeCount
{
    /// <summary>Those in both directions.</summary>
    Sum,

    /// <summary>Those from the user.</summary>
    In,

    /// <summary>Those to the user.</summary>
    Out,
}

/// <summary>What a price is for.</summary>
[JsonConverter(typeof(KebabEnumConverter<PriceBasis>))]
public enum PriceBasis
{
    /// <summary>A minute of time.</summary>
    Minute,

    /// <summary>A second of time.</summary>
    Second,

    /// <summary>One item, whatever its length.</summary>
    Item,

    /// <summary>A megabyte: 1,000,000 octets.</summary>
    Megabyte,
}

/// <summary>How an amount is rounded, once for each charge leg.</summary>
[JsonConverter(typeof(KebabEnumConverter<RoundingRule>))]
public enum RoundingRule
{
    /// <summary>To the nearest; halves to the even neighbour.</summary>
    HalfEven,

    /// <summary>To the nearest; halves away from nought.</summary>
    HalfUp,

    /// <summary>Away from nought.</summary>
    Up,

    /// <summary>Towards nought.</summary>
    Down,
}

/// <summary>The price of one unit. The sequence is: minimum, then increment, then price, then set-up fee, then rounding.</summary>
public sealed record Rate
{
    /// <summary>What this rate is for; once a tariff.</summary>
    public required ChargeUnit Unit { get; init; }

    /// <summary>Exact price of one <see cref="Per"/>, 0 to <see cref="Tariff.MaxPrice"/>.</summary>
    public required decimal Price { get; init; }

    /// <summary>What the price is for. Items ignore the increment and the minimum.</summary>
    public required PriceBasis Per { get; init; }

    /// <summary>Time is charged in whole increments, begun ones in full; 1 or more.</summary>
    public int IncrementSeconds { get; init; } = 1;

    /// <summary>Time is charged as at least this; 0 or more.</summary>
    public int MinimumSeconds { get; init; }

    /// <summary>Added once to whatever was used.</summary>
    public decimal SetUpFee { get; init; }

    /// <summary>Volume is charged in whole increments of so many octets, begun ones in full: 1 or more; null: each octet for itself.</summary>
    public long? IncrementOctets { get; init; }

    /// <summary>Which octets are counted as volume; null: those in both directions.</summary>
    public VolumeCount? Counts { get; init; }
}

/// <summary>Prices in one currency. Immutable; pricing is exact and free of the order in which usage is priced.</summary>
public sealed record Tariff
{
    /// <summary>No price or fee is above this, so that no product overflows a decimal.</summary>
    public const decimal MaxPrice = 1_000_000_000m;

    /// <summary>The largest increment of volume, in octets: a terabyte.</summary>
    public const long MaxIncrementOctets = 1_000_000_000_000;

    /// <summary>Octets of a megabyte.</summary>
    public const decimal OctetsPerMegabyte = 1_000_000m;

    /// <summary>The finest rounding.</summary>
    public const int MaxDecimals = 10;

    /// <summary>Unique among tariffs.</summary>
    public required string Id { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>At most one for each unit.</summary>
    public ImmutableArray<Rate> Rates { get; init; } = [];

    /// <summary>Applied once to the amount of a charge leg.</summary>
    public RoundingRule Rounding { get; init; } = RoundingRule.HalfEven;

    /// <summary>Decimal places kept, 0 to <see cref="MaxDecimals"/>; finer than the currency's minor unit is usual.</summary>
    public int Decimals { get; init; } = 4;

    /// <summary>True when the tariff has a price for the unit.</summary>
    public bool Covers(ChargeUnit unit) => Find(unit) is not null;

    /// <summary>The price of a stretch of time, or of one item where the rate is by item.</summary>
    /// <param name="unit">What was used.</param>
    /// <param name="used">How long, nought or more; a begun second counts as a whole one.</param>
    /// <param name="octetsIn">From the user, nought or more; for what is charged by volume.</param>
    /// <param name="octetsOut">To the user, nought or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time or a count is negative, or the tariff has no rate for the unit.</exception>
    public Money Price(ChargeUnit unit, Duration used, long octetsIn = 0, long octetsOut = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(used, Duration.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(octetsIn);
        ArgumentOutOfRangeException.ThrowIfNegative(octetsOut);
        var rate = Find(unit) ?? throw new ArgumentOutOfRangeException(nameof(unit), unit, $"tariff {Id} has no rate for it");
        if (rate.Per == PriceBasis.Item)
            return Round(rate.SetUpFee + rate.Price);
        if (rate.Per == PriceBasis.Megabyte)
            return Round(rate.SetUpFee + (BilledOctets(rate, octetsIn, octetsOut) * rate.Price / OctetsPerMegabyte));
        var seconds = BilledSeconds(rate, used);
        // The product comes first: it is exact, and the one division can then only end in a tie where a true tie is.
        return Round(rate.SetUpFee + (rate.Per == PriceBasis.Minute ? seconds * rate.Price / 60m : seconds * rate.Price));
    }

    /// <summary>The seconds that are charged for a stretch of time.</summary>
    public static long BilledSeconds(Rate rate, Duration used)
    {
        var seconds = (long)Math.Ceiling(used.BclCompatibleTicks / (decimal)NodaConstants.TicksPerSecond);
        seconds = Math.Max(seconds, rate.MinimumSeconds);
        var increments = (seconds + rate.IncrementSeconds - 1) / rate.IncrementSeconds;
        return increments * rate.IncrementSeconds;
    }

    /// <summary>The octets that are charged for what was carried. Exact beyond what 64 bits hold.</summary>
    public static decimal BilledOctets(Rate rate, long octetsIn, long octetsOut)
    {
        var octets = rate.Counts switch
        {
            VolumeCount.In => octetsIn,
            VolumeCount.Out => octetsOut,
            _ => (decimal)octetsIn + octetsOut,
        };
        var increment = (decimal)(rate.IncrementOctets ?? 1);
        return Math.Ceiling(octets / increment) * increment;
    }

    Rate? Find(ChargeUnit unit)
    {
        foreach (var rate in Rates)
        {
            if (rate.Unit == unit)
                return rate;
        }

        return null;
    }

    Money Round(decimal amount) => new(Currency, Math.Round(amount, Decimals, Rounding switch
    {
        RoundingRule.HalfUp => MidpointRounding.AwayFromZero,
        RoundingRule.Up => amount >= 0 ? MidpointRounding.ToPositiveInfinity : MidpointRounding.ToNegativeInfinity,
        RoundingRule.Down => MidpointRounding.ToZero,
        _ => MidpointRounding.ToEven,
    }));
}

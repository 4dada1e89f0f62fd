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
}

/// <summary>Prices in one currency. Immutable; pricing is exact and free of the order in which usage is priced.</summary>
public sealed record Tariff
{
    /// <summary>No price or fee is above this, so that no product overflows a decimal.</summary>
    public const decimal MaxPrice = 1_000_000_000m;

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
    /// <exception cref="ArgumentOutOfRangeException">The time is negative, or the tariff has no rate for the unit.</exception>
    public Money Price(ChargeUnit unit, Duration used)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(used, Duration.Zero);
        var rate = Find(unit) ?? throw new ArgumentOutOfRangeException(nameof(unit), unit, $"tariff {Id} has no rate for it");
        if (rate.Per == PriceBasis.Item)
            return Round(rate.SetUpFee + rate.Price);
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

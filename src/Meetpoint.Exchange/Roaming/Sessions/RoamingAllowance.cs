using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Settlement;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What was used already of what an agreement allows, in the currency of each cap; what is in another does not count against it.</summary>
/// <param name="Today">By this customer, in the agreement's day.</param>
/// <param name="ThisMonth">By this customer, in the agreement's month.</param>
/// <param name="Unsettled">By all customers of the home provider, on no closed statement.</param>
readonly record struct RoamingSpent(decimal Today, decimal ThisMonth, decimal Unsettled);

/// <summary>Why nobody is let in for money's sake.</summary>
enum AllowanceRefusal
{
    /// <summary>It is allowed.</summary>
    None,

    /// <summary>The customer's cap of the day is used up.</summary>
    CapPerDay,

    /// <summary>The customer's cap of the month is used up.</summary>
    CapPerMonth,

    /// <summary>The home provider owes as much as it may.</summary>
    Exposure,

    /// <summary>The session has lasted as long as it may.</summary>
    SessionSeconds,

    /// <summary>The session has carried as much as it may.</summary>
    SessionOctets,
}

/// <summary>What an agreement allows one session: pure arithmetic on its terms.</summary>
/// <param name="Refusal">Why not; none when it is allowed.</param>
/// <param name="SessionSeconds">Session-Timeout to be given at most; null: no limit.</param>
/// <param name="Octets">What it may carry in both directions; null: no limit.</param>
/// <param name="IdleSeconds">Idle-Timeout to be given; null: as the home server says.</param>
/// <param name="InterimSeconds">Acct-Interim-Interval to be given; null: as the home server says.</param>
readonly record struct RoamingAllowance(AllowanceRefusal Refusal, long? SessionSeconds, long? Octets, int? IdleSeconds, int? InterimSeconds)
{
    /// <summary>No session is let in for less: it would be over before it is of use, in seconds.</summary>
    public const long LeastSeconds = 60;

    /// <summary>Who cannot be added up in time is let in for so long, in seconds: then he is asked for again, and meanwhile his reports are watched.</summary>
    public const long UnknownSeconds = 900;

    /// <summary>What a customer may use whose sums cannot be read in time: a short session, by the terms that need no sums.</summary>
    public static RoamingAllowance WhileUnknown(RoamingTerms terms) => new(
        AllowanceRefusal.None, Least(terms.MaxSessionSeconds, UnknownSeconds), terms.MaxSessionOctets, terms.IdleSeconds, terms.InterimSeconds);

    /// <summary>True when it gives or takes anything.</summary>
    public bool IsBounded => (SessionSeconds ?? IdleSeconds ?? InterimSeconds) is not null;

    /// <summary>What a customer who wants to be let in may use.</summary>
    /// <param name="terms">What the agreement says of roaming; null: nothing.</param>
    /// <param name="rates">The prices of the legs that its sessions are charged by.</param>
    /// <param name="spent">What was used before.</param>
    public static RoamingAllowance Of(RoamingTerms? terms, IReadOnlyList<SessionRate> rates, RoamingSpent spent)
    {
        if (terms is null)
            return default;
        var refusal = Refused(terms, rates, spent);
        if (refusal != AllowanceRefusal.None)
            return new RoamingAllowance(refusal, 0, 0, null, null);
        var (seconds, octets) = ((long?)terms.MaxSessionSeconds, terms.MaxSessionOctets);
        foreach (var (cap, used, reason) in Caps(terms, spent))
        {
            foreach (var rate in rates.Where(rate => rate.Tariff.Currency == cap.Currency))
            {
                var (time, volume) = (rate.SecondsFor(cap.Amount - used), rate.OctetsFor(cap.Amount - used));
                if (time < LeastSeconds || volume == 0)
                    return new RoamingAllowance(reason, 0, 0, null, null);
                (seconds, octets) = (Least(seconds, time), Least(octets, volume));
            }
        }

        return new RoamingAllowance(AllowanceRefusal.None, seconds, octets, terms.IdleSeconds, terms.InterimSeconds);
    }

    /// <summary>Whether a session that is on must be ended now: none while it may go on.</summary>
    /// <param name="terms">What the agreement says of roaming.</param>
    /// <param name="rates">The prices of the legs that it is charged by.</param>
    /// <param name="spent">What was used before, this session not counted.</param>
    /// <param name="seconds">How long it has lasted.</param>
    /// <param name="octetsIn">What it has carried from the user.</param>
    /// <param name="octetsOut">To the user.</param>
    public static AllowanceRefusal Crossed(RoamingTerms? terms, IReadOnlyList<SessionRate> rates, RoamingSpent spent, long seconds, long octetsIn, long octetsOut)
    {
        if (terms is null)
            return AllowanceRefusal.None;
        if (seconds >= terms.MaxSessionSeconds)
            return AllowanceRefusal.SessionSeconds;
        if ((decimal)octetsIn + octetsOut >= terms.MaxSessionOctets)
            return AllowanceRefusal.SessionOctets;
        return Refused(terms, rates, new RoamingSpent(
            spent.Today + CostFor(terms.CapPerDay), spent.ThisMonth + CostFor(terms.CapPerMonth), spent.Unsettled + CostFor(terms.ExposureLimit)));

        decimal CostFor(string? cap) => Money.TryParse(cap, out var money)
            ? rates.Where(rate => rate.Tariff.Currency == money.Currency).Sum(rate => rate.Price(seconds, octetsIn, octetsOut)) : 0;
    }

    static AllowanceRefusal Refused(RoamingTerms terms, IReadOnlyList<SessionRate> rates, RoamingSpent spent) =>
        rates.Count == 0 ? AllowanceRefusal.None // free: nothing is ever used up
        : IsUsedUp(terms.ExposureLimit, spent.Unsettled) ? AllowanceRefusal.Exposure
        : IsUsedUp(terms.CapPerMonth, spent.ThisMonth) ? AllowanceRefusal.CapPerMonth
        : IsUsedUp(terms.CapPerDay, spent.Today) ? AllowanceRefusal.CapPerDay : AllowanceRefusal.None;

    static bool IsUsedUp(string? cap, decimal used) => Money.TryParse(cap, out var money) && used >= money.Amount;

    static IEnumerable<(Money Cap, decimal Used, AllowanceRefusal Reason)> Caps(RoamingTerms terms, RoamingSpent spent)
    {
        if (Money.TryParse(terms.CapPerDay, out var day))
            yield return (day, spent.Today, AllowanceRefusal.CapPerDay);
        if (Money.TryParse(terms.CapPerMonth, out var month))
            yield return (month, spent.ThisMonth, AllowanceRefusal.CapPerMonth);
        if (Money.TryParse(terms.ExposureLimit, out var exposure))
            yield return (exposure, spent.Unsettled, AllowanceRefusal.Exposure);
    }

    static long? Least(long? left, long? right) => left is { } a && right is { } b ? Math.Min(a, b) : left ?? right;
}

/// <summary>One price that a session is charged by.</summary>
/// <param name="Tariff">The tariff.</param>
/// <param name="Rate">Of a session, of its time or of its volume.</param>
readonly record struct SessionRate(Tariff Tariff, Rate Rate)
{
    /// <summary>The prices that a home provider's customers are charged by under an agreement.</summary>
    public static IReadOnlyList<SessionRate> Of(UsageTerms terms, string home) =>
    [
        .. terms.Charges
            .Where(charge => charge.Leg.Unit is ChargeUnit.RoamingSession or ChargeUnit.RoamingMinute or ChargeUnit.RoamingMegabyte
                && (charge.Leg.CustomersOf ?? charge.Leg.Payer) == home)
            .SelectMany(charge => charge.Tariff.Rates.Where(rate => rate.Unit == charge.Leg.Unit).Select(rate => new SessionRate(charge.Tariff, rate))),
    ];

    /// <summary>What so much costs.</summary>
    public decimal Price(long seconds, long octetsIn, long octetsOut) =>
        Tariff.Price(Rate.Unit, NodaTime.Duration.FromSeconds(seconds), octetsIn, octetsOut).Amount;

    /// <summary>How long a session can last for an amount, in whole increments; null when its time costs nothing.</summary>
    public long? SecondsFor(decimal amount)
    {
        if (Rate.Unit != ChargeUnit.RoamingMinute || Rate.Price == 0)
            return null;
        var seconds = Math.Max(0, amount - Rate.SetUpFee) * (Rate.Per == PriceBasis.Minute ? 60 : 1) / Rate.Price;
        var whole = (long)Math.Min(decimal.Floor(seconds / Rate.IncrementSeconds) * Rate.IncrementSeconds, RoamingTerms.MaxSeconds);
        return whole < Rate.MinimumSeconds ? 0 : whole;
    }

    /// <summary>How much a session can carry for an amount, in whole increments; null when its volume costs nothing.</summary>
    public long? OctetsFor(decimal amount)
    {
        if (Rate.Unit != ChargeUnit.RoamingMegabyte || Rate.Price == 0)
            return null;
        var increment = (decimal)(Rate.IncrementOctets ?? 1);
        var octets = Math.Min(Math.Max(0, amount - Rate.SetUpFee) / Rate.Price, long.MaxValue / Tariff.OctetsPerMegabyte) * Tariff.OctetsPerMegabyte;
        return (long)Math.Min(decimal.Floor(octets / increment) * increment, long.MaxValue);
    }
}

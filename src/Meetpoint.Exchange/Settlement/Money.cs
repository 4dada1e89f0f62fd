using System.Collections.Frozen;
using System.Globalization;

namespace Meetpoint.Exchange.Settlement;

/// <summary>An exact amount in one currency. Amounts of different currencies do not mix: the operators throw.</summary>
/// <param name="Currency">ISO 4217 code in upper case, one of <see cref="Currencies"/>.</param>
/// <param name="Amount">Exact decimal; any scale, since prices are finer than the currency's minor unit.</param>
public readonly record struct Money(string Currency, decimal Amount) : IComparable<Money>
{
    /// <summary>Nothing, in this currency.</summary>
    public static Money Zero(string currency) => new(currency, 0m);

    /// <summary>Rounded to the minor unit of its currency, halves to even.</summary>
    public Money ToMinorUnit() => this with { Amount = Math.Round(Amount, Currencies.MinorUnits(Currency), MidpointRounding.ToEven) };

    /// <inheritdoc/>
    public int CompareTo(Money other) => Amount.CompareTo(Same(this, other).Amount);

    /// <summary>Sum; both in one currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator +(Money left, Money right) => left with { Amount = left.Amount + Same(left, right).Amount };

    /// <summary>Difference; both in one currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator -(Money left, Money right) => left with { Amount = left.Amount - Same(left, right).Amount };

    /// <summary>The opposite amount.</summary>
    public static Money operator -(Money money) => money with { Amount = -money.Amount };

    /// <summary>"EUR 1.25": code, space, invariant digits, at least the currency's minor units and never rounded.</summary>
    public override string ToString()
    {
        var minor = Currency is null ? 0 : Currencies.MinorUnits(Currency);
        var format = "0" + (minor > 0 ? "." + new string('0', minor) : ".") + new string('#', 28 - minor);
        return string.Concat(Currency, " ", Amount.ToString(format, CultureInfo.InvariantCulture));
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Money money)
    {
        money = default;
        if (text.Length < 5 || text[3] != ' ')
            return false;
        var currency = text[..3].ToString();
        if (!Currencies.IsKnown(currency) ||
            !decimal.TryParse(text[4..], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return false;
        money = new Money(currency, amount);
        return true;
    }

    /// <summary>Orders amounts of one currency.</summary>
    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    /// <summary>Orders amounts of one currency.</summary>
    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    /// <summary>Orders amounts of one currency.</summary>
    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    /// <summary>Orders amounts of one currency.</summary>
    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    static Money Same(Money left, Money right) => left.Currency == right.Currency
        ? right
        : throw new InvalidOperationException($"{left.Currency} and {right.Currency} do not mix");
}

/// <summary>The currencies of ISO 4217 that parties can settle in, with their minor units.</summary>
public static class Currencies
{
    const string None = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    const string Three = "BHD IQD JOD KWD LYD OMR TND";
    const string Two =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK " +
        "DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD " +
        "KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP " +
        "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH " +
        "USD UYU UZS VED VES WST XCD YER ZAR ZMW";

    static readonly FrozenDictionary<string, int> _minorUnits = Table();

    /// <summary>True for a code that can be settled in; upper case only.</summary>
    public static bool IsKnown(string currency) => _minorUnits.ContainsKey(currency);

    /// <summary>Decimal places of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.</summary>
    /// <exception cref="KeyNotFoundException">The currency is not known.</exception>
    public static int MinorUnits(string currency) => _minorUnits[currency];

    static FrozenDictionary<string, int> Table()
    {
        var table = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (codes, places) in new[] { (None, 0), (Two, 2), (Three, 3) })
        {
            foreach (var code in codes.Split(' '))
                table.Add(code, places);
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

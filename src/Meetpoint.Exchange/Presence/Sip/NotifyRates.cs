using System.Globalization;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>How often a subscriber wants to be notified (RFC 6446), as this exchange keeps to it. A value.</summary>
/// <param name="AtMost">Notifications a second, 0.0001 to 99; null without a bound.</param>
/// <param name="AtLeast">Notifications a second even where nothing changes, 0.0001 to <see cref="MaxAtLeast"/>; null where only changes are told.</param>
readonly record struct NotifyRates(double? AtMost, double? AtLeast)
{
    /// <summary>The highest min-rate that is kept to, one each five seconds: a subscriber that asks for more is told this one.</summary>
    public const double MaxAtLeast = 0.2;

    const double Lowest = 0.0001;
    const double Highest = 99;

    /// <summary>What an Event header asks for; values that are no rate are passed over. A min-rate above the max-rate is lowered to it (RFC 6446 section 8).</summary>
    public static NotifyRates Of(string? value)
    {
        double? most = null, least = null;
        foreach (var part in value?.Split(';', StringSplitOptions.TrimEntries) ?? [])
        {
            most = Rate(part, "max-rate=") ?? most;
            least = Rate(part, "min-rate=") ?? least;
        }

        return new NotifyRates(most, least is { } rate ? Math.Min(Math.Min(rate, MaxAtLeast), most ?? Highest) : null);
    }

    /// <summary>What is kept to, as parameters of Subscription-State, each with its semicolon (RFC 6446 sections 5 and 6); null for nothing.</summary>
    public string? Parameters => (AtMost, AtLeast) is (null, null) ? null : string.Concat(Parameter("max-rate", AtMost), Parameter("min-rate", AtLeast));

    static double? Rate(string part, string name) =>
        part.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && double.TryParse(part.AsSpan(name.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is >= Lowest and <= Highest ? rate : null;

    static string? Parameter(string name, double? rate) => rate is { } told ? string.Create(CultureInfo.InvariantCulture, $";{name}={told:0.##########}") : null;
}

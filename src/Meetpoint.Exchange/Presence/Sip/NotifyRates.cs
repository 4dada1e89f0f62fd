using System.Globalization;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>How often a subscriber wants to be notified (RFC 6446), as this exchange keeps to it. A value.</summary>
/// <param name="AtMost">Notifications a second, 0.0001 to 99; null without a bound.</param>
/// <param name="AtLeast">Notifications a second even where nothing changes, 0.0001 to <see cref="MaxAtLeast"/>; null where only changes are told.</param>
/// <param name="OnAverage">Notifications a second on average, those of changes counted, 0.0001 to <see cref="MaxAtLeast"/>; null where that is not asked for.</param>
readonly record struct NotifyRates(double? AtMost, double? AtLeast, double? OnAverage = null)
{
    /// <summary>The highest min-rate and adaptive-min-rate that is kept to, one each five seconds: a subscriber that asks for more is told this one.</summary>
    public const double MaxAtLeast = 0.2;

    const double Lowest = 0.0001;
    const double Highest = 99;

    /// <summary>
    /// What an Event header asks for; values that are no rate are passed over. An adaptive-min-rate above the max-rate is lowered to it, and a min-rate above either to that (RFC 6446 section 8).
    /// </summary>
    public static NotifyRates Of(string? value)
    {
        double? most = null, least = null, average = null;
        foreach (var part in value?.Split(';', StringSplitOptions.TrimEntries) ?? [])
        {
            most = Rate(part, "max-rate=") ?? most;
            least = Rate(part, "min-rate=") ?? least;
            average = Rate(part, "adaptive-min-rate=") ?? average;
        }

        average = Lower(average, most);
        return new NotifyRates(most, Lower(least, average ?? most), average);
    }

    /// <summary>What is kept to, as parameters of Subscription-State, each with its semicolon (RFC 6446 sections 5 to 7); null for nothing.</summary>
    public string? Parameters => (AtMost, AtLeast, OnAverage) is (null, null, null) ? null
        : string.Concat(Parameter("max-rate", AtMost), Parameter("min-rate", AtLeast), Parameter("adaptive-min-rate", OnAverage));

    static double? Lower(double? rate, double? bound) => rate is { } asked ? Math.Min(Math.Min(asked, MaxAtLeast), bound ?? Highest) : null;

    static double? Rate(string part, string name) =>
        part.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        && double.TryParse(part.AsSpan(name.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is >= Lowest and <= Highest ? rate : null;

    static string? Parameter(string name, double? rate) => rate is { } told ? string.Create(CultureInfo.InvariantCulture, $";{name}={told:0.##########}") : null;
}

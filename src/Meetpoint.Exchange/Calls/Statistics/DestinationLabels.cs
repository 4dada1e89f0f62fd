using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>
/// What figures call a destination: of a number the longest prefix that a provider or a route of the world has, else its country code; of any other
/// address its domain. Allocates nothing for what it has met before. Not thread safe.
/// </summary>
sealed class DestinationLabels
{
    /// <summary>Labels kept; beyond them it is <see cref="CallStatistics.OtherDestinations"/>.</summary>
    public const int MaxLabels = 10_000;

    /// <summary>In a world with more prefixes than this, country codes tell numbers apart.</summary>
    public const int MaxPrefixes = 20_000;

    /// <summary>Country codes of two digits (ITU-T E.164, list of assigned codes); those in 1 and 7 have one, all others three.</summary>
    static readonly SearchValues<string> _two = SearchValues.Create(
        [
            "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58",
            "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
        ],
        StringComparison.Ordinal);

    readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    World? _world;
    FrozenSet<string> _prefixes = [];

    /// <summary>The label of an address: SIP URI, tel URI, "user@domain", number or domain.</summary>
    public string Of(World world, ReadOnlySpan<char> address)
    {
        Span<byte> buffer = stackalloc byte[AddressText.MaxLength];
        return AddressText.Canonicalise(address, buffer, out var length) == AddressForm.None ? CallStatistics.OtherDestinations : Label(world, buffer[..length]);
    }

    /// <inheritdoc cref="Of(World, ReadOnlySpan{char})"/>
    /// <param name="world">The snapshot in force.</param>
    /// <param name="address">The address.</param>
    /// <param name="isKnown">False where nobody has the address: domains that anyone may make up have no labels.</param>
    public string Of(World world, ReadOnlySpan<byte> address, bool isKnown = true)
    {
        Span<byte> buffer = stackalloc byte[AddressText.MaxLength];
        return AddressText.Canonicalise(address, buffer, out var length) == AddressForm.None ? CallStatistics.OtherDestinations
            : Label(world, buffer[..length], isKnown);
    }

    string Label(World world, ReadOnlySpan<byte> canonical, bool isKnown = true)
    {
        Span<char> text = stackalloc char[AddressText.MaxLength];
        var number = AddressText.NumberOf(canonical);
        if (number.IsEmpty && !isKnown)
            return CallStatistics.OtherDestinations;
        if (number.IsEmpty)
            return Known(text[..Encoding.ASCII.GetChars(canonical[(canonical.IndexOf((byte)'@') + 1)..], text)]);
        text = text[..Encoding.ASCII.GetChars(number[..Math.Min(number.Length, AddressText.MaxDigits + 1)], text)];
        var prefixes = Prefixes(world).GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = text.Length; length > 1 && _prefixes.Count > 0; length--)
        {
            if (prefixes.TryGetValue(text[..length], out var prefix))
                return prefix;
        }

        return Known(text[..Math.Min(text.Length, 1 + CountryDigits(text[1..]))]);
    }

    FrozenSet<string> Prefixes(World world)
    {
        if (_world == world)
            return _prefixes;
        _world = world;
        var document = world.Document;
        var prefixes = document.Providers.SelectMany(provider => provider.Prefixes).Concat(document.Routes.Select(route => route.Prefix).OfType<string>());
        return _prefixes = prefixes.Take(MaxPrefixes + 1).Count() > MaxPrefixes ? [] : prefixes.ToFrozenSet(StringComparer.Ordinal);
    }

    string Known(ReadOnlySpan<char> label)
    {
        var known = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(label, out var found))
            return found;
        if (_known.Count >= MaxLabels)
            return CallStatistics.OtherDestinations;
        var text = label.ToString();
        _known[text] = text;
        return text;
    }

    static int CountryDigits(ReadOnlySpan<char> digits) => digits[0] is '1' or '7' ? 1 : digits.Length > 2 && digits[..2].ContainsAny(_two) ? 2 : 3;
}

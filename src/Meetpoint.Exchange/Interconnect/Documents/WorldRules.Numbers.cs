namespace Meetpoint.Exchange.Interconnect;

/// <summary>This part: numbering plans and emergency calls.</summary>
sealed partial class WorldRules
{
    const int MaxCodes = 256;
    const int MaxPrefixDigits = 8;
    const int MaxCountryDigits = 3;

    void CheckNumbering(string at, Numbering? numbering)
    {
        if (numbering is null)
            return;
        if (numbering.Country is { } country && (!IsDigits(country, MaxCountryDigits) || country[0] == '0'))
            Add($"{at}/country", "bad-country-code", $"'{country}' is no country code", "write 1 to 3 digits without a plus, in quotes, such as \"44\"");
        if (numbering.Country is null && (numbering.NationalPrefix.Length > 0 || !numbering.InternationalPrefixes.IsEmpty || numbering.AreaCode is not null))
            Add($"{at}/country", "missing", "prefixes and an area code mean nothing without a country", "add 'country'");
        if (numbering.NationalPrefix.Length > 0)
            Digits($"{at}/nationalPrefix", numbering.NationalPrefix);
        for (var i = 0; i < numbering.InternationalPrefixes.Length; i++)
            Digits($"{at}/internationalPrefixes/{i}", numbering.InternationalPrefixes[i]);
        if (numbering.AreaCode is { } areaCode)
            Digits($"{at}/areaCode", areaCode);
        if (numbering.MinDigits is { } fewest)
            Range($"{at}/minDigits", fewest, 1, AddressText.MaxDigits);
        if (numbering.MaxDigits is { } most)
            Range($"{at}/maxDigits", most, numbering.MinDigits ?? 1, AddressText.MaxDigits);
        CheckCodes(at, numbering);
    }

    void CheckCodes(string at, Numbering numbering)
    {
        Count($"{at}/shortCodes", numbering.ShortCodes.Length);
        Count($"{at}/emergencyCodes", numbering.EmergencyCodes.Length);
        Count($"{at}/phoneContexts", numbering.PhoneContexts.Length);
        for (var i = 0; i < numbering.ShortCodes.Length; i++)
        {
            if (DialPattern.Parse(numbering.ShortCodes[i]) is null)
                Add($"{at}/shortCodes/{i}", "bad-pattern", $"'{numbering.ShortCodes[i]}' is no pattern of a code", $"write 1 to {DialPattern.MaxLength} of digits, '*', '#', 'x' for any digit and [2-5] for some, in quotes");
        }

        for (var i = 0; i < numbering.EmergencyCodes.Length; i++)
            Digits($"{at}/emergencyCodes/{i}", numbering.EmergencyCodes[i]);
        for (var i = 0; i < numbering.PhoneContexts.Length; i++)
        {
            var context = numbering.PhoneContexts[i];
            if (context is ['+', .. var digits] ? !IsDigits(digits, AddressText.MaxDigits) : AddressText.Canonical(context, out var form) is null || form != AddressForm.Domain)
                Add($"{at}/phoneContexts/{i}", "bad-phone-context", $"'{context}' is no phone-context", "write a domain, or '+' and digits in quotes");
        }

        void Count(string path, int count)
        {
            if (count > MaxCodes)
                Add(path, "too-many", $"{count} entries", $"keep to {MaxCodes}");
        }
    }

    /// <summary>An emergency call never leaves over an NNI, but to the exchange that serves its provider.</summary>
    void CheckEmergency(string at, Provider provider)
    {
        if (provider.Emergency.Length > Route.MaxCandidates)
            Add(at, "candidates", $"{provider.Emergency.Length} neighbours", $"give at most {Route.MaxCandidates}");
        for (var i = 0; i < provider.Emergency.Length; i++)
        {
            if (Refers($"{at}/{i}", provider.Emergency[i], _neighbours, "neighbour") && _neighbours[provider.Emergency[i]] is { Kind: NeighbourKind.Exchange } exchange
                && !string.Equals(exchange.Exchange, provider.Exchange, StringComparison.OrdinalIgnoreCase))
                Add($"{at}/{i}", "foreign-nni", $"'{exchange.Id}' is another party's exchange: emergency calls are never sent there", "name a trunk");
        }
    }

    void Digits(string path, string text)
    {
        if (!IsDigits(text, MaxPrefixDigits))
            Add(path, "bad-digits", $"'{text}' is not 1 to {MaxPrefixDigits} digits", "write digits, in quotes");
    }

    static bool IsDigits(ReadOnlySpan<char> text, int most) => text.Length > 0 && text.Length <= most && text.IndexOfAnyExceptInRange('0', '9') < 0;
}

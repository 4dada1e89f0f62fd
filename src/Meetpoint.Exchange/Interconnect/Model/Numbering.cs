using System.Collections.Immutable;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>How a neighbour, or the customers of a provider, write telephone numbers. Digits are texts: a leading nought counts.</summary>
public sealed record Numbering
{
    /// <summary>What holds where nothing is said: numbers with a plus are understood, and no others.</summary>
    public static Numbering None { get; } = new();

    /// <summary>Country code of national numbers, as "44": 1 to 3 digits; null: only numbers with a plus are understood.</summary>
    public string? Country { get; init; }

    /// <summary>Dialled before a national number, as "0"; empty where there is none.</summary>
    public string NationalPrefix { get; init; } = "";

    /// <summary>Dialled before a country code, as "00" or "011".</summary>
    public ImmutableArray<string> InternationalPrefixes { get; init; } = [];

    /// <summary>Area code that local numbers lack, as "20"; null: there is no local dialling.</summary>
    public string? AreaCode { get; init; }

    /// <summary>Fewest digits of a national number, its prefix left out; null: not checked.</summary>
    public int? MinDigits { get; init; }

    /// <summary>Most digits of a national number, its prefix left out; null: not checked.</summary>
    public int? MaxDigits { get; init; }

    /// <summary>
    /// Codes that mean something at the neighbour's provider alone, and are never made international: digits, '*', '#', 'x' for any digit, "[2-5]" for
    /// some; as "118xxx".
    /// </summary>
    public ImmutableArray<string> ShortCodes { get; init; } = [];

    /// <summary>Codes of emergency services, as "112" and "999".</summary>
    public ImmutableArray<string> EmergencyCodes { get; init; } = [];

    /// <summary>Values of phone-context (RFC 3966 section 5.1.5) that mean this plan, besides its country code: domains, or "+" and digits.</summary>
    public ImmutableArray<string> PhoneContexts { get; init; } = [];

    /// <summary>True when the sender's look-up of ported numbers is believed: calls go by its `rn` (RFC 4694). Otherwise `rn` and `npdi` are taken out.</summary>
    public bool RoutingNumbers { get; init; }
}

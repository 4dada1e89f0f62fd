using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>RADIUS packets that cross between two providers, as rules name them.</summary>
[JsonConverter(typeof(KebabEnumConverter<RoamingPacket>))]
public enum RoamingPacket
{
    /// <summary>Access-Request, to the home.</summary>
    Request,

    /// <summary>Access-Challenge, to the hotspot.</summary>
    Challenge,

    /// <summary>Access-Accept, to the hotspot.</summary>
    Accept,

    /// <summary>Access-Reject, to the hotspot.</summary>
    Reject,

    /// <summary>Accounting-Request, to the home.</summary>
    Accounting,

    /// <summary>CoA-Request, to the hotspot.</summary>
    Coa,

    /// <summary>Disconnect-Request, to the hotspot.</summary>
    Disconnect,
}

/// <summary>How a Chargeable-User-Identity crosses from the home to a hotspot of another provider (RFC 4372).</summary>
[JsonConverter(typeof(KebabEnumConverter<CuiForm>))]
public enum CuiForm
{
    /// <summary>As another at each provider, the same there for as long as the home's is; on the way back it is the home's again.</summary>
    Pseudonym,

    /// <summary>As the home issued it.</summary>
    AsIssued,
}

/// <summary>
/// What becomes of the attributes of one kind of packet. What is kept alone and what is removed counts first, then bounds; then what is set takes the place of all that came, and what
/// is added stands where there is none. Attributes go by their names in the dictionary, with values as "Idle-Timeout = 600".
/// </summary>
public sealed record RoamingRule
{
    /// <summary>Rules of one agreement.</summary>
    public const int MaxRules = 32;

    /// <summary>Entries of one list.</summary>
    public const int MaxEntries = 64;

    /// <summary>Attributes of one kind of packet in one direction that are bounded or added.</summary>
    public const int MaxWatched = 30;

    /// <summary>Octets that are added to one kind of packet in one direction: a quarter of the longest.</summary>
    public const int MaxAddedOctets = 1_024;

    /// <summary>Of which packets.</summary>
    public required RoamingPacket Of { get; init; }

    /// <summary>The party that they go to; null: either.</summary>
    public string? Towards { get; init; }

    /// <summary>These alone go on, attributes or whole vendors, and what no rule can take away; empty: all.</summary>
    public ImmutableArray<string> KeepOnly { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>These go on although they usually do not, being the home's own network's: VLANs, tunnels, filters, addresses.</summary>
    public ImmutableArray<string> Allow { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>These do not go on: attributes, or whole vendors.</summary>
    public ImmutableArray<string> Remove { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Numbers and the most that they may be; 0, which access servers take for no bound, becomes that too.</summary>
    public ImmutableArray<string> Cap { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Attributes with the value that takes the place of any other.</summary>
    public ImmutableArray<string> Set { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Attributes with the value that they get where there is none.</summary>
    public ImmutableArray<string> Add { get => field.IsDefault ? [] : field; init; } = [];
}

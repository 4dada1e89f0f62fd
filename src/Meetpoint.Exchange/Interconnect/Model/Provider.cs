using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>A party that has customers: a carrier, a vendor's cloud, an enterprise.</summary>
public sealed record Provider
{
    /// <summary>Unique among providers; never used again for another.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Domains whose addresses are its own, lower case.</summary>
    public ImmutableArray<string> Domains { get; init; } = [];

    /// <summary>Domain name of the exchange that serves it; this exchange's own name for the providers that it serves.</summary>
    public required string Exchange { get; init; }

    /// <summary>E.164 prefixes that are its own, as "+4420".</summary>
    public ImmutableArray<string> Prefixes { get; init; } = [];

    /// <summary>Single E.164 numbers that are its own, as "+442079460000".</summary>
    public ImmutableArray<string> Numbers { get; init; } = [];

    /// <summary>How its own customers write numbers, and its trunks that say nothing else; null: with a plus and the country code.</summary>
    public Numbering? Numbering { get; init; }

    /// <summary>Whether meetings of its own customers alone may be recorded; across an agreement that one says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RecordingPermission Recording { get; init; }

    /// <summary>Neighbours that take its customers' emergency calls, in order; empty: its own trunks.</summary>
    public ImmutableArray<string> Emergency { get; init; } = [];

    /// <summary>Realms by which its customers roam on Wi-Fi; none for a provider that has no roamers.</summary>
    public ImmutableArray<Realm> Realms { get => field.IsDefault ? [] : field; init; } = []; // stored providers from before they had any lack it

    /// <summary>Roaming consortia that its customers' devices look for, 3 or 5 octets in hexadecimal, lower case.</summary>
    public ImmutableArray<string> RoamingConsortia { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>A customer of a provider.</summary>
public sealed record Organisation
{
    /// <summary>Unique among organisations.</summary>
    public required string Id { get; init; }

    /// <summary>Whose customer it is.</summary>
    public required string Provider { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>True when the directory may show it to those whom an agreement lets look.</summary>
    public bool Listed { get; init; }
}

/// <summary>A person of an organisation.</summary>
public sealed record User
{
    /// <summary>Unique among users.</summary>
    public required string Id { get; init; }

    /// <summary>The organisation that the person belongs to.</summary>
    public required string Organisation { get; init; }

    /// <summary>What people call the person.</summary>
    public required string Name { get; init; }

    /// <summary>Address of record, as "alice@albion.example".</summary>
    public required string Sip { get; init; }

    /// <summary>Where invitations go; null when the person takes none.</summary>
    public string? Mail { get; init; }

    /// <summary>A zone of the tz database, in which invitations show times.</summary>
    public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>The person's presence: systems that know her, and who may see it.</summary>
    public UserPresence Presence { get; init; } = new();
}

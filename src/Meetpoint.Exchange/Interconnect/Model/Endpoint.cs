using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What an endpoint is.</summary>
[JsonConverter(typeof(KebabEnumConverter<EndpointKind>))]
public enum EndpointKind
{
    /// <summary>A room system: can be booked, and is dialled at the start of a meeting.</summary>
    Room,

    /// <summary>A phone or a person's client.</summary>
    Phone,

    /// <summary>A customer's own conference bridge, dialled as one participant.</summary>
    Bridge,
}

/// <summary>A device that calls or is called.</summary>
public sealed record Endpoint
{
    /// <summary>Unique among endpoints.</summary>
    public required string Id { get; init; }

    /// <summary>Owner: a user; or else an organisation. Exactly one is set.</summary>
    public string? User { get; init; }

    /// <summary>Owner: an organisation; or else a user.</summary>
    public string? Organisation { get; init; }

    /// <summary>What it is.</summary>
    public required EndpointKind Kind { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Its address, as "boardroom@liberty.example".</summary>
    public required string Sip { get; init; }

    /// <summary>Static contact URI, as "sip:boardroom@192.0.2.7:5060;transport=tcp"; null when it registers, or comes through its provider's trunk.</summary>
    public string? Contact { get; init; }

    /// <summary>What it proves itself with, and may register by; null when its provider's trunk vouches for it.</summary>
    public DigestCredentials? Digest { get; init; }

    /// <summary>Id of the equipment profile.</summary>
    public string Profile { get; init; } = EquipmentProfile.GenericId;

    /// <summary>Screens it shows video on; 0 for a phone.</summary>
    public int Screens { get; init; }

    /// <summary>Its E.164 number; null without.</summary>
    public string? Number { get; init; }

    /// <summary>Who may book or dial it: addresses, domains or provider ids. Empty: whoever an agreement lets through.</summary>
    public ImmutableArray<string> WhiteList { get; init; } = [];

    /// <summary>True when the directory may show it to those whom an agreement lets look.</summary>
    public bool Listed { get; init; }
}

/// <summary>User name and secret of digest authentication (RFC 8760). Its text never shows the secret.</summary>
public sealed record DigestCredentials
{
    /// <summary>User name.</summary>
    public required string User { get; init; }

    /// <summary>Shared secret.</summary>
    public required string Secret { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"digest user {User}";
}

using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Whether a party is in the trust domain for identity (RFC 3324 section 2.3).</summary>
[JsonConverter(typeof(KebabEnumConverter<IdentityTrust>))]
public enum IdentityTrust
{
    /// <summary>What it asserts is believed, and it is told who calls, also when the caller wants to be withheld: it will withhold it itself.</summary>
    Trusted,

    /// <summary>What it asserts is not read, and a caller who wants to be withheld is withheld from it.</summary>
    Untrusted,
}

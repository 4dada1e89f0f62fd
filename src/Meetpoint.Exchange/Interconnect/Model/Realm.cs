using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>A realm of network access identifiers (RFC 7542) that is a provider's own.</summary>
public sealed record Realm
{
    /// <summary>What a suffix begins with.</summary>
    public const string SuffixMark = "*.";

    /// <summary>Realms of a provider, at most.</summary>
    public const int MaxRealms = 1_000;

    /// <summary>The name of every realm that is nobody else's.</summary>
    public const string DefaultName = "*";

    /// <summary>"albion.example", "*.albion.example" for every realm below it, or "*" for every one that is nobody else's; lower case. Of two that fit, the longer is meant.</summary>
    public required string Name { get; init; }

    /// <summary>How its customers prove themselves, the best first; empty: nobody says.</summary>
    public ImmutableArray<EapMethod> Eap { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The name without the mark of a suffix.</summary>
    [JsonIgnore]
    internal string Domain => Name.StartsWith(SuffixMark, StringComparison.Ordinal) ? Name[SuffixMark.Length..] : Name;

    /// <summary>True when realms below it are meant.</summary>
    [JsonIgnore]
    internal bool IsSuffix => Name.Length > Domain.Length;

    /// <summary>True when every realm that is nobody else's is meant: it has no name to tell anyone.</summary>
    [JsonIgnore]
    internal bool IsDefault => Name == DefaultName;
}

/// <summary>A way of proving oneself by EAP, with what stands within it.</summary>
[JsonConverter(typeof(KebabEnumConverter<EapMethod>))]
public enum EapMethod
{
    /// <summary>EAP-TLS (RFC 9190): a certificate.</summary>
    Tls,

    /// <summary>EAP-TTLS (RFC 5281) with MSCHAPv2 inside: name and password.</summary>
    TtlsMschapv2,

    /// <summary>EAP-TTLS with PAP inside: name and password.</summary>
    TtlsPap,

    /// <summary>PEAP with MSCHAPv2 inside: name and password.</summary>
    PeapMschapv2,

    /// <summary>EAP-SIM (RFC 4186).</summary>
    Sim,

    /// <summary>EAP-AKA (RFC 4187).</summary>
    Aka,

    /// <summary>EAP-AKA' (RFC 9048).</summary>
    AkaPrime,
}

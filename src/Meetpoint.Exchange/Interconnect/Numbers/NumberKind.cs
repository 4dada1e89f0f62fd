namespace Meetpoint.Exchange.Interconnect;

/// <summary>What a called or calling address turned out to be.</summary>
public enum NumberKind : byte
{
    /// <summary>No public telephone number: a name, a private extension, another party's numbering. Stays as it was received.</summary>
    NotANumber,

    /// <summary>A number of E.164.</summary>
    Number,

    /// <summary>A code of the sender's provider. Stays as it was received, and goes to that provider alone.</summary>
    ShortCode,

    /// <summary>An emergency service: urn:service:sos or one of the plan's emergency codes. Stays as it was received.</summary>
    Emergency,

    /// <summary>Meant to be a number, and cannot be one.</summary>
    Malformed,
}

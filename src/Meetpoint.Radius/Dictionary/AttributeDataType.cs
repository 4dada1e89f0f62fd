namespace Meetpoint.Radius.Dictionary;

/// <summary>What a value is (RFC 8044 section 3).</summary>
public enum AttributeDataType
{
    /// <summary>Octets of any kind (string, section 3.5); also what is not known.</summary>
    Octets,

    /// <summary>UTF-8 (section 3.4).</summary>
    Text,

    /// <summary>32 bits, with or without names for its values (sections 3.1, 3.2).</summary>
    Integer,

    /// <summary>64 bits (section 3.13).</summary>
    Integer64,

    /// <summary>Seconds since 1970 (section 3.3).</summary>
    Time,

    /// <summary>Eight bits; of some vendors.</summary>
    Byte,

    /// <summary>Sixteen bits; of some vendors.</summary>
    Short,

    /// <summary>Section 3.8.</summary>
    Ipv4Address,

    /// <summary>Section 3.9.</summary>
    Ipv6Address,

    /// <summary>Section 3.11.</summary>
    Ipv4Prefix,

    /// <summary>Section 3.10.</summary>
    Ipv6Prefix,

    /// <summary>Eight octets (section 3.7).</summary>
    InterfaceId,

    /// <summary>Attributes within (section 3.14).</summary>
    Tlv,

    /// <summary>Vendor-Specific (section 3.15).</summary>
    Vendor,

    /// <summary>241 to 244 (section 3.16).</summary>
    Extended,

    /// <summary>245 and 246 (section 3.17).</summary>
    LongExtended,

    /// <summary>Extended-Vendor-Specific (section 3.18).</summary>
    ExtendedVendor,
}

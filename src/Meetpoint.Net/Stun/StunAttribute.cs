namespace Meetpoint.Net.Stun;

/// <summary>Attributes of STUN (RFC 8489 section 18.3) and of ICE (RFC 8445 section 16.1). Those below 0x8000 must be understood.</summary>
public enum StunAttribute : ushort
{
    /// <summary>No attribute: 0x0000 is reserved.</summary>
    None = 0,

    /// <summary>Whose credentials sign the message; of an ICE check "receiver's fragment:sender's fragment".</summary>
    Username = 0x0006,

    /// <summary>HMAC-SHA1 over all that stands before it: 20 bytes.</summary>
    MessageIntegrity = 0x0008,

    /// <summary>Class, number and reason of an error.</summary>
    ErrorCode = 0x0009,

    /// <summary>Attributes that an answer of 420 did not understand.</summary>
    UnknownAttributes = 0x000A,

    /// <summary>HMAC-SHA256, stands where MESSAGE-INTEGRITY does or right behind it. Not made here; who sends it alone is not understood.</summary>
    MessageIntegritySha256 = 0x001C,

    /// <summary>Where the request came from, masked against middleboxes that rewrite addresses.</summary>
    XorMappedAddress = 0x0020,

    /// <summary>Priority of the peer-reflexive candidate that this check would make: 32 bits.</summary>
    Priority = 0x0024,

    /// <summary>The controlling side nominates this pair: no value.</summary>
    UseCandidate = 0x0025,

    /// <summary>Name of the program.</summary>
    Software = 0x8022,

    /// <summary>CRC-32 of all before it, XOR "STUN": the last of a message.</summary>
    Fingerprint = 0x8028,

    /// <summary>The sender thinks itself the controlled side: a tie-breaker of 64 bits.</summary>
    IceControlled = 0x8029,

    /// <summary>The sender thinks itself the controlling side: a tie-breaker of 64 bits.</summary>
    IceControlling = 0x802A,
}

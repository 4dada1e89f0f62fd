namespace Meetpoint.Sip.Bfcp;

/// <summary>Why a message of floor control is not done (RFC 8855 section 5.2.6).</summary>
public enum BfcpErrorCode : byte
{
    /// <summary>Nothing is wrong; never on the wire.</summary>
    None = 0,

    /// <summary>There is no such conference.</summary>
    NoSuchConference = 1,

    /// <summary>There is no such user.</summary>
    NoSuchUser = 2,

    /// <summary>What it asks for is not known.</summary>
    UnknownPrimitive = 3,

    /// <summary>An attribute that must be understood is not; the details name them.</summary>
    UnknownMandatoryAttribute = 4,

    /// <summary>It is not for this user to ask.</summary>
    UnauthorizedOperation = 5,

    /// <summary>There is no such floor.</summary>
    InvalidFloor = 6,

    /// <summary>There is no such request.</summary>
    NoSuchFloorRequest = 7,

    /// <summary>It asks for the floor already.</summary>
    TooManyFloorRequests = 8,

    /// <summary>It has to come by TLS.</summary>
    UseTls = 9,

    /// <summary>It cannot be read.</summary>
    UnableToParse = 10,

    /// <summary>It has to come by DTLS.</summary>
    UseDtls = 11,

    /// <summary>Its version is not spoken here.</summary>
    UnsupportedVersion = 12,

    /// <summary>It is not as long as it says.</summary>
    IncorrectLength = 13,

    /// <summary>Something else.</summary>
    Generic = 14,
}

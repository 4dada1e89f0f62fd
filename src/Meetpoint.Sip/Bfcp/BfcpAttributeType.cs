namespace Meetpoint.Sip.Bfcp;

/// <summary>What an attribute of a message of floor control is (RFC 8855 section 5.2).</summary>
public enum BfcpAttributeType : byte
{
    /// <summary>For whom a floor is asked for: 16 bits.</summary>
    BeneficiaryId = 1,

    /// <summary>A floor: 16 bits.</summary>
    FloorId = 2,

    /// <summary>A request: 16 bits.</summary>
    FloorRequestId = 3,

    /// <summary>How pressing it is: three bits.</summary>
    Priority = 4,

    /// <summary>How a request stands, and its place in the queue.</summary>
    RequestStatus = 5,

    /// <summary>Why not, with details by the code.</summary>
    ErrorCode = 6,

    /// <summary>The same in words.</summary>
    ErrorInfo = 7,

    /// <summary>What the participant says of its request.</summary>
    ParticipantProvidedInfo = 8,

    /// <summary>What is said of a status.</summary>
    StatusInfo = 9,

    /// <summary>Attributes that are understood.</summary>
    SupportedAttributes = 10,

    /// <summary>Primitives that are understood.</summary>
    SupportedPrimitives = 11,

    /// <summary>Name of a user.</summary>
    UserDisplayName = 12,

    /// <summary>Address of a user.</summary>
    UserUri = 13,

    /// <summary>A user, with name and address: a group.</summary>
    BeneficiaryInformation = 14,

    /// <summary>A request, with all that is known of it: a group.</summary>
    FloorRequestInformation = 15,

    /// <summary>Who asked for somebody else: a group.</summary>
    RequestedByInformation = 16,

    /// <summary>How a request stands for one floor: a group.</summary>
    FloorRequestStatus = 17,

    /// <summary>How it stands as a whole: a group.</summary>
    OverallRequestStatus = 18,
}

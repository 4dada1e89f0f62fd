namespace Meetpoint.Sip.Bfcp;

/// <summary>What a message of floor control is (RFC 8855 section 5.1).</summary>
public enum BfcpPrimitive : byte
{
    /// <summary>A participant asks for a floor.</summary>
    FloorRequest = 1,

    /// <summary>It gives a floor back, or asks for it no more.</summary>
    FloorRelease = 2,

    /// <summary>It asks how its request stands.</summary>
    FloorRequestQuery = 3,

    /// <summary>How a request stands; of the server.</summary>
    FloorRequestStatus = 4,

    /// <summary>Asks for the requests of a user.</summary>
    UserQuery = 5,

    /// <summary>The requests of a user; of the server.</summary>
    UserStatus = 6,

    /// <summary>Asks who has which floors, and to be told of changes.</summary>
    FloorQuery = 7,

    /// <summary>Who has a floor; of the server.</summary>
    FloorStatus = 8,

    /// <summary>What a chair decides.</summary>
    ChairAction = 9,

    /// <summary>The server heard the chair.</summary>
    ChairActionAck = 10,

    /// <summary>Asks what the server can do.</summary>
    Hello = 11,

    /// <summary>What it can do.</summary>
    HelloAck = 12,

    /// <summary>A request cannot be done; of the server.</summary>
    Error = 13,

    /// <summary>A status was heard; over unreliable transport alone, as the three below.</summary>
    FloorRequestStatusAck = 14,

    /// <summary>A status of a floor was heard.</summary>
    FloorStatusAck = 15,

    /// <summary>Floor control ends.</summary>
    Goodbye = 16,

    /// <summary>It was heard.</summary>
    GoodbyeAck = 17,
}

namespace Meetpoint.Radius.Packets;

/// <summary>What a packet is: its first octet (RFC 2865 section 3, with the registry that stands on it).</summary>
public enum RadiusCode : byte
{
    /// <summary>None; never on the wire.</summary>
    None = 0,

    /// <summary>RFC 2865 section 4.1.</summary>
    AccessRequest = 1,

    /// <summary>RFC 2865 section 4.2.</summary>
    AccessAccept = 2,

    /// <summary>RFC 2865 section 4.3.</summary>
    AccessReject = 3,

    /// <summary>RFC 2866 section 4.1.</summary>
    AccountingRequest = 4,

    /// <summary>RFC 2866 section 4.2.</summary>
    AccountingResponse = 5,

    /// <summary>RFC 2865 section 4.4.</summary>
    AccessChallenge = 11,

    /// <summary>RFC 5997 section 4.1: are you there?</summary>
    StatusServer = 12,

    /// <summary>RFC 5176 section 3.1: end a session.</summary>
    DisconnectRequest = 40,

    /// <summary>RFC 5176 section 3.1.</summary>
    DisconnectAck = 41,

    /// <summary>RFC 5176 section 3.1.</summary>
    DisconnectNak = 42,

    /// <summary>RFC 5176 section 3.2: change the authorisation of a session.</summary>
    CoaRequest = 43,

    /// <summary>RFC 5176 section 3.2.</summary>
    CoaAck = 44,

    /// <summary>RFC 5176 section 3.2.</summary>
    CoaNak = 45,

    /// <summary>RFC 7930 section 4: an answer to any request that could not be taken.</summary>
    ProtocolError = 52,
}

/// <summary>What the codes have in common.</summary>
public static class RadiusCodes
{
    /// <summary>True for a code that is read here; others are discarded in silence (RFC 2865 section 3).</summary>
    public static bool IsKnown(this RadiusCode code) => code.IsRequest() || code.IsResponse();

    /// <summary>True for what asks.</summary>
    public static bool IsRequest(this RadiusCode code) => code is RadiusCode.AccessRequest or RadiusCode.AccountingRequest or RadiusCode.StatusServer
        or RadiusCode.DisconnectRequest or RadiusCode.CoaRequest;

    /// <summary>True for what answers.</summary>
    public static bool IsResponse(this RadiusCode code) => code is RadiusCode.AccessAccept or RadiusCode.AccessReject or RadiusCode.AccessChallenge
        or RadiusCode.AccountingResponse or RadiusCode.DisconnectAck or RadiusCode.DisconnectNak or RadiusCode.CoaAck or RadiusCode.CoaNak or RadiusCode.ProtocolError;

    /// <summary>
    /// True for requests whose authenticator is a digest over them and the secret (RFC 2866 section 3, RFC 5176 section 2.3); in the others it is random.
    /// </summary>
    public static bool HasDigestAuthenticator(this RadiusCode request) =>
        request is RadiusCode.AccountingRequest or RadiusCode.DisconnectRequest or RadiusCode.CoaRequest;

    /// <summary>Whether a request may be answered so (RFC 2865, 2866, 5176; for Status-Server RFC 5997 section 4.2).</summary>
    public static bool IsAnswerTo(this RadiusCode response, RadiusCode request) => response == RadiusCode.ProtocolError ? request.IsRequest() : request switch
    {
        RadiusCode.AccessRequest => response is RadiusCode.AccessAccept or RadiusCode.AccessReject or RadiusCode.AccessChallenge,
        RadiusCode.AccountingRequest => response is RadiusCode.AccountingResponse,
        RadiusCode.StatusServer => response is RadiusCode.AccessAccept or RadiusCode.AccountingResponse,
        RadiusCode.DisconnectRequest => response is RadiusCode.DisconnectAck or RadiusCode.DisconnectNak,
        RadiusCode.CoaRequest => response is RadiusCode.CoaAck or RadiusCode.CoaNak,
        _ => false,
    };
}

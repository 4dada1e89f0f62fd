namespace Meetpoint.Sip.Clue;

/// <summary>How a message is answered (RFC 8847 section 5.7): three digits, of which the first tells the class.</summary>
public enum ClueCode
{
    /// <summary>It is taken.</summary>
    Success = 200,

    /// <summary>Low-level request error.</summary>
    RequestError = 300,

    /// <summary>It is not well-formed, or lacks what it must have.</summary>
    BadSyntax = 301,

    /// <summary>A value is none that it may have.</summary>
    InvalidValue = 302,

    /// <summary>Two values contradict each other.</summary>
    ConflictingValues = 303,

    /// <summary>Semantic error.</summary>
    SemanticError = 400,

    /// <summary>No version in common.</summary>
    VersionNotSupported = 401,

    /// <summary>The sequence number is not the next, or the message is none that this state has.</summary>
    InvalidSequencing = 402,

    /// <summary>It names what was not advertised.</summary>
    InvalidIdentifier = 403,

    /// <summary>It is about an advertisement that another has replaced.</summary>
    AdvertisementExpired = 404,

    /// <summary>Not all parts of a capture were chosen, of one that does not allow it.</summary>
    SubsetNotAllowed = 405,
}

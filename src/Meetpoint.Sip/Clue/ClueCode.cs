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

    /// <summary>The clueId is not that of the session.</summary>
    InvalidIdentifier = 403,

    /// <summary>It is about an advertisement that another has replaced.</summary>
    AdvertisementExpired = 404,

    /// <summary>Not all parts of a capture were chosen, of one that does not allow it.</summary>
    SubsetNotAllowed = 405,
}

/// <summary>Classes of codes.</summary>
public static class ClueCodes
{
    /// <summary>The first digit tells it, so that codes of later minor versions are understood.</summary>
    public static bool IsSuccess(this ClueCode code) => (int)code / 100 == 2;

    /// <summary>Version 1 has 2xx, 3xx and 4xx; 1xx and the classes from 5xx on are kept for others.</summary>
    public static bool IsOfVersionOne(uint code) => code is >= 200 and <= 499;
}

using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Roaming.Dynamic;

/// <summary>Why a Disconnect or CoA was not done: Error-Cause (RFC 5176 section 3.5), as far as it is given here; others go through by their number.</summary>
enum ErrorCause : uint
{
    /// <summary>None was given.</summary>
    None = 0,
#pragma warning disable CS1591 // each is named as its RFC names it
    ResidualSessionContextRemoved = 201,
    UnsupportedAttribute = 401,
    MissingAttribute = 402,
    NasIdentificationMismatch = 403,
    InvalidRequest = 404,
    UnsupportedService = 405,
    UnsupportedExtension = 406,
    AdministrativelyProhibited = 501,
    RequestNotRoutable = 502,
    SessionContextNotFound = 503,
    SessionContextNotRemovable = 504,
    ResourcesUnavailable = 506,
#pragma warning restore CS1591
}

/// <summary>What became of a Disconnect or CoA.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(KebabEnumConverter<DynamicResult>))]
public enum DynamicResult
{
    /// <summary>The access server has done it (ACK).</summary>
    Acknowledged,

    /// <summary>It has not (NAK), and says why.</summary>
    Refused,

    /// <summary>It did not answer: nobody knows whether it was done.</summary>
    Unanswered,

    /// <summary>Nothing says where it takes such requests, or there is no connection to it.</summary>
    Unreachable,
}

/// <summary>What became of one, with what was said.</summary>
/// <param name="Result">What.</param>
/// <param name="Cause">Error-Cause of a NAK.</param>
/// <param name="By">Who was asked, for people; empty where nobody was.</param>
readonly record struct DynamicOutcome(DynamicResult Result, ErrorCause Cause, string By);

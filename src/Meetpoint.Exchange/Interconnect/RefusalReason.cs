using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Why something was refused. <see cref="RefusalTable"/> has one row for each.</summary>
[JsonConverter(typeof(KebabEnumConverter<RefusalReason>))]
public enum RefusalReason
{
    /// <summary>Nothing was refused.</summary>
    None,

    /// <summary>Nobody that this exchange knows.</summary>
    UnknownSender,

    /// <summary>A known neighbour speaks for a provider that it may not speak for, or names none.</summary>
    OriginNotAllowed,

    /// <summary>The parties have no agreement.</summary>
    NoAgreement,

    /// <summary>The agreement is a draft.</summary>
    AgreementDraft,

    /// <summary>The agreement is suspended, ended, not yet or no longer valid.</summary>
    AgreementNotInForce,

    /// <summary>The agreement is on trial and the caller is none of its test accounts.</summary>
    NotATestAccount,

    /// <summary>The agreement does not cover the service in this direction.</summary>
    ServiceNotCovered,

    /// <summary>The agreement does not admit the equipment.</summary>
    ProfileNotAdmitted,

    /// <summary>The endpoint's white list does not have the caller.</summary>
    NotOnWhiteList,

    /// <summary>A limit of the agreement is used up.</summary>
    OverLimit,

    /// <summary>More calls a second than agreed.</summary>
    OverRate,

    /// <summary>The lease on a limit could not be renewed, and the agreement fails closed.</summary>
    LimitUnknown,

    /// <summary>Nothing leads to the target, or nobody has it.</summary>
    NoRoute,

    /// <summary>This exchange lies on the path already.</summary>
    Loop,

    /// <summary>The path is too long.</summary>
    TooManyHops,

    /// <summary>The endpoint is booked or busy.</summary>
    EndpointNotFree,

    /// <summary>The wrong PIN, three times.</summary>
    WrongPin,

    /// <summary>The meeting is locked.</summary>
    MeetingLocked,

    /// <summary>The host did not admit the caller from the lobby.</summary>
    NotAdmittedFromLobby,

    /// <summary>All of the neighbour's traffic is refused for a while: overload.</summary>
    Overload,

    /// <summary>All of the neighbour's traffic is refused for a while: maintenance.</summary>
    Maintenance,

    /// <summary>The meeting that is dialled is booked, and it is too early to come in.</summary>
    MeetingNotOpen,

    /// <summary>Someone says to be a customer and does not have the password.</summary>
    WrongCredentials,

    /// <summary>The target's home servers would be found by DNS, and the agreement does not say that they may be.</summary>
    DiscoveryNotAgreed,

    /// <summary>The customer's caps, or what the home provider may owe, are used up: roaming.</summary>
    AllowanceUsedUp,

    /// <summary>A meeting is to be recorded, and an agreement that it crosses, or its provider, does not say that it may be.</summary>
    RecordingNotAgreed,
}

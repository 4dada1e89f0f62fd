namespace Meetpoint.Xmpp;

/// <summary>Why a stanza was not taken (RFC 6120, section 8.3.3): the conditions that servers use.</summary>
public enum XmppCondition
{
    /// <summary>Not to be read as what it claims to be.</summary>
    BadRequest,

    /// <summary>Not allowed, whoever asks.</summary>
    Forbidden,

    /// <summary>The addressee, or what is asked of it, is not there.</summary>
    ItemNotFound,

    /// <summary>Known, but not implemented.</summary>
    FeatureNotImplemented,

    /// <summary>Something is wrong here.</summary>
    InternalServerError,

    /// <summary>An address is none.</summary>
    JidMalformed,

    /// <summary>Not to be taken by this addressee.</summary>
    NotAcceptable,

    /// <summary>The sender may not.</summary>
    NotAllowed,

    /// <summary>The sender must prove itself, or be subscribed.</summary>
    NotAuthorized,

    /// <summary>A rule of this service.</summary>
    PolicyViolation,

    /// <summary>The addressee is away and nothing is kept for it.</summary>
    RecipientUnavailable,

    /// <summary>The other server does not exist, or nobody answers at its address.</summary>
    RemoteServerNotFound,

    /// <summary>The other server was found, but no stream to it came about in time.</summary>
    RemoteServerTimeout,

    /// <summary>Too much at a time.</summary>
    ResourceConstraint,

    /// <summary>The addressee does not offer this.</summary>
    ServiceUnavailable,

    /// <summary>None of the others.</summary>
    UndefinedCondition,
}

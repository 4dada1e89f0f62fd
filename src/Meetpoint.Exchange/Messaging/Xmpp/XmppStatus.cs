using Meetpoint.Xmpp;

namespace Meetpoint.Exchange.Messaging.Xmpp;

/// <summary>Conditions of XMPP errors as statuses of SIP, and back (RFC 7247 section 7).</summary>
static class XmppStatus
{
    /// <summary>The condition that tells an XMPP sender the outcome.</summary>
    public static XmppCondition ConditionOf(int status) => status switch
    {
        400 or 402 or 493 => XmppCondition.BadRequest,
        401 => XmppCondition.NotAuthorized,
        403 => XmppCondition.Forbidden,
        404 or 410 or 481 or 484 or 485 or 604 => XmppCondition.ItemNotFound,
        405 or 501 => XmppCondition.FeatureNotImplemented,
        406 or 415 or 482 or 483 or 488 or 606 => XmppCondition.NotAcceptable,
        408 or 504 => XmppCondition.RemoteServerTimeout,
        413 => XmppCondition.PolicyViolation,
        414 or 416 => XmppCondition.JidMalformed,
        480 or 486 or 487 => XmppCondition.RecipientUnavailable,
        502 => XmppCondition.RemoteServerNotFound,
        503 or 500 => XmppCondition.InternalServerError,
        600 or 603 => XmppCondition.ServiceUnavailable,
        >= 500 => XmppCondition.InternalServerError,
        _ => XmppCondition.UndefinedCondition,
    };

    /// <summary>What an error of an XMPP receiver, or of its server, says. Who has nobody there and keeps nothing says service-unavailable (RFC 6121 section 8.5.2).</summary>
    public static MessageOutcome OutcomeOf(XmppCondition condition) => condition switch
    {
        XmppCondition.RemoteServerTimeout or XmppCondition.RemoteServerNotFound => MessageOutcome.Silent,
        XmppCondition.ItemNotFound => Failed(404),
        XmppCondition.Forbidden or XmppCondition.NotAllowed or XmppCondition.NotAuthorized or XmppCondition.PolicyViolation => Failed(403),
        XmppCondition.RecipientUnavailable or XmppCondition.ServiceUnavailable or XmppCondition.ResourceConstraint => Failed(480),
        XmppCondition.NotAcceptable => Failed(406),
        XmppCondition.FeatureNotImplemented => Failed(405),
        XmppCondition.InternalServerError => Failed(500),
        _ => Failed(400),
    };

    static MessageOutcome Failed(int status) => new(MessageFate.Failed, status);
}

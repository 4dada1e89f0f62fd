namespace Meetpoint.Xmpp;

/// <summary>Names and types of the conditions, as they stand in XML.</summary>
public static class XmppConditions
{
    /// <summary>The element's name.</summary>
    public static string Name(this XmppCondition condition) => condition switch
    {
        XmppCondition.BadRequest => "bad-request",
        XmppCondition.Forbidden => "forbidden",
        XmppCondition.ItemNotFound => "item-not-found",
        XmppCondition.FeatureNotImplemented => "feature-not-implemented",
        XmppCondition.InternalServerError => "internal-server-error",
        XmppCondition.JidMalformed => "jid-malformed",
        XmppCondition.NotAcceptable => "not-acceptable",
        XmppCondition.NotAllowed => "not-allowed",
        XmppCondition.NotAuthorized => "not-authorized",
        XmppCondition.PolicyViolation => "policy-violation",
        XmppCondition.RecipientUnavailable => "recipient-unavailable",
        XmppCondition.RemoteServerNotFound => "remote-server-not-found",
        XmppCondition.RemoteServerTimeout => "remote-server-timeout",
        XmppCondition.ResourceConstraint => "resource-constraint",
        XmppCondition.ServiceUnavailable => "service-unavailable",
        _ => "undefined-condition",
    };

    /// <summary>What the sender may do about it: the type of error that RFC 6120 advises.</summary>
    public static string ErrorType(this XmppCondition condition) => condition switch
    {
        XmppCondition.BadRequest or XmppCondition.JidMalformed or XmppCondition.NotAcceptable or XmppCondition.PolicyViolation => "modify",
        XmppCondition.Forbidden or XmppCondition.NotAuthorized => "auth",
        XmppCondition.RecipientUnavailable or XmppCondition.RemoteServerTimeout or XmppCondition.ResourceConstraint => "wait",
        _ => "cancel",
    };

    /// <summary>The condition of this name; undefined-condition for one that is not known here.</summary>
    public static XmppCondition Parse(string? name)
    {
        for (var condition = XmppCondition.BadRequest; condition < XmppCondition.UndefinedCondition; condition++)
        {
            if (condition.Name() == name)
                return condition;
        }

        return XmppCondition.UndefinedCondition;
    }
}

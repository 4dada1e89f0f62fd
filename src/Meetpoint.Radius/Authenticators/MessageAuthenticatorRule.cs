namespace Meetpoint.Radius.Authenticators;

/// <summary>
/// What we ask of a neighbour's packets beyond what the RFCs do: one that stands there is always checked, and EAP-Message and Status-Server always have
/// one. Access packets only; accounting and CoA have their digests. (CVE-2024-3596: without it an answer can be forged between us.)
/// </summary>
public enum MessageAuthenticatorRule
{
    /// <summary>Every Access-Request, and every answer to one, has a Message-Authenticator.</summary>
    Always,

    /// <summary>An Access-Request that has Proxy-State has one: that is what the forgery needs, and clients that know no Message-Authenticator are no proxies.</summary>
    WithProxyState,

    /// <summary>Where it stands.</summary>
    WherePresent,
}

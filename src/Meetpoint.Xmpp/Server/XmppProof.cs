namespace Meetpoint.Xmpp;

/// <summary>By what a server proves that it is a domain.</summary>
[Flags]
public enum XmppProof
{
    /// <summary>By nothing; as a rule: it is not let in.</summary>
    None = 0,

    /// <summary>By a certificate that is believed and has the domain's name (SASL EXTERNAL, XEP-0178).</summary>
    Certificate = 1,

    /// <summary>By control of the domain's name in DNS (server dialback, XEP-0220).</summary>
    Dialback = 2,

    /// <summary>By either.</summary>
    Any = Certificate | Dialback,
}

namespace Meetpoint.Xmpp;

/// <summary>Namespaces of the protocol.</summary>
public static class XmppNamespaces
{
    /// <summary>Stanzas between servers, and what they define within (RFC 6120, section 4.8.3).</summary>
    public const string Server = "jabber:server";

    /// <summary>The stream itself.</summary>
    public const string Stream = "http://etherx.jabber.org/streams";

    /// <summary>Conditions of stanza errors.</summary>
    public const string StanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas";

    /// <summary>Conditions of stream errors.</summary>
    public const string StreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";

    /// <summary>STARTTLS.</summary>
    public const string Tls = "urn:ietf:params:xml:ns:xmpp-tls";

    /// <summary>SASL.</summary>
    public const string Sasl = "urn:ietf:params:xml:ns:xmpp-sasl";

    /// <summary>Server dialback (XEP-0220).</summary>
    public const string Dialback = "jabber:server:dialback";

    /// <summary>The stream feature of dialback.</summary>
    public const string DialbackFeature = "urn:xmpp:features:dialback";

    /// <summary>Stream management (XEP-0198).</summary>
    public const string StreamManagement = "urn:xmpp:sm:3";

    /// <summary>The stream feature of streams used both ways (XEP-0288).</summary>
    public const string BidirectionalFeature = "urn:xmpp:features:bidi";

    /// <summary>Streams used both ways (XEP-0288).</summary>
    public const string Bidirectional = "urn:xmpp:bidi";

    /// <summary>Ping (XEP-0199).</summary>
    public const string Ping = "urn:xmpp:ping";

    /// <summary>Service discovery of what somebody is and can (XEP-0030).</summary>
    public const string DiscoInfo = "http://jabber.org/protocol/disco#info";
}

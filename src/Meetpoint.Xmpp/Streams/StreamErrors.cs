namespace Meetpoint.Xmpp.Streams;

/// <summary>Conditions of stream errors (RFC 6120, section 4.9.3) that we send.</summary>
static class StreamErrors
{
    internal const string BadFormat = "bad-format";
    internal const string BadNamespacePrefix = "bad-namespace-prefix";
    internal const string ConnectionTimeout = "connection-timeout";
    internal const string HostUnknown = "host-unknown";
    internal const string ImproperAddressing = "improper-addressing";
    internal const string InternalServerError = "internal-server-error";
    internal const string InvalidFrom = "invalid-from";
    internal const string InvalidNamespace = "invalid-namespace";
    internal const string NotAuthorized = "not-authorized";
    internal const string NotWellFormed = "not-well-formed";
    internal const string PolicyViolation = "policy-violation";
    internal const string ResourceConstraint = "resource-constraint";
    internal const string RestrictedXml = "restricted-xml";
    internal const string SystemShutdown = "system-shutdown";
    internal const string UnsupportedEncoding = "unsupported-encoding";
    internal const string UnsupportedFeature = "unsupported-feature";
    internal const string UnsupportedStanzaType = "unsupported-stanza-type";
    internal const string UnsupportedVersion = "unsupported-version";

    /// <summary>The condition for bytes that are not taken.</summary>
    internal static string Of(Xml.XmlFault fault) => fault switch
    {
        Xml.XmlFault.Restricted => RestrictedXml,
        Xml.XmlFault.Encoding => UnsupportedEncoding,
        Xml.XmlFault.Prefix => BadNamespacePrefix,
        Xml.XmlFault.Limit => PolicyViolation,
        _ => NotWellFormed,
    };
}

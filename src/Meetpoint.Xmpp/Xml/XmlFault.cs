namespace Meetpoint.Xmpp.Xml;

/// <summary>Why received bytes are no XML stream that we take.</summary>
public enum XmlFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Not well-formed (RFC 6120, section 4.9.3.13).</summary>
    NotWellFormed,

    /// <summary>A comment, processing instruction, DTD or entity of it (RFC 6120, sections 4.9.3.18 and 11.1).</summary>
    Restricted,

    /// <summary>Bytes that are no UTF-8, or another encoding declared (RFC 6120, section 4.9.3.22).</summary>
    Encoding,

    /// <summary>A prefix that is not declared (RFC 6120, section 4.9.3.2).</summary>
    Prefix,

    /// <summary>Beyond a limit of <see cref="XmlLimits"/> (RFC 6120, section 4.9.3.14).</summary>
    Limit,
}

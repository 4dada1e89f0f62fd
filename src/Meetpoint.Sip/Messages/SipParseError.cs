namespace Meetpoint.Sip;

/// <summary>Why received bytes are no valid message.</summary>
public enum SipParseError : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Only line ends: a keep-alive (RFC 5626 section 3.5.1).</summary>
    KeepAlive,

    /// <summary>The first line is neither a request line nor a status line.</summary>
    NotSip,

    /// <summary>Spaces, brackets or characters in the request line that its grammar does not have.</summary>
    RequestLineMalformed,

    /// <summary>A version other than SIP/2.0.</summary>
    VersionUnsupported,

    /// <summary>The status code is not 100 to 699.</summary>
    StatusMalformed,

    /// <summary>The request URI breaks its scheme's grammar, or carries headers.</summary>
    UriMalformed,

    /// <summary>A request URI of another scheme than sip, sips, tel and urn.</summary>
    UriSchemeUnsupported,

    /// <summary>Over <see cref="SipLimits.UriBytes"/>.</summary>
    UriTooLong,

    /// <summary>A header line without colon, with a bad name, or with a bare CR or LF.</summary>
    HeaderMalformed,

    /// <summary>Over <see cref="SipLimits.HeaderLineBytes"/>.</summary>
    HeaderTooLong,

    /// <summary>Over <see cref="SipLimits.HeaderLines"/>.</summary>
    TooManyHeaders,

    /// <summary>Over <see cref="SipLimits.MessageBytes"/>.</summary>
    MessageTooLarge,

    /// <summary>Content-Length is more than a message may hold.</summary>
    BodyTooLarge,

    /// <summary>No empty line ends the headers.</summary>
    HeadersUnterminated,

    /// <summary>A header stands twice that may stand once.</summary>
    HeaderRepeated,

    /// <summary>No Via.</summary>
    ViaMissing,

    /// <summary>No From.</summary>
    FromMissing,

    /// <summary>No To.</summary>
    ToMissing,

    /// <summary>No Call-ID.</summary>
    CallIdMissing,

    /// <summary>No CSeq.</summary>
    CSeqMissing,

    /// <summary>A Via that breaks the grammar.</summary>
    ViaMalformed,

    /// <summary>A From that breaks the grammar.</summary>
    FromMalformed,

    /// <summary>A To that breaks the grammar.</summary>
    ToMalformed,

    /// <summary>An empty Call-ID or one with spaces.</summary>
    CallIdMalformed,

    /// <summary>CSeq is no number below 2^31 and a method.</summary>
    CSeqMalformed,

    /// <summary>CSeq names another method than the request line.</summary>
    CSeqMethodMismatch,

    /// <summary>Max-Forwards is not 0 to 255.</summary>
    MaxForwardsMalformed,

    /// <summary>Content-Length is no number.</summary>
    ContentLengthMalformed,

    /// <summary>The body is shorter than Content-Length says, or a stream's message says none.</summary>
    ContentLengthMismatch,

    /// <summary>A Contact that breaks the grammar.</summary>
    ContactMalformed,

    /// <summary>A Route or Record-Route that breaks the grammar.</summary>
    RouteMalformed,

    /// <summary>Expires is no number below 2^32.</summary>
    ExpiresMalformed,
}

/// <summary>What is answered to each <see cref="SipParseError"/>.</summary>
public static class SipParseErrors
{
    /// <summary>The status to answer a request with; 0 where nothing can be answered.</summary>
    public static int Status(this SipParseError error) => error switch
    {
        SipParseError.None or SipParseError.KeepAlive or SipParseError.NotSip or SipParseError.ViaMissing => 0,
        SipParseError.VersionUnsupported => 505,
        SipParseError.UriSchemeUnsupported => 416,
        SipParseError.UriTooLong => 414,
        SipParseError.BodyTooLarge => 413,
        SipParseError.MessageTooLarge or SipParseError.HeaderTooLong or SipParseError.TooManyHeaders => 513,
        _ => 400,
    };

    /// <summary>A reason phrase that tells the sender's operator what to mend.</summary>
    public static string Phrase(this SipParseError error) => error switch
    {
        SipParseError.RequestLineMalformed => "Malformed Request Line",
        SipParseError.VersionUnsupported => "Version Not Supported",
        SipParseError.UriMalformed => "Malformed Request-URI",
        SipParseError.UriSchemeUnsupported => "Unsupported URI Scheme",
        SipParseError.UriTooLong => "Request-URI Too Long",
        SipParseError.HeaderMalformed => "Malformed Header Line",
        SipParseError.HeaderTooLong => "Header Too Long",
        SipParseError.TooManyHeaders => "Too Many Headers",
        SipParseError.MessageTooLarge => "Message Too Large",
        SipParseError.BodyTooLarge => "Request Entity Too Large",
        SipParseError.HeadersUnterminated => "Headers Not Terminated",
        SipParseError.HeaderRepeated => "Header Repeated",
        SipParseError.FromMissing => "Missing From",
        SipParseError.ToMissing => "Missing To",
        SipParseError.CallIdMissing => "Missing Call-ID",
        SipParseError.CSeqMissing => "Missing CSeq",
        SipParseError.ViaMalformed => "Malformed Via",
        SipParseError.FromMalformed => "Malformed From",
        SipParseError.ToMalformed => "Malformed To",
        SipParseError.CallIdMalformed => "Malformed Call-ID",
        SipParseError.CSeqMalformed => "Malformed CSeq",
        SipParseError.CSeqMethodMismatch => "CSeq Method Mismatch",
        SipParseError.MaxForwardsMalformed => "Malformed Max-Forwards",
        SipParseError.ContentLengthMalformed => "Malformed Content-Length",
        SipParseError.ContentLengthMismatch => "Content-Length Mismatch",
        SipParseError.ContactMalformed => "Malformed Contact",
        SipParseError.RouteMalformed => "Malformed Route",
        SipParseError.ExpiresMalformed => "Malformed Expires",
        _ => "Bad Request",
    };
}

namespace Meetpoint.Sip.Sdp;

/// <summary>Why a body is no session description.</summary>
public enum SdpError : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>It does not begin with v=0.</summary>
    VersionMissing,

    /// <summary>A line that is not "letter=value", or bytes that are no UTF-8.</summary>
    LineMalformed,

    /// <summary>o= is absent or has not six fields.</summary>
    OriginMalformed,

    /// <summary>A c= line that is no "IN IP4|IP6 address".</summary>
    ConnectionMalformed,

    /// <summary>An m= line without kind, port, protocol and format.</summary>
    MediaMalformed,

    /// <summary>A medium without connection address of its own or of the session.</summary>
    ConnectionMissing,

    /// <summary>Over a limit of <see cref="SdpDescription"/>.</summary>
    TooLarge,
}

/// <summary>Which way media flows, as the one who sends the description sees it (RFC 8866 section 6.7).</summary>
public enum SdpDirection : byte
{
    /// <summary>Both ways; the default.</summary>
    SendRecv,

    /// <summary>Only from the describer.</summary>
    SendOnly,

    /// <summary>Only to the describer.</summary>
    RecvOnly,

    /// <summary>Neither.</summary>
    Inactive,
}

namespace Meetpoint.Media.Rtp;

/// <summary>Why a datagram is no RTP or RTCP packet.</summary>
public enum RtpError
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Shorter than its header says.</summary>
    Truncated,

    /// <summary>The version is not 2.</summary>
    Version,

    /// <summary>The padding count is zero or longer than the payload.</summary>
    Padding,

    /// <summary>A compound RTCP packet does not begin with a report (RFC 3550 6.1) or a length runs past the end.</summary>
    Compound,
}

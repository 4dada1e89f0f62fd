namespace Meetpoint.Media.Rtp;

/// <summary>The formats of feedback packets, in the five bits that <see cref="RtcpPacket.Count"/> gives (RFC 4585 6.1).</summary>
public static class RtcpFeedbackFormat
{
    /// <summary>Of transport feedback: a generic NACK (RFC 4585 6.2.1).</summary>
    public const int Nack = 1;

    /// <summary>Of transport feedback: arrival times by transport sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1).</summary>
    public const int TransportWide = 15;

    /// <summary>Of payload feedback: picture loss indication (RFC 4585 6.3.1).</summary>
    public const int PictureLoss = 1;

    /// <summary>Of payload feedback: full intra request (RFC 5104 4.3.1).</summary>
    public const int FullIntraRequest = 4;

    /// <summary>Of payload feedback: of the application layer (RFC 4585 6.4); among them the receiver's estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 2.2).</summary>
    public const int Application = 15;
}

using Meetpoint.Media.Video;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Which codec of ours an encoding of a browser's SDP is: browsers offer every form, so that none but the best is taken.</summary>
static class VideoCodecs
{
    /// <summary>Null for one that is not forwarded: other codecs, and H.264 but a baseline with packetization mode 1.</summary>
    public static VideoCodec? Of(SdpRtpMap map, string? parameters)
    {
        if (map.Encoding.Equals("VP8", StringComparison.OrdinalIgnoreCase))
            return VideoCodec.Vp8;
        return map.Encoding.Equals("H264", StringComparison.OrdinalIgnoreCase) && H264Parameters.Of(parameters) is { IsBaseline: true, PacketizationMode: 1 } ? VideoCodec.H264 : null;
    }
}

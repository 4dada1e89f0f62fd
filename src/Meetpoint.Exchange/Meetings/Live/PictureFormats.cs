using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Video;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What of a line's formats can be forwarded, which way; nothing is ever transcoded.</summary>
/// <param name="Takes">What the other end may send.</param>
/// <param name="Gives">What it may be sent.</param>
/// <param name="MaxHeight">Lines of the largest picture that it says it decodes; <see cref="int.MaxValue"/> where it does not.</param>
/// <remarks>
/// H.264 by what the line has, the first that there is:
/// a baseline profile with packetization mode 1; a baseline in mode 0, also of a line that says nothing of either (RFC 6184 section 8.1), whose packets fit everybody, and which is sent fragments all the
/// same where its profile does not deny that it takes them; main and high, whose decoders take a baseline, and whose own streams do not fit everybody.
/// </remarks>
sealed record PictureFormats(IReadOnlyList<VideoFormat> Takes, IReadOnlyList<VideoFormat> Gives, int MaxHeight)
{
    /// <summary>Nothing of the line fits.</summary>
    public bool IsEmpty => Takes.Count + Gives.Count == 0;

    /// <summary>Payload types that are answered with, in the order of the offer.</summary>
    public IEnumerable<byte> PayloadTypes(SdpMedia line) => line.Formats.Select(TypeOf).OfType<byte>().Where(type => Takes.Concat(Gives).Any(format => format.PayloadType == type));

    /// <summary>Of a line of an offer or answer.</summary>
    public static PictureFormats Of(SdpMedia line, EquipmentProfile profile)
    {
        var vp8 = new List<VideoFormat>();
        var (whole, single, above) = (new List<VideoFormat>(), new List<VideoFormat>(), new List<VideoFormat>());
        var order = new List<byte>();
        var height = 0;
        foreach (var format in line.Formats)
        {
            if (TypeOf(format) is not { } type || line.RtpMap(format) is not { ClockRate: 90000 } map || order.Contains(type))
                continue;
            order.Add(type);
            if (map.Encoding.Equals("VP8", StringComparison.OrdinalIgnoreCase))
                vp8.Add(new VideoFormat(type, VideoCodec.Vp8));
            else if (map.Encoding.Equals("H264", StringComparison.OrdinalIgnoreCase) && H264Parameters.Of(line.Fmtp(format)) is { DecodesBaseline: true, PacketizationMode: < 2 } h264)
            {
                (!h264.IsBaseline ? above : h264.PacketizationMode == 1 ? whole : single).Add(new VideoFormat(type, VideoCodec.H264));
                height = Math.Max(height, h264.MaxHeight);
            }
        }

        var baseline = whole.Count > 0 ? whole : single;
        var given = baseline.Count == 0 ? above : whole.Count > 0 || profile.Fragments ? baseline : [];
        return new PictureFormats(Ordered(vp8, baseline), Ordered(vp8, given), height == 0 || vp8.Count > 0 ? int.MaxValue : height);

        List<VideoFormat> Ordered(List<VideoFormat> some, List<VideoFormat> others) =>
            [.. some.Concat(others).OrderBy(format => order.IndexOf(format.PayloadType)).Take(VideoInput.MaxFormats)];
    }

    static byte? TypeOf(string format) => byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type) && type < 128 ? type : null;
}

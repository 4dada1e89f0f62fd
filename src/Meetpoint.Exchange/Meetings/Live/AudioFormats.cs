using System.Globalization;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What the formats of a line of audio stand for.</summary>
static class AudioFormats
{
    /// <summary>Levels that a sender tells of itself (RFC 6464).</summary>
    public const string SenderLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /// <summary>Formats of a line that are of these codecs, in the codecs' order, at most <see cref="LegOptions.MaxFormats"/>; of Opus with what its fmtp asks for.</summary>
    public static List<PayloadFormat> Of(SdpMedia line, IEnumerable<AudioCodec> codecs)
    {
        var formats = new List<PayloadFormat>();
        foreach (var codec in codecs)
        {
            foreach (var format in line.Formats)
            {
                if (formats.Count < LegOptions.MaxFormats && TypeOf(format) is { } type && CodecOf(line, format, type) == codec)
                    formats.Add(new PayloadFormat(type, codec, codec == AudioCodec.Opus ? OpusFormat.Parse(line.Fmtp(format)) : null));
            }
        }

        return formats;
    }

    /// <summary>The payload type that a format names; null for none.</summary>
    public static byte? TypeOf(string format) => byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type) && type < 128 ? type : null;

    /// <summary>Adds a format as the other side wrote it: some write Opus with one channel, where RFC 7587 section 7 has two, and know it by their own words only.</summary>
    public static void AddAsOffered(this SdpMedia ours, SdpMedia offered, PayloadFormat format) => ours.AddFormat(
        offered.RtpMap(format.PayloadType.ToString(CultureInfo.InvariantCulture)) ?? MapOf(format.PayloadType, format.Codec), ParametersOf(format.Codec));

    /// <summary>Adds a codec under a payload type of ours.</summary>
    public static void Add(this SdpMedia ours, int payloadType, AudioCodec codec) => ours.AddFormat(MapOf(payloadType, codec), ParametersOf(codec));

    static SdpRtpMap MapOf(int payloadType, AudioCodec codec) => new(payloadType, codec.Name, codec.ClockRate, codec.Channels);

    static string? ParametersOf(AudioCodec codec) => codec == AudioCodec.Opus ? OpusFormat.Ours : null;

    /// <summary>Static types need no rtpmap (RFC 3551 section 6).</summary>
    static AudioCodec? CodecOf(SdpMedia line, string format, int type) =>
        line.RtpMap(format) is { } map ? AudioCodec.Find(map.Encoding, map.ClockRate) : AudioCodec.FindStatic(type);
}

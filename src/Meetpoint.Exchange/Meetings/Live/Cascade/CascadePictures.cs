using System.Globalization;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>
/// The pictures of a cascade, over the port and under the keys of its audio (RFC 9143): so many cameras each way, those who spoke last, and one line of content. Whom a line shows stands in
/// each packet as its contributing source, so that nothing is said anew when it changes.
/// </summary>
static class CascadePictures
{
    /// <summary>Cameras that cross each way.</summary>
    public const int Cameras = 4;

    const int MidExtension = 3, SequenceExtension = 4;
    const string MidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
    const string SequenceUri = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    static readonly VideoFormat[] _formats = [new(96, VideoCodec.Vp8, 97), new(98, VideoCodec.H264, 99)];

    /// <summary>Adds our lines to an offer of audio.</summary>
    public static void Offer(SdpDescription offer, Randomness randomness)
    {
        var audio = offer.Media[0];
        audio.Attributes.Add("mid", "0");
        for (var i = 1; i <= Cameras + 1; i++)
            offer.Media.Add(Line(audio, i.ToString(CultureInfo.InvariantCulture), i > Cameras, randomness));
        Bundle(offer);
    }

    /// <summary>Puts our lines into an answer where the offer has some; an exchange that knows none offers none.</summary>
    public static void Answer(SdpDescription offer, SdpDescription answer, Randomness randomness)
    {
        var audio = answer.Media.Find(static line => !line.IsRefused);
        if (audio is null || !offer.Media.Exists(static line => IsOurs(line)))
            return;
        audio.Attributes.Add("mid", offer.Media[answer.Media.IndexOf(audio)].Mid ?? "0");
        for (var i = 0; i < offer.Media.Count; i++)
        {
            if (IsOurs(offer.Media[i]))
                answer.Media[i] = Line(audio, offer.Media[i].Mid!, offer.Media[i].Attributes.First("content") == "slides", randomness);
        }

        Bundle(answer);
    }

    /// <summary>What both descriptions settle; null when no pictures cross.</summary>
    /// <param name="ours">Our description.</param>
    /// <param name="theirs">Theirs.</param>
    /// <param name="linkId">Participant id of the link.</param>
    public static VideoPeerOptions? Settle(SdpDescription ours, SdpDescription theirs, uint linkId)
    {
        var inputs = new List<VideoInput>();
        var outputs = new List<VideoOutput>();
        foreach (var line in ours.Media.Where(IsOurs))
        {
            if (theirs.Media.Find(other => IsOurs(other) && other.Mid == line.Mid) is not { } other)
                continue;
            var kind = line.Attributes.First("content") == "slides" ? VideoKind.Content : VideoKind.Camera;
            var (from, to) = (Sources(other), Sources(line));
            inputs.Add(new VideoInput { Id = inputs.Count, Mid = line.Mid, Kind = kind, Formats = _formats, Ssrc = from.Ssrc, RtxSsrc = from.RtxSsrc, NamesSource = true });
            outputs.Add(new VideoOutput { Id = outputs.Count, Mid = line.Mid, Kind = kind, Formats = _formats, Ssrc = to.Ssrc, RtxSsrc = to.RtxSsrc, NamesSource = true });
        }

        return inputs.Count == 0 ? null : new VideoPeerOptions
        {
            ParticipantId = linkId,
            IsCascade = true,
            Inputs = inputs,
            Outputs = outputs,
            MidExtensionId = MidExtension,
            TransportSequenceExtensionId = SequenceExtension,
            HasNack = true,
            HasPli = true,
            HasTransportFeedback = true,
            RequiresProtection = true,
        };
    }

    static bool IsOurs(SdpMedia line) => line is { Kind: "video", IsRefused: false, Mid: not null } && _formats.All(format => line.Formats.Contains(format.PayloadType.ToString(CultureInfo.InvariantCulture)));

    static SdpMedia Line(SdpMedia audio, string mid, bool isContent, Randomness randomness)
    {
        var line = new SdpMedia { Kind = "video", Port = audio.Port, Protocol = audio.Protocol + "F" };
        line.Attributes.Add("mid", mid);
        line.Attributes.Add("rtcp-mux");
        foreach (var name in (ReadOnlySpan<string>)["fingerprint", "setup"])
        {
            if (audio.Attributes.First(name) is { } value)
                line.Attributes.Add(name, value);
        }

        line.Attributes.Add("extmap", string.Create(CultureInfo.InvariantCulture, $"{MidExtension} {MidUri}"));
        line.Attributes.Add("extmap", string.Create(CultureInfo.InvariantCulture, $"{SequenceExtension} {SequenceUri}"));
        foreach (var format in _formats)
        {
            line.AddFormat(new SdpRtpMap(format.PayloadType, format.Codec == VideoCodec.Vp8 ? "VP8" : "H264", 90000), format.Codec == VideoCodec.H264 ? "profile-level-id=42e01f;packetization-mode=1" : null);
            foreach (var feedback in (ReadOnlySpan<string>)["nack", "nack pli", "transport-cc"])
                line.Attributes.Add("rtcp-fb", string.Create(CultureInfo.InvariantCulture, $"{format.PayloadType} {feedback}"));
            line.AddFormat(new SdpRtpMap(format.RtxPayloadType, "rtx", 90000), string.Create(CultureInfo.InvariantCulture, $"apt={format.PayloadType}"));
        }

        if (isContent)
            line.Attributes.Add("content", "slides");
        var (ssrc, rtx) = ((uint)randomness.Between(1, uint.MaxValue), (uint)randomness.Between(1, uint.MaxValue));
        line.Attributes.Add("ssrc-group", string.Create(CultureInfo.InvariantCulture, $"FID {ssrc} {rtx}"));
        return line;
    }

    static (uint Ssrc, uint RtxSsrc) Sources(SdpMedia line) =>
        line.Attributes.First("ssrc-group")?.Split(' ') is ["FID", var first, var second]
        && uint.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var ssrc) && uint.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var rtx)
            ? (ssrc, rtx) : (0, 0);

    static void Bundle(SdpDescription description) =>
        description.Attributes.Add("group", "BUNDLE " + string.Join(' ', description.Media.Where(static line => !line.IsRefused).Select(static line => line.Mid)));
}

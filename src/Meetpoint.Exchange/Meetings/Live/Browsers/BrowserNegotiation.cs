using System.Globalization;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Ice;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>Our end of a browser's transport, for SDP.</summary>
/// <param name="Address">Where the leg's port is.</param>
/// <param name="Ice">Our credentials.</param>
/// <param name="Fingerprint">Of our certificate.</param>
/// <param name="ParticipantId">Whose it is.</param>
/// <param name="Randomness">Of our sources.</param>
sealed record BrowserEnd(NetAddress Address, IceCredentials Ice, string Fingerprint, uint ParticipantId, Randomness Randomness);

/// <summary>A line of pictures that a browser is sent.</summary>
/// <param name="Mid">As its offer named it.</param>
/// <param name="Kind">What is shown in it.</param>
/// <param name="OutputId">Its number in the room.</param>
sealed record BrowserLine(string Mid, VideoKind Kind, int OutputId);

/// <summary>What an offer and our answer settled.</summary>
/// <param name="Answer">Our answer.</param>
/// <param name="Audio">Of the leg.</param>
/// <param name="Video">Of its pictures; null without.</param>
/// <param name="Lines">Lines of pictures that it is sent, in the order of the offer.</param>
sealed record BrowserAgreement(SdpDescription Answer, LegOptions Audio, VideoPeerOptions? Video, IReadOnlyList<BrowserLine> Lines);

/// <summary>
/// Answers a browser's offer (RFC 8829): one line of audio both ways; of the lines of pictures that it sends the first is its camera and the second its screen; of those that it receives the last
/// is for content when there are more than one, the others for cameras. A line both ways is one of each. What is shown in them changes without another offer.
/// </summary>
static class BrowserNegotiation
{
    const string Mid = "urn:ietf:params:rtp-hdrext:sdes:mid";
    const string Rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
    const string RepairedRid = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
    const string TransportSequence = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /// <summary>By preference.</summary>
    static readonly AudioCodec[] _audioCodecs = [AudioCodec.Opus, AudioCodec.G722, AudioCodec.Pcmu, AudioCodec.Pcma];

    /// <summary>Our answer, and what it settles; null when the offer has no audio that can be taken.</summary>
    /// <param name="offer">The browser's.</param>
    /// <param name="end">Our end.</param>
    /// <param name="prefer">The codec of pictures that the room wants; null for any.</param>
    public static BrowserAgreement? Answer(BrowserOffer offer, BrowserEnd end, VideoCodec? prefer)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{end.ParticipantId:x}@meetpoint");
        LegOptions? audio = null;
        var inputs = new List<VideoInput>();
        var outputs = new List<VideoOutput>();
        var lines = new List<BrowserLine>();
        var answered = new List<SdpMedia>();
        var taken = offer.Description.Media.Where(line => line.Kind == "video" && DirectionOf(offer, line) != SdpDirection.Inactive).Take(VideoRoomOptions.MaxLinesPerPeer).ToList();
        var received = taken.FindAll(line => Receives(offer, line));
        for (var i = 0; i < offer.Description.Media.Count; i++)
        {
            var line = offer.Description.Media[i];
            if (line.Kind == "audio" && audio is null && Audio(offer, line, end, name) is var (audioLine, options))
            {
                audio = options;
                answered.Add(audioLine);
            }
            else if (taken.Contains(line) && Formats(line, prefer) is { Count: > 0 } formats)
            {
                var ours = Line(line, end);
                AddFormats(ours, line, formats);
                AddExtensions(ours, line, [Mid, Rid, RepairedRid, TransportSequence]);
                if (Sends(offer, line))
                    inputs.Add(Input(line, inputs.Count, formats, ours));
                if (Receives(offer, line))
                {
                    var output = new VideoOutput
                    {
                        Id = outputs.Count,
                        Mid = line.Mid,
                        Kind = received.Count > 1 && line == received[^1] ? VideoKind.Content : VideoKind.Camera,
                        Formats = formats,
                        Ssrc = Source(end),
                        RtxSsrc = Source(end),
                    };
                    outputs.Add(output);
                    lines.Add(new BrowserLine(line.Mid!, output.Kind, output.Id));
                    AddSources(ours, output.Ssrc, formats.Exists(static format => format.RtxPayloadType >= 0) ? output.RtxSsrc : 0, name, "line" + line.Mid);
                }

                ours.Direction = Answering(DirectionOf(offer, line));
                answered.Add(ours);
            }
            else
            {
                answered.Add(Refused(line));
            }
        }

        if (audio is null)
            return null;
        return new BrowserAgreement(Session(offer, end, answered), audio, inputs.Count + outputs.Count == 0 ? null : Video(offer, end, name, inputs, outputs), lines);
    }

    static (SdpMedia Line, LegOptions Options)? Audio(BrowserOffer offer, SdpMedia offered, BrowserEnd end, string name)
    {
        var formats = AudioFormats.Of(offered, _audioCodecs.Intersect(AudioCodec.All));
        if (formats.Count == 0)
            return null;
        var line = Line(offered, end);
        foreach (var format in formats)
            line.AddAsOffered(offered, format);
        AddExtensions(line, offered, [Mid, AudioFormats.SenderLevelUri]);
        line.Direction = Answering(DirectionOf(offer, offered));
        var ssrc = Source(end);
        AddSources(line, ssrc, 0, name, "mix");
        return (line, new LegOptions
        {
            ParticipantId = end.ParticipantId,
            Send = formats[0],
            Receive = formats[1..],
            Ssrc = ssrc,
            CanonicalName = name,
            SenderLevelExtensionId = ExtensionOf(offered, AudioFormats.SenderLevelUri),
            Direction = line.Direction switch
            {
                SdpDirection.SendOnly => MediaDirection.Send,
                SdpDirection.RecvOnly => MediaDirection.Receive,
                SdpDirection.Inactive => MediaDirection.Inactive,
                _ => MediaDirection.SendReceive,
            },
            RequiresProtection = true,
        });
    }

    static VideoInput Input(SdpMedia offered, int id, List<VideoFormat> formats, SdpMedia ours)
    {
        IReadOnlyList<string> rids = [];
        if (offered.Attributes.First("simulcast")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["send", var layers, ..])
        {
            // The first of alternatives; a tilde begins a layer that is paused (RFC 8853).
            rids = [.. layers.Split(';').Select(static layer => layer.Split(',')[0].TrimStart('~')).Take(VideoInput.MaxLayers)];
            foreach (var rid in rids)
                ours.Attributes.Add("rid", rid + " recv");
            ours.Attributes.Add("simulcast", "recv " + string.Join(';', rids));
        }

        var sources = offered.Attributes.All("ssrc-group").Select(static group => group.Split(' ')).FirstOrDefault(static words => words is ["FID", _, _]);
        return new VideoInput
        {
            Id = id,
            Mid = offered.Mid,
            Kind = id == 0 ? VideoKind.Camera : VideoKind.Content,
            Formats = formats,
            Rids = rids,
            Ssrc = rids.Count > 0 ? 0 : sources is not null ? Number(sources[1]) : offered.Ssrcs.FirstOrDefault(),
            RtxSsrc = rids.Count > 0 || sources is null ? 0 : Number(sources[2]),
        };
    }

    static VideoPeerOptions Video(BrowserOffer offer, BrowserEnd end, string name, List<VideoInput> inputs, List<VideoOutput> outputs)
    {
        var lines = offer.Description.Media.FindAll(static line => line.Kind == "video");
        int Extension(string uri) => lines.Select(line => ExtensionOf(line, uri)).FirstOrDefault(static id => id > 0);
        bool Has(string feedback) => lines.Exists(line => line.Attributes.All("rtcp-fb").Any(value => value.Split(' ', 2) is [_, var words] && words == feedback));
        return new VideoPeerOptions
        {
            ParticipantId = end.ParticipantId,
            Inputs = inputs,
            Outputs = outputs,
            MidExtensionId = Extension(Mid),
            RidExtensionId = Extension(Rid),
            RepairedRidExtensionId = Extension(RepairedRid),
            TransportSequenceExtensionId = Extension(TransportSequence),
            HasNack = Has("nack"),
            HasPli = Has("nack pli"),
            HasFir = Has("ccm fir"),
            HasTransportFeedback = Has("transport-cc") && Extension(TransportSequence) > 0,
            HasRemb = Has("goog-remb"),
            RequiresProtection = true,
            CanonicalName = name,
        };
    }

    /// <summary>What we take of a line of pictures, the wanted codec first: VP8, and H.264 of a baseline profile with packetization mode 1, each with its retransmissions.</summary>
    static List<VideoFormat> Formats(SdpMedia line, VideoCodec? prefer)
    {
        var formats = new List<VideoFormat>();
        foreach (var format in line.Formats)
        {
            if (formats.Count == VideoInput.MaxFormats || AudioFormats.TypeOf(format) is not { } type || line.RtpMap(format) is not { ClockRate: 90000 } map || VideoCodecs.Of(map, line.Fmtp(format)) is not { } codec)
                continue;
            var rtx = line.Formats.FirstOrDefault(other => line.RtpMap(other) is { Encoding: var encoding } && encoding.Equals("rtx", StringComparison.OrdinalIgnoreCase)
                && line.Fmtp(other) is { } parameters && parameters.Split(';').Any(parameter => parameter.Trim() == "apt=" + format));
            formats.Add(new VideoFormat(type, codec, rtx is not null && AudioFormats.TypeOf(rtx) is { } rtxType ? rtxType : -1));
        }

        return [.. formats.OrderBy(format => format.Codec != (prefer ?? VideoCodec.Vp8))];
    }

    static void AddFormats(SdpMedia ours, SdpMedia offered, List<VideoFormat> formats)
    {
        foreach (var format in formats)
        {
            var type = format.PayloadType.ToString(CultureInfo.InvariantCulture);
            ours.AddFormat(offered.RtpMap(type)!, offered.Fmtp(type));
            foreach (var feedback in offered.Attributes.All("rtcp-fb"))
            {
                if (feedback.Split(' ', 2) is [var of, var words] && (of == type || of == "*") && words is "nack" or "nack pli" or "ccm fir" or "transport-cc" or "goog-remb")
                    ours.Attributes.Add("rtcp-fb", $"{type} {words}");
            }

            if (format.RtxPayloadType >= 0)
                ours.AddFormat(new SdpRtpMap(format.RtxPayloadType, "rtx", 90000), "apt=" + type);
        }
    }

    /// <summary>As written: a browser gives its address as 0.0.0.0 until ICE knows better, and holds nobody by it.</summary>
    static SdpDirection DirectionOf(BrowserOffer offer, SdpMedia line) => line.Direction ?? offer.Description.Attributes.Direction ?? SdpDirection.SendRecv;

    static bool Sends(BrowserOffer offer, SdpMedia line) => DirectionOf(offer, line) is SdpDirection.SendRecv or SdpDirection.SendOnly;

    static bool Receives(BrowserOffer offer, SdpMedia line) => DirectionOf(offer, line) is SdpDirection.SendRecv or SdpDirection.RecvOnly;

    static SdpDirection Answering(SdpDirection offered) => offered switch
    {
        SdpDirection.SendOnly => SdpDirection.RecvOnly,
        SdpDirection.RecvOnly => SdpDirection.SendOnly,
        var both => both,
    };

    static void AddExtensions(SdpMedia ours, SdpMedia offered, ReadOnlySpan<string> wanted)
    {
        foreach (var uri in wanted)
        {
            if (ExtensionOf(offered, uri) is > 0 and var id)
                ours.Attributes.Add("extmap", string.Create(CultureInfo.InvariantCulture, $"{id} {uri}"));
        }
    }

    static int ExtensionOf(SdpMedia line, string uri) => line.HeaderExtensions.FirstOrDefault(extension => extension.Uri == uri && extension.Id is > 0 and < 15).Id;

    static void AddSources(SdpMedia line, uint ssrc, uint rtxSsrc, string name, string track)
    {
        line.Attributes.Add("msid", $"{track} {track}");
        var culture = CultureInfo.InvariantCulture;
        if (rtxSsrc != 0)
            line.Attributes.Add("ssrc-group", string.Create(culture, $"FID {ssrc} {rtxSsrc}"));
        line.Attributes.Add("ssrc", string.Create(culture, $"{ssrc} cname:{name}"));
        if (rtxSsrc != 0)
            line.Attributes.Add("ssrc", string.Create(culture, $"{rtxSsrc} cname:{name}"));
    }

    static SdpMedia Line(SdpMedia offered, BrowserEnd end)
    {
        var line = new SdpMedia { Kind = offered.Kind, Port = end.Address.Port, Protocol = offered.Protocol };
        line.Attributes.Add("mid", offered.Mid!);
        line.Attributes.Add("rtcp-mux");
        if (offered.Attributes.Has("rtcp-rsize"))
            line.Attributes.Add("rtcp-rsize");
        line.Attributes.Add("ice-ufrag", end.Ice.UserFragment);
        line.Attributes.Add("ice-pwd", end.Ice.Password);
        line.Attributes.Add("fingerprint", end.Fingerprint);
        line.Attributes.Add("setup", "passive");
        line.Attributes.Add("candidate", IceCandidate.Host(end.Address).ToString());
        line.Attributes.Add("end-of-candidates");
        return line;
    }

    static SdpMedia Refused(SdpMedia offered)
    {
        var line = offered.Refuse();
        line.Attributes.Add("mid", offered.Mid!);
        return line;
    }

    static SdpDescription Session(BrowserOffer offer, BrowserEnd end, List<SdpMedia> media)
    {
        var address = new SdpConnection(!end.Address.IsIPv4, end.Address.ToIPAddress().ToString());
        var session = new SdpDescription
        {
            Origin = new SdpOrigin("-", end.ParticipantId.ToString(CultureInfo.InvariantCulture), 1, address),
            Connection = address,
            Media = media,
        };
        session.Attributes.Add("group", "BUNDLE " + string.Join(' ', media.Where(static line => !line.IsRefused).Select(static line => line.Mid)));
        session.Attributes.Add("ice-lite");
        session.Attributes.Add("msid-semantic", "WMS *");
        if (offer.Description.Attributes.Has("extmap-allow-mixed"))
            session.Attributes.Add("extmap-allow-mixed");
        return session;
    }

    static uint Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    static uint Source(BrowserEnd end) => (uint)end.Randomness.Between(1, uint.MaxValue);
}

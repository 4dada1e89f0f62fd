using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What an offer and its answer settled for one leg's audio.</summary>
/// <param name="Send">Codec and payload type that we send.</param>
/// <param name="Receive">What else the peer may send.</param>
/// <param name="TelephoneEvent">Payload type of telephone-event (RFC 4733); -1 without.</param>
/// <param name="LevelsExtension">Id of the contributors' levels (RFC 6465); 0 without.</param>
/// <param name="Remote">Where RTP goes.</param>
/// <param name="RemoteControl">Where RTCP goes.</param>
/// <param name="RtcpMux">RTP and RTCP share a port (RFC 5761).</param>
/// <param name="Direction">Which way audio goes, seen from us.</param>
/// <param name="Srtp">Keys of SDES (RFC 4568), ours and theirs; null for plain RTP or DTLS-SRTP.</param>
/// <param name="Fingerprint">The peer's certificate fingerprint for DTLS-SRTP; null without.</param>
/// <param name="Setup">The peer's a=setup.</param>
sealed record AudioAgreement(
    PayloadFormat Send, IReadOnlyList<PayloadFormat> Receive, int TelephoneEvent, int LevelsExtension, NetAddress Remote, NetAddress RemoteControl,
    bool RtcpMux, MediaDirection Direction, (SdesKey Ours, SdesKey Theirs)? Srtp, SdpFingerprint? Fingerprint, string? Setup);

/// <summary>Our end of a leg, for SDP.</summary>
/// <param name="Rtp">Where we receive RTP; RTCP on the next port.</param>
/// <param name="Profile">How the peer's equipment speaks.</param>
/// <param name="SessionId">o= line, constant for a dialog.</param>
/// <param name="Randomness">Of our keys of SDES.</param>
/// <param name="Fingerprint">Our DTLS certificate's fingerprint ("sha-256 AA:BB"); null for no DTLS.</param>
sealed record AudioEnd(NetAddress Rtp, EquipmentProfile Profile, string SessionId, Randomness Randomness, string? Fingerprint = null);

/// <summary>Offers and answers for one line of audio (RFC 3264), by the peer's equipment profile.</summary>
static class AudioNegotiation
{
    const int DynamicTelephoneEvent = 101;
    const int LevelsExtensionId = 1;
    const string LevelsUri = "urn:ietf:params:rtp-hdrext:csrc-audio-level";
    const string Secure = "RTP/SAVP";
    const string DtlsSecure = "UDP/TLS/RTP/SAVP";

    /// <summary>Our offer.</summary>
    public static SdpDescription Offer(AudioEnd end, ulong version = 1)
    {
        var media = Line(end, end.Fingerprint is null ? "RTP/AVP" : DtlsSecure);
        foreach (var codec in Codecs(end.Profile))
            media.AddFormat(new SdpRtpMap(codec.StaticPayloadType, codec.Name, codec.ClockRate));
        AddTelephoneEvent(media, end.Profile, DynamicTelephoneEvent);
        if (end.Fingerprint is not null)
        {
            media.Attributes.Add("rtcp-mux");
            media.Attributes.Add("fingerprint", end.Fingerprint);
            media.Attributes.Add("setup", "actpass");
            media.Attributes.Add("extmap", $"{LevelsExtensionId} {LevelsUri}");
        }

        return Session(end, version, [media]);
    }

    /// <summary>Our answer to an offer, and what it settles; null when no line of audio can be taken (488).</summary>
    public static (SdpDescription Answer, AudioAgreement Settled)? Answer(SdpDescription offer, AudioEnd end, ulong version = 1, SdesKey? keep = null)
    {
        SdpDescription? answer = null;
        AudioAgreement? settled = null;
        var lines = new List<SdpMedia>();
        foreach (var offered in offer.Media)
        {
            if (settled is null && Take(offer, offered, end, keep, out var line, out settled))
                lines.Add(line);
            else
                lines.Add(offered.Refuse());
        }

        if (settled is null)
            return null;
        answer = Session(end, version, lines);
        return (answer, settled);
    }

    /// <summary>What the peer's answer to our offer settles; null when it refused or answered with what was not offered.</summary>
    public static AudioAgreement? Settle(SdpDescription offer, SdpDescription answer, AudioEnd end)
    {
        if (offer.Media.Count == 0 || answer.Media.Count == 0 || answer.Media[0] is not { IsRefused: false, Kind: "audio" } line)
            return null;
        var formats = Formats(line, end.Profile);
        if (formats.Count == 0 || answer.AddressOf(line) is not { } remote)
            return null;
        return Agreement(answer, line, formats, remote, null, end);
    }

    static bool Take(SdpDescription offer, SdpMedia offered, AudioEnd end, SdesKey? keep, out SdpMedia line, out AudioAgreement? settled)
    {
        line = null!;
        settled = null;
        if (offered.IsRefused || offered.Kind != "audio" || offer.AddressOf(offered) is not { } remote)
            return false;
        var formats = Formats(offered, end.Profile);
        if (formats.Count == 0)
            return false;
        (SdesKey Ours, SdesKey Theirs)? srtp = null;
        var protocol = offered.Protocol;
        if (protocol.StartsWith(DtlsSecure, StringComparison.Ordinal))
        {
            if (end.Fingerprint is null)
                return false;
        }
        else if (protocol.StartsWith(Secure, StringComparison.Ordinal))
        {
            if (Sdes(offered, keep, end.Randomness) is not { } keys)
                return false;
            srtp = keys;
        }
        else if (!protocol.StartsWith("RTP/AVP", StringComparison.Ordinal))
        {
            return false;
        }

        settled = Agreement(offer, offered, formats, remote, srtp, end);
        line = Line(end, protocol);
        line.AddFormat(new SdpRtpMap(formats[0].PayloadType, formats[0].Codec.Name, formats[0].Codec.ClockRate));
        AddTelephoneEvent(line, end.Profile, settled.TelephoneEvent);
        line.Direction = settled.Direction switch
        {
            MediaDirection.Send => SdpDirection.SendOnly,
            MediaDirection.Receive => SdpDirection.RecvOnly,
            MediaDirection.Inactive => SdpDirection.Inactive,
            _ => SdpDirection.SendRecv,
        };
        if (settled.RtcpMux)
            line.Attributes.Add("rtcp-mux");
        if (srtp is { } sdes)
            line.Attributes.Add("crypto", sdes.Ours.Format());
        if (end.Fingerprint is not null && protocol.StartsWith(DtlsSecure, StringComparison.Ordinal))
        {
            line.Attributes.Add("fingerprint", end.Fingerprint);
            line.Attributes.Add("setup", "active");
            if (settled.LevelsExtension > 0)
                line.Attributes.Add("extmap", string.Create(CultureInfo.InvariantCulture, $"{settled.LevelsExtension} {LevelsUri}"));
        }

        return true;
    }

    static AudioAgreement Agreement(
        SdpDescription sdp, SdpMedia line, List<PayloadFormat> formats, NetAddress remote, (SdesKey, SdesKey)? srtp, AudioEnd end)
    {
        var mux = line.RtcpMux && (srtp is not null || end.Fingerprint is not null || line.Attributes.Has("rtcp-mux"));
        var direction = sdp.DirectionOf(line) switch
        {
            SdpDirection.SendOnly => MediaDirection.Receive,
            SdpDirection.RecvOnly => MediaDirection.Send,
            SdpDirection.Inactive => MediaDirection.Inactive,
            _ => MediaDirection.SendReceive,
        };
        var events = line.RtpMaps.FirstOrDefault(map =>
            map.Encoding.Equals("telephone-event", StringComparison.OrdinalIgnoreCase) && map.ClockRate == formats[0].Codec.ClockRate)?.PayloadType ?? -1;
        var levels = line.HeaderExtensions.FirstOrDefault(extension => extension.Uri == LevelsUri).Id;
        return new AudioAgreement(
            formats[0], formats[1..], events, levels is > 0 and < 15 ? levels : 0, remote,
            mux ? remote : remote.WithPort(line.RtcpPort ?? remote.Port + 1), mux, direction, srtp,
            line.Attributes.Fingerprint ?? sdp.Attributes.Fingerprint, line.Attributes.Setup ?? sdp.Attributes.Setup);
    }

    /// <summary>Formats of the line that the profile takes, in the profile's order, since we answer for the equipment that we know.</summary>
    static List<PayloadFormat> Formats(SdpMedia line, EquipmentProfile profile)
    {
        var formats = new List<PayloadFormat>();
        foreach (var codec in Codecs(profile))
        {
            foreach (var format in line.Formats)
            {
                if (formats.Count < LegOptions.MaxFormats && byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type)
                    && type < 128 && CodecOf(line, format, type) == codec)
                    formats.Add(new PayloadFormat(type, codec));
            }
        }

        return formats;
    }

    static AudioCodec? CodecOf(SdpMedia line, string format, int type) =>
        line.RtpMap(format) is { } map ? AudioCodec.Find(map.Encoding, map.ClockRate) : AudioCodec.FindStatic(type);

    static IEnumerable<AudioCodec> Codecs(EquipmentProfile profile) => profile.Codecs
        .Select(name => AudioCodec.All.FirstOrDefault(codec => codec.StaticPayloadType >= 0 && codec.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        .OfType<AudioCodec>();

    /// <summary>The first suite that we have; our own key is kept over re-offers so that a stream does not break.</summary>
    internal static (SdesKey Ours, SdesKey Theirs)? Sdes(SdpMedia offered, SdesKey? keep, Randomness randomness)
    {
        foreach (var crypto in offered.Attributes.All("crypto"))
        {
            if (SdesKey.TryParse(crypto, out var theirs, out _) && theirs is not null)
                return (keep is not null && keep.Profile == theirs.Profile && keep.Tag == theirs.Tag ? keep : SdesKey.Generate(theirs.Profile, theirs.Tag, randomness), theirs);
        }

        return null;
    }

    static SdpMedia Line(AudioEnd end, string protocol)
    {
        var line = new SdpMedia { Kind = "audio", Port = end.Rtp.Port, Protocol = protocol };
        line.Attributes.Add("ptime", "20");
        return line;
    }

    static void AddTelephoneEvent(SdpMedia line, EquipmentProfile profile, int payloadType)
    {
        if (payloadType >= 0 && profile.Dtmf == DtmfMode.TelephoneEvent)
            line.AddFormat(new SdpRtpMap(payloadType, "telephone-event", 8000), "0-16");
    }

    static SdpDescription Session(AudioEnd end, ulong version, List<SdpMedia> media)
    {
        var address = new SdpConnection(!end.Rtp.IsIPv4, end.Rtp.ToIPAddress().ToString());
        return new SdpDescription
        {
            Origin = new SdpOrigin("-", end.SessionId, version, address),
            Connection = address,
            Media = media,
        };
    }
}

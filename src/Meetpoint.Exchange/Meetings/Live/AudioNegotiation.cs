using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

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
    const int DynamicOpus = 111;
    const int TelephoneClockRate = 8_000;

    /// <summary>Of telephone-event by the clock of telephones, and by that of Opus: who knows but one finds it.</summary>
    const int DynamicTelephoneEvent = 101;
    const int DynamicOpusEvent = 110;

    const int LevelsExtensionId = 1;
    const string LevelsUri = "urn:ietf:params:rtp-hdrext:csrc-audio-level";
    const string Secure = "RTP/SAVP";
    const string DtlsSecure = "UDP/TLS/RTP/SAVP";

    /// <summary>Our offer.</summary>
    public static SdpDescription Offer(AudioEnd end, ulong version = 1)
    {
        var media = Line(end, end.Fingerprint is null ? "RTP/AVP" : DtlsSecure);
        foreach (var codec in Codecs(end.Profile))
            media.Add(codec == AudioCodec.Opus ? DynamicOpus : codec.StaticPayloadType, codec);
        AddTelephoneEvent(media, end.Profile, new(DynamicTelephoneEvent, TelephoneClockRate, []));
        if (Codecs(end.Profile).Contains(AudioCodec.Opus))
            AddTelephoneEvent(media, end.Profile, new(DynamicOpusEvent, AudioCodec.Opus.ClockRate, []));
        AddPacketTime(media, Codecs(end.Profile));
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
    public static (SdpDescription Answer, AudioAgreement Settled)? Answer(
        SdpDescription offer, AudioEnd end, ulong version = 1, (SdesKey Ours, SdesKey Theirs)? before = null)
    {
        SdpDescription? answer = null;
        AudioAgreement? settled = null;
        var lines = new List<SdpMedia>();
        foreach (var offered in offer.Media)
        {
            if (settled is null && Take(offer, offered, end, before, out var line, out settled))
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
        // The only line of audio that is not refused: a session refresh offers again what was an answer, in which pictures may come first.
        var at = offer.Media.FindIndex(static line => line is { Kind: "audio", IsRefused: false });
        if (at < 0 || at >= answer.Media.Count || answer.Media[at] is not { IsRefused: false, Kind: "audio" } line)
            return null;
        var formats = AudioFormats.Of(line, Codecs(end.Profile));
        if (formats.Count == 0 || answer.AddressOf(line) is not { } remote)
            return null;
        // What comes in has the numbers of our offer; some send by those of their answer all the same.
        var ours = offer.Media[at];
        var receive = AudioFormats.Of(ours, Codecs(end.Profile)).Concat(formats).DistinctBy(static format => format.PayloadType).Take(LegOptions.MaxFormats);
        return Agreement(answer, line, formats[0], [.. receive], ours, remote, null, end);
    }

    static bool Take(SdpDescription offer, SdpMedia offered, AudioEnd end, (SdesKey Ours, SdesKey Theirs)? before, out SdpMedia line, out AudioAgreement? settled)
    {
        line = null!;
        settled = null;
        if (offered.IsRefused || offered.Kind != "audio" || offer.AddressOf(offered) is not { } remote)
            return false;
        var formats = AudioFormats.Of(offered, Codecs(end.Profile));
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
            if (Sdes(offered, before, end.Randomness) is not { } keys)
                return false;
            srtp = keys;
        }
        else if (!protocol.StartsWith("RTP/AVP", StringComparison.Ordinal))
        {
            return false;
        }
        else
        {
            srtp = Sdes(offered, before, end.Randomness); // keys in a line in the clear are an offer to encrypt (RFC 8643)
        }

        settled = Agreement(offer, offered, formats[0], formats[1..], offered, remote, srtp, end);
        line = Line(end, protocol);
        // One codec and one clock of key presses: some that are left the choice press keys by the wrong one.
        line.AddAsOffered(offered, formats[0]);
        AddTelephoneEvent(line, end.Profile, settled.Keys);
        AddPacketTime(line, [formats[0].Codec]);
        if (settled.SenderLevelExtension > 0)
            line.Attributes.Add("extmap", string.Create(CultureInfo.InvariantCulture, $"{settled.SenderLevelExtension} {AudioFormats.SenderLevelUri}"));
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
        SdpDescription sdp, SdpMedia line, PayloadFormat send, List<PayloadFormat> receive, SdpMedia received, NetAddress remote, (SdesKey, SdesKey)? srtp, AudioEnd end)
    {
        var mux = line.RtcpMux && (srtp is not null || end.Fingerprint is not null || line.Attributes.Has("rtcp-mux"));
        var direction = sdp.DirectionOf(line) switch
        {
            SdpDirection.SendOnly => MediaDirection.Receive,
            SdpDirection.RecvOnly => MediaDirection.Send,
            SdpDirection.Inactive => MediaDirection.Inactive,
            _ => MediaDirection.SendReceive,
        };
        // By the clock of what is heard (RFC 4733 section 2.1); who has no such one means the clock of telephones, or has nothing better.
        var keys = KeyPresses(line).OrderByDescending(map => map.ClockRate == send.Codec.ClockRate).ThenByDescending(map => map.ClockRate == TelephoneClockRate).FirstOrDefault();
        return new AudioAgreement(
            send, receive, new(keys?.PayloadType ?? -1, keys?.ClockRate ?? 0, [.. KeyPresses(received).Select(static map => (byte)map.PayloadType)]),
            ExtensionOf(line, LevelsUri), ExtensionOf(line, AudioFormats.SenderLevelUri), remote,
            mux ? remote : remote.WithPort(line.RtcpPort ?? remote.Port + 1), mux, direction, srtp,
            line.Attributes.Fingerprint ?? sdp.Attributes.Fingerprint, line.Attributes.Setup ?? sdp.Attributes.Setup);
    }

    static IEnumerable<SdpRtpMap> KeyPresses(SdpMedia line) =>
        line.RtpMaps.Where(static map => map.PayloadType < 128 && map.Encoding.Equals(TelephoneEvent.Name, StringComparison.OrdinalIgnoreCase));

    static int ExtensionOf(SdpMedia line, string uri) => line.HeaderExtensions.FirstOrDefault(extension => extension.Uri == uri && extension.Id is > 0 and < 15).Id;

    /// <summary>What the profile takes and there is on this machine, in the profile's order, since we answer for the equipment that we know.</summary>
    static IEnumerable<AudioCodec> Codecs(EquipmentProfile profile) => profile.Codecs
        .Select(static name => AudioCodec.All.FirstOrDefault(codec => codec.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        .OfType<AudioCodec>();

    /// <summary>
    /// The first suite that we have. The keys before are kept as long as the other side's stays, so that streams do not break; with another of theirs
    /// goes another of ours, for its packets are counted anew, and no number may come twice under one key (RFC 3711 section 9.1).
    /// </summary>
    internal static (SdesKey Ours, SdesKey Theirs)? Sdes(SdpMedia offered, (SdesKey Ours, SdesKey Theirs)? before, Randomness randomness)
    {
        foreach (var crypto in offered.Attributes.All("crypto"))
        {
            if (SdesKey.TryParse(crypto, out var theirs, out _) && theirs is not null)
                return before is var (_, known) && known.Format() == theirs.Format() ? before : (SdesKey.Generate(theirs.Profile, theirs.Tag, randomness), theirs);
        }

        return null;
    }

    static SdpMedia Line(AudioEnd end, string protocol)
    {
        var line = new SdpMedia { Kind = "audio", Port = end.Rtp.Port, Protocol = protocol };
        line.Attributes.Add("ptime", "20");
        return line;
    }

    static void AddTelephoneEvent(SdpMedia line, EquipmentProfile profile, KeyPressFormats keys)
    {
        if (keys.Send >= 0 && profile.Dtmf == DtmfMode.TelephoneEvent)
            line.AddFormat(new SdpRtpMap(keys.Send, TelephoneEvent.Name, keys.ClockRate), "0-16");
    }

    /// <summary>Packets of Opus may have up to 120 ms, of which we take half (RFC 7587 section 7).</summary>
    static void AddPacketTime(SdpMedia line, IEnumerable<AudioCodec> codecs)
    {
        if (codecs.Contains(AudioCodec.Opus))
            line.Attributes.Add("maxptime", AudioCodec.MaxPacketMs.ToString(CultureInfo.InvariantCulture));
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

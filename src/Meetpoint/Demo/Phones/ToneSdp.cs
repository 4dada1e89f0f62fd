using System.Globalization;
using Meetpoint.Media.Codecs;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Demo.Phones;

/// <summary>What offer and answer settled for a phone's audio.</summary>
/// <param name="Remote">Where its packets go.</param>
/// <param name="PayloadType">Of the codec.</param>
/// <param name="Codec">Both ways.</param>
/// <param name="EventPayloadType">Of telephone-event; -1 without.</param>
sealed record ToneAgreement(NetAddress Remote, byte PayloadType, AudioCodec Codec, int EventPayloadType);

/// <summary>A phone's offers and answers: one line of plain RTP audio (RFC 3264).</summary>
static class ToneSdp
{
    const int EventPayloadType = 101;
    const string Protocol = "RTP/AVP";

    public static SdpDescription Offer(PhoneAccount account, NetAddress local)
    {
        var line = new SdpMedia { Kind = "audio", Port = local.Port, Protocol = Protocol };
        foreach (var codec in Codecs(account))
            line.AddFormat(new SdpRtpMap(codec.StaticPayloadType, codec.Name, codec.ClockRate));
        line.AddFormat(new SdpRtpMap(EventPayloadType, TelephoneEvent.Name, 8_000), "0-16");
        return Session(local, [line]);
    }

    /// <summary>Null when the offer has no audio that the phone can take.</summary>
    public static SdpDescription? Answer(SdpDescription offer, PhoneAccount account, NetAddress local)
    {
        if (Settle(offer, account) is not { } agreed)
            return null;
        var taken = Line(offer, account);
        return Session(local, [.. offer.Media.Select(line => ReferenceEquals(line, taken) ? Taken() : line.Refuse())]);

        SdpMedia Taken()
        {
            var line = new SdpMedia { Kind = "audio", Port = local.Port, Protocol = Protocol };
            line.AddFormat(new SdpRtpMap(agreed.PayloadType, agreed.Codec.Name, agreed.Codec.ClockRate));
            if (agreed.EventPayloadType >= 0)
                line.AddFormat(new SdpRtpMap(agreed.EventPayloadType, TelephoneEvent.Name, 8_000), "0-16");
            return line;
        }
    }

    /// <summary>What their offer or answer settles; null when nothing.</summary>
    public static ToneAgreement? Settle(SdpDescription theirs, PhoneAccount account)
    {
        if (Line(theirs, account) is not { } line || theirs.AddressOf(line) is not { } remote || Format(line, account) is not { } format)
            return null;
        var events = line.RtpMaps.FirstOrDefault(map => map.Encoding.Equals(TelephoneEvent.Name, StringComparison.OrdinalIgnoreCase))?.PayloadType ?? -1;
        return new ToneAgreement(remote, format.PayloadType, format.Codec, events);
    }

    static SdpMedia? Line(SdpDescription sdp, PhoneAccount account) => sdp.Media.FirstOrDefault(line =>
        line is { Kind: "audio", IsRefused: false, Protocol: Protocol } && Format(line, account) is not null);

    static (byte PayloadType, AudioCodec Codec)? Format(SdpMedia line, PhoneAccount account)
    {
        foreach (var text in line.Formats)
        {
            if (!byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var type))
                continue;
            var codec = line.RtpMap(text) is { } map ? AudioCodec.Find(map.Encoding, map.ClockRate) : AudioCodec.FindStatic(type);
            if (codec is not null && Codecs(account).Contains(codec))
                return (type, codec);
        }

        return null;
    }

    /// <summary>Those with a number of their own: it has no Opus.</summary>
    static IEnumerable<AudioCodec> Codecs(PhoneAccount account) => account.Codecs
        .Select(name => AudioCodec.All.FirstOrDefault(codec => codec.StaticPayloadType >= 0 && codec.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        .OfType<AudioCodec>();

    static SdpDescription Session(NetAddress local, List<SdpMedia> media)
    {
        var address = new SdpConnection(!local.IsIPv4, local.ToIPAddress().ToString());
        return new SdpDescription
        {
            Origin = new SdpOrigin("-", local.Port.ToString(CultureInfo.InvariantCulture), 1, address),
            Connection = address,
            Media = media,
        };
    }
}

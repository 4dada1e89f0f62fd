using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Quality;
using Meetpoint.Media.Relay;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Calls.Media;

/// <summary>One line of RTP of an anchored call, with its relay. On the signalling loop only.</summary>
sealed class MediaLine(MediaRelay relay, bool isAudio, MediaKeySource keys, MediaPolicy caller, MediaPolicy callee) : IDisposable
{
    const string TelephoneEvent = "telephone-event";

    static readonly string[] OfTheSendersNetwork =
        ["candidate", "remote-candidates", "end-of-candidates", "ice-ufrag", "ice-pwd", "ice-options", "ice-lite", "rtcp", "rtcp-mux-only", "mid"];

    readonly Side[] _sides = [new(caller, keys), new(callee, keys)];

    public bool IsAudio => isAudio;

    public MediaRelay Relay => relay;

    /// <summary>What its codec costs in quality, by the format that the last answer prefers; null of one of which nothing is known.</summary>
    public EquipmentImpairment? Impairment { get; private set; }

    /// <summary>RTP over UDP, in the clear or encrypted.</summary>
    public static bool CanCarry(SdpMedia media) => LineSecurity.CanCarry(media.Protocol);

    /// <summary>True when nothing passes in the clear to and from a side.</summary>
    public bool IsSecure(RelaySide side) => _sides[(int)side].Security.IsSecure;

    /// <summary>Where one side sends its RTP.</summary>
    public NetAddress Local(RelaySide side) => relay.LocalAddress(side);

    /// <summary>
    /// Takes what a line says of its sender, and rewrites it for the other side. False when it is refused, or cannot be carried.
    /// </summary>
    /// <param name="from">Whose it is.</param>
    /// <param name="sdp">The description.</param>
    /// <param name="media">The line.</param>
    /// <param name="isAnswer">Whether it answers an offer of the other side.</param>
    /// <param name="isResumed">It was said before a restart.</param>
    public bool Pass(RelaySide from, SdpDescription sdp, SdpMedia media, bool isAnswer, bool isResumed = false)
    {
        var to = from == RelaySide.A ? RelaySide.B : RelaySide.A;
        if (!TryTake(from, sdp, media, isAnswer, isResumed) || !Rewrite(_sides[(int)from], _sides[(int)to], media, isAnswer))
            return false;
        media.Port = Local(to).Port;
        return true;
    }

    /// <summary>Takes what a line says of its sender, for this side alone. False when it is refused, or cannot be carried.</summary>
    public bool TryTake(RelaySide from, SdpDescription sdp, SdpMedia media, bool isAnswer, bool isResumed = false)
    {
        var side = _sides[(int)from];
        if (media.IsRefused || !CanCarry(media) || sdp.AddressOf(media) is not { } remote
            || !(isResumed ? side.Security.TryResume(sdp, media) : side.Security.TryTake(sdp, media, isAnswer)))
            return false;
        side.IsMuxed = media.RtcpMux;
        if (isAnswer)
            Impairment = ImpairmentOf(media);
        relay.Configure(from, side.Security.Apply(Settings(side, _sides[from == RelaySide.A ? 1 : 0], sdp, media, remote)));
        return true;
    }

    /// <summary>Makes what a side was told last an offer of new keys to it.</summary>
    public void Renew(RelaySide to, SdpMedia told) => _sides[(int)to].Security.Put(told, isAnswer: false, isAudio);

    /// <summary>Presses a key towards one side; false when it hears no telephone-events.</summary>
    public bool TryPress(RelaySide side, char digit, int durationMs)
    {
        if (_sides[(int)side].EventType < 0)
            return false;
        relay.SendDigit(side, digit, durationMs);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => relay.Dispose();

    MediaRelaySettings Settings(Side side, Side other, SdpDescription sdp, SdpMedia media, NetAddress remote)
    {
        var first = media.RtpMaps.FirstOrDefault(map => !map.Encoding.Equals(TelephoneEvent, StringComparison.OrdinalIgnoreCase));
        side.EventType = media.RtpMaps.FirstOrDefault(map => map.Encoding.Equals(TelephoneEvent, StringComparison.OrdinalIgnoreCase))?.PayloadType ?? -1;
        return new MediaRelaySettings
        {
            Remote = remote,
            RemoteControl = media.RtcpMux ? default : remote.WithPort(media.RtcpPort ?? remote.Port + 1),
            IsMuxed = media.RtcpMux,
            Direction = sdp.DirectionOf(media) switch
            {
                SdpDirection.SendOnly => MediaDirection.Receive,
                SdpDirection.RecvOnly => MediaDirection.Send,
                SdpDirection.Inactive => MediaDirection.Inactive,
                _ => MediaDirection.SendReceive,
            },
            ClockRate = first?.ClockRate is > 0 and <= 384_000 and var rate ? rate : 8_000,
            TelephoneEventPayloadType = isAudio ? side.EventType : -1,
            TakesDigits = isAudio && side.EventType >= 0 && other.Policy.Dtmf == DtmfMode.Info,
        };
    }

    bool Rewrite(Side from, Side to, SdpMedia media, bool isAnswer)
    {
        media.Attributes.RemoveAll(attribute => OfTheSendersNetwork.Contains(attribute.Name));
        if (isAnswer)
        {
            // Whether RTP and RTCP share a port is agreed on with each side by itself; it is taken on either.
            media.Attributes.RemoveAll(static attribute => attribute.Name == "rtcp-mux");
            if (to.IsMuxed)
                media.Attributes.Add("rtcp-mux");
        }

        if (!to.Security.Put(media, isAnswer, isAudio))
            return false;
        if (isAudio)
            RewriteFormats(from, to, media, isAnswer);
        return true;
    }

    static void RewriteFormats(Side from, Side to, SdpMedia media, bool isAnswer)
    {
        if (!isAnswer)
            RemoveFormats(media, map => !from.Policy.Admits(map) || (to.Policy.Dtmf == DtmfMode.Info && map.Equals(TelephoneEvent, StringComparison.OrdinalIgnoreCase)));
        else if (to.EventType >= 0 && from.EventType < 0 && from.Policy.Dtmf == DtmfMode.Info)
            media.AddFormat(new SdpRtpMap(to.EventType, TelephoneEvent, 8_000), "0-16");
    }

    /// <summary>Takes formats out, unless none were left.</summary>
    static void RemoveFormats(SdpMedia media, Func<string, bool> unwanted)
    {
        var kept = media.Formats.Where(format => !unwanted(NameOf(media, format))).ToList();
        if (kept.Count == 0 || kept.Count == media.Formats.Count)
            return;
        foreach (var gone in media.Formats.Except(kept).ToList())
        {
            media.Formats.Remove(gone);
            media.Attributes.RemoveAll(attribute => attribute.Name is "rtpmap" or "fmtp" or "rtcp-fb"
                && attribute.Value?.StartsWith(gone + " ", StringComparison.Ordinal) == true);
        }
    }

    static EquipmentImpairment? ImpairmentOf(SdpMedia media) => media.Formats.Select(format => NameOf(media, format))
        .FirstOrDefault(name => !name.Equals(TelephoneEvent, StringComparison.OrdinalIgnoreCase)) is { } codec ? EquipmentImpairment.Find(codec) : null;

    static string NameOf(SdpMedia media, string format) => media.RtpMap(format)?.Encoding
        ?? (byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type) ? AudioCodec.FindStatic(type)?.Name : null) ?? format;

    /// <summary>What was settled with one side.</summary>
    sealed class Side(MediaPolicy policy, MediaKeySource keys)
    {
        public MediaPolicy Policy => policy;

        public LineSecurity Security { get; } = new(policy.Srtp, keys);

        /// <summary>RTCP goes to its RTP port.</summary>
        public bool IsMuxed { get; set; }

        /// <summary>Payload type of its telephone-events; -1 without.</summary>
        public int EventType { get; set; } = -1;
    }
}

using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Relay;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Calls.Media;

/// <summary>One line of RTP of an anchored call, with its relay. On the signalling loop only.</summary>
sealed class MediaLine(MediaRelay relay, bool isAudio, Randomness randomness, MediaPolicy caller, MediaPolicy callee) : IDisposable
{
    const string Secure = "RTP/SAVP";
    const string Plain = "RTP/AVP";
    const string TelephoneEvent = "telephone-event";

    static readonly SrtpProfile[] Suites = [SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1Tag80];

    static readonly string[] OfTheSendersNetwork =
        ["candidate", "remote-candidates", "end-of-candidates", "ice-ufrag", "ice-pwd", "ice-options", "ice-lite", "rtcp", "crypto", "fingerprint", "setup", "mid"];

    readonly Side[] _sides = [new(caller), new(callee)];

    public bool IsAudio => isAudio;

    public MediaRelay Relay => relay;

    /// <summary>RTP over UDP, in the clear or with keys in SDP.</summary>
    public static bool CanCarry(SdpMedia media) =>
        media.Protocol.StartsWith(Plain, StringComparison.Ordinal) || media.Protocol.StartsWith(Secure, StringComparison.Ordinal);

    /// <summary>Where one side sends its RTP.</summary>
    public NetAddress Local(RelaySide side) => relay.LocalAddress(side);

    /// <summary>
    /// Takes what a line says of its sender, and rewrites it for the other side. False when it is refused, or cannot be carried.
    /// </summary>
    public bool Pass(RelaySide from, SdpDescription sdp, SdpMedia media, bool isAnswer)
    {
        var to = from == RelaySide.A ? RelaySide.B : RelaySide.A;
        if (media.IsRefused || !CanCarry(media) || sdp.AddressOf(media) is not { } remote || !TakeKeys(_sides[(int)from], media, isAnswer))
            return false;
        relay.Configure(from, Settings(_sides[(int)from], _sides[(int)to], sdp, media, remote));
        Rewrite(_sides[(int)from], _sides[(int)to], media, isAnswer);
        media.Port = Local(to).Port;
        return true;
    }

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

    /// <summary>The keys that an offer or answer brings: theirs, and ours that goes along with it.</summary>
    bool TakeKeys(Side side, SdpMedia media, bool isAnswer)
    {
        side.IsSecure = media.Protocol.StartsWith(Secure, StringComparison.Ordinal);
        side.IsKnown = true;
        if (!side.IsSecure)
        {
            side.Ours = side.Theirs = null;
            return true;
        }

        foreach (var line in media.Attributes.All("crypto"))
        {
            if (!SdesKey.TryParse(line, out var theirs, out _) || theirs is null || !theirs.Profile.IsSupported)
                continue;
            var ours = isAnswer ? side.Offered.Find(key => key.Tag == theirs.Tag && key.Profile == theirs.Profile)
                : side.Ours is { } kept && kept.Tag == theirs.Tag && kept.Profile == theirs.Profile ? kept
                : SdesKey.Generate(theirs.Profile, theirs.Tag, randomness);
            if (ours is null)
                continue;
            (side.Ours, side.Theirs) = (ours, theirs);
            return true;
        }

        return false;
    }

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
            RequiresKeys = side.IsSecure,
            SendKey = side.Ours,
            ReceiveKey = side.Theirs,
            ClockRate = first?.ClockRate is > 0 and <= 384_000 and var rate ? rate : 8_000,
            TelephoneEventPayloadType = isAudio ? side.EventType : -1,
            TakesDigits = isAudio && side.EventType >= 0 && other.Policy.Dtmf == DtmfMode.Info,
        };
    }

    void Rewrite(Side from, Side to, SdpMedia media, bool isAnswer)
    {
        media.Attributes.RemoveAll(attribute => OfTheSendersNetwork.Contains(attribute.Name));

        // An answer has the form of its offer; an offer that of the side's last, or what its equipment wants, and never less than who is across has.
        var isSecure = isAnswer || to.IsKnown ? to.IsSecure : to.Policy.IsSecure;
        media.Protocol = isSecure == media.Protocol.StartsWith(Secure, StringComparison.Ordinal) ? media.Protocol
            : isSecure ? media.Protocol.Replace(Plain, Secure, StringComparison.Ordinal) : media.Protocol.Replace(Secure, Plain, StringComparison.Ordinal);
        if (isSecure && isAnswer)
        {
            media.Attributes.Add("crypto", to.Ours!.Format());
        }
        else if (isSecure)
        {
            if (to.Ours is { } kept)
                to.Offered = [kept];
            else if (to.Offered.Count == 0)
                to.Offered = [.. Suites.Select((suite, i) => SdesKey.Generate(suite, i + 1, randomness))];
            foreach (var key in to.Offered)
                media.Attributes.Add("crypto", key.Format());
        }

        if (!isAudio)
            return;
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

    static string NameOf(SdpMedia media, string format) => media.RtpMap(format)?.Encoding
        ?? (byte.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var type) ? AudioCodec.FindStatic(type)?.Name : null) ?? format;

    /// <summary>What was settled with one side.</summary>
    sealed class Side(MediaPolicy policy)
    {
        public MediaPolicy Policy => policy;

        /// <summary>True once it has spoken.</summary>
        public bool IsKnown { get; set; }

        public bool IsSecure { get; set; }

        public SdesKey? Ours { get; set; }

        public SdesKey? Theirs { get; set; }

        /// <summary>Keys of ours that it may choose from.</summary>
        public List<SdesKey> Offered { get; set; } = [];

        /// <summary>Payload type of its telephone-events; -1 without.</summary>
        public int EventType { get; set; } = -1;
    }
}

using System.Globalization;
using Meetpoint.Sip.Clue;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live.Clue;

/// <summary>What of a description is CLUE's (RFC 8848 section 4): the line of the channel, and the lines that it controls, by their identifications in one group.</summary>
/// <param name="Channel">Index of the line of the channel.</param>
/// <param name="Stream">The channel's number in SCTP, of a=dcmap (RFC 8864).</param>
/// <param name="Mids">Identifications in the group, that of the channel among them.</param>
sealed record ClueLines(int Channel, ushort Stream, IReadOnlySet<string> Mids)
{
    /// <summary>The format of a line of data channels (RFC 8841).</summary>
    public const string Format = "webrtc-datachannel";

    const string Protocol = "UDP/DTLS/SCTP";

    /// <summary>Number of the channel that we offer; any that is free, since nothing else is in the association.</summary>
    const int OurStream = 2;

    /// <summary>Where nothing is sent to, and that is no refusal.</summary>
    const int DiscardPort = 9;

    /// <summary>Null where the description has no channel for CLUE.</summary>
    public static ClueLines? Find(SdpDescription description)
    {
        if (description.Attributes.All("group").Select(static value => value.Split(' ')).FirstOrDefault(static words => words[0] == ClueNames.Group) is not { } group)
            return null;
        var mids = group.Skip(1).ToHashSet();
        for (var i = 0; i < description.Media.Count; i++)
        {
            var line = description.Media[i];
            if (line is { Kind: "application", Protocol: Protocol, IsRefused: false, Mid: { } mid } && line.Formats.Contains(Format) && mids.Contains(mid) && StreamOf(line) is { } stream)
                return new ClueLines(i, stream, mids);
        }

        return null;
    }

    /// <summary>The line is controlled: it carries what is configured over the channel, and nothing before.</summary>
    public bool Controls(SdpMedia line) => line is { Kind: "video", Mid: { } mid } && Mids.Contains(mid);

    /// <summary>Our line for a channel, in an offer of ours.</summary>
    /// <param name="port">Ours.</param>
    /// <param name="fingerprint">Of our certificate.</param>
    /// <param name="tlsId">Of our side of the association (RFC 8842 section 4).</param>
    public static SdpMedia Offer(int port, string fingerprint, string tlsId) =>
        ChannelLine(port, fingerprint, tlsId, "clue", "actpass", [$"{OurStream} subprotocol=\"{ClueNames.Protocol}\";ordered=true"]);

    /// <summary>Our line for the channel of theirs.</summary>
    public static SdpMedia Answer(SdpMedia theirs, int port, string fingerprint, string tlsId, bool isActive)
        => ChannelLine(port, fingerprint, theirs.Attributes.Has("tls-id") ? tlsId : null, theirs.Mid!, isActive ? "active" : "passive", theirs.Attributes.All("dcmap").Where(IsClue));

    /// <summary>A line of theirs that CLUE controls and that we do not take: it stays in the group, and carries nothing (RFC 8848 section 4.5.2.2).</summary>
    public static SdpMedia Idle(SdpMedia theirs)
    {
        var ours = new SdpMedia { Kind = theirs.Kind, Port = DiscardPort, Protocol = theirs.Protocol, Formats = [.. theirs.Formats] };
        foreach (var (name, value) in theirs.Attributes.Where(static attribute => attribute.Name is "rtpmap" or "fmtp" or "mid"))
            ours.Attributes.Add(name, value);
        ours.Direction = SdpDirection.Inactive;
        return ours;
    }

    static SdpMedia ChannelLine(int port, string fingerprint, string? tlsId, string mid, string setup, IEnumerable<string> maps)
    {
        var ours = new SdpMedia { Kind = "application", Port = port, Protocol = Protocol, Formats = [Format] };
        foreach (var (name, value) in ((string, string)[])[("mid", mid), ("setup", setup), ("fingerprint", fingerprint), ("sctp-port", "5000")])
            ours.Attributes.Add(name, value);
        if (tlsId is not null)
            ours.Attributes.Add("tls-id", tlsId);
        foreach (var map in maps)
            ours.Attributes.Add("dcmap", map);
        return ours;
    }

    static ushort? StreamOf(SdpMedia line) =>
        line.Attributes.All("dcmap").FirstOrDefault(IsClue) is { } map
        && ushort.TryParse(map.TrimStart().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var stream) ? stream : null;

    static bool IsClue(string map) => map.Contains($"subprotocol=\"{ClueNames.Protocol}\"", StringComparison.OrdinalIgnoreCase);
}

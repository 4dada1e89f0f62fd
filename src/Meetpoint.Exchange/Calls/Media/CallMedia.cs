using System.Collections.Immutable;
using System.Text;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Relay;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Calls.Media;

/// <summary>
/// The media of an anchored call: each session description that passes is made one of ours, with ports and keys of ours, and what it says of its
/// sender is told to the relay. Each line of RTP has a relay of its own; whatever else is offered is refused. On the signalling loop only.
/// </summary>
sealed class CallMedia(MediaEngine engine, MediaKeySource keys, MediaPolicy caller, MediaPolicy callee, IMediaRelayEvents events, IEventLoop loop) : IDisposable
{
    /// <summary>Lines of RTP that one call may have at a time: audio, video, and a second video for content.</summary>
    public const int MaxLines = 4;

    /// <summary>Attributes of a session that speak of the sender's own network (RFC 8839); the relay is reached without.</summary>
    static readonly string[] OfTheSendersNetwork = ["ice-ufrag", "ice-pwd", "ice-options", "ice-lite", "ice-pacing", "candidate", "fingerprint", "setup", "tls-id", "group"];

    readonly List<MediaLine?> _lines = [];
    readonly (byte[] Came, bool IsAnswer, byte[] Went)?[] _last = new (byte[] Came, bool IsAnswer, byte[] Went)?[2];

    RelaySide? _offering;
    ImmutableArray<PortState> _resumed = [];
    bool _isResuming;

    /// <summary>True when the other side offered and this one has not answered yet.</summary>
    public bool AwaitsAnswerOf(RelaySide side) => _offering is { } offering && offering != side;

    /// <summary>How a side wants its media.</summary>
    public MediaPolicy PolicyOf(RelaySide side) => side == RelaySide.A ? caller : callee;

    /// <summary>How often a restart had this exchange offer new keys: the versions of descriptions are ahead of their makers' by so much.</summary>
    public int Renewals { get; private set; }

    /// <summary>The relays, in order of their lines.</summary>
    public IEnumerable<MediaLine> Lines => _lines.OfType<MediaLine>();

    /// <summary>
    /// Makes of one side's description the one that the other side gets. The same once more gives the same again, so that what is sent twice changes
    /// nothing. Null when it is no description, or no line of it can be carried.
    /// </summary>
    /// <param name="from">Whose it is.</param>
    /// <param name="body">The description.</param>
    /// <param name="isAnswer">Whether it answers an offer of the other side.</param>
    public byte[]? Pass(RelaySide from, ReadOnlySpan<byte> body, bool isAnswer)
    {
        if (_last[(int)from] is { } last && last.IsAnswer == isAnswer && body.SequenceEqual(last.Came))
            return last.Went;
        if (!SdpDescription.TryParse(body, out var sdp, out _))
            return null;
        var to = from == RelaySide.A ? RelaySide.B : RelaySide.A;
        var carried = 0;
        for (var i = 0; i < sdp.Media.Count; i++)
        {
            if (LineAt(i, sdp.Media[i], isAnswer) is { } line && line.Pass(from, sdp, sdp.Media[i], isAnswer, _isResuming))
                carried++;
            else
                sdp.Media[i] = sdp.Media[i].Refuse();
        }

        if (carried == 0 && !isAnswer && sdp.Media.Count > 0)
            return null;
        Hide(sdp, to);
        _offering = isAnswer ? null : from;
        var went = sdp.ToBytes();
        _last[(int)from] = (body.ToArray(), isAnswer, went);
        return went;
    }

    /// <summary>The ports of the lines that are carried.</summary>
    public ImmutableArray<PortState> Ports() =>
        [.. _lines.Index().Where(line => line.Item is not null).Select(line => new PortState(line.Index, line.Item!.Local(RelaySide.A).Port, line.Item.Local(RelaySide.B).Port))];

    /// <summary>The last description of each side as it came, the offer first.</summary>
    public ImmutableArray<DescriptionState> Descriptions() =>
    [
        .. _last.Index().Where(side => side.Item is not null).OrderBy(side => side.Item!.Value.IsAnswer)
            .Select(side => new DescriptionState(side.Index == (int)RelaySide.A, side.Item!.Value.IsAnswer, Encoding.UTF8.GetString(side.Item.Value.Came))),
    ];

    /// <summary>
    /// Goes on after a restart: the same ports are opened again, and each side's description is taken as it came. Lines in the clear carry on at once;
    /// encrypted ones once the side has new keys: <see cref="Renewal"/>.
    /// </summary>
    public void Resume(ImmutableArray<PortState> ports, ImmutableArray<DescriptionState> descriptions, int renewals)
    {
        _resumed = ports;
        _isResuming = true;
        Renewals = renewals;
        foreach (var description in descriptions)
            Pass(description.IsCallers ? RelaySide.A : RelaySide.B, Encoding.UTF8.GetBytes(description.Text), description.IsAnswer);
        _resumed = [];
        _isResuming = false;
        if (!Lines.Any(line => line.IsSecure(RelaySide.A) || line.IsSecure(RelaySide.B)))
            return;
        Renewals++;
        Renew(RelaySide.A);
        Renew(RelaySide.B);
    }

    /// <summary>An offer of ours to a side of which encrypted lines wait for new keys, after a restart; null where none does.</summary>
    public byte[]? Renewal(RelaySide to) => Lines.Any(line => line.IsSecure(to)) ? _last[1 - (int)to]?.Went : null;

    /// <summary>Takes a side's answer to <see cref="Renewal"/>. The other side hears nothing of it. False when it is no description.</summary>
    public bool TakeRenewed(RelaySide from, ReadOnlySpan<byte> body)
    {
        if (!SdpDescription.TryParse(body, out var sdp, out _))
            return false;
        for (var i = 0; i < Math.Min(sdp.Media.Count, _lines.Count); i++)
            _lines[i]?.TryTake(from, sdp, sdp.Media[i], isAnswer: true);
        if (_last[(int)from] is { } last)
            _last[(int)from] = (body.ToArray(), last.IsAnswer, last.Went);
        return true;
    }

    /// <summary>Presses a key towards one side. False when it hears none.</summary>
    public bool TryPress(RelaySide side, char digit, int durationMs) => Lines.FirstOrDefault(line => line.IsAudio)?.TryPress(side, digit, durationMs) == true;

    /// <summary>Packets of RTP that came from the caller, and from the called, so far.</summary>
    public (long FromCaller, long FromCallee) Packets()
    {
        var (a, b) = (0L, 0L);
        foreach (var line in _lines)
        {
            if (line is null)
                continue;
            a += line.Relay.Statistics(RelaySide.A).PacketsReceived;
            b += line.Relay.Statistics(RelaySide.B).PacketsReceived;
        }

        return (a, b);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var line in Lines)
            line.Dispose();
        _lines.Clear();
    }

    MediaLine? LineAt(int index, SdpMedia media, bool isAnswer)
    {
        if (index < _lines.Count && _lines[index] is { } known)
            return known;
        if (isAnswer || media.IsRefused || !MediaLine.CanCarry(media) || Lines.Count() >= MaxLines)
            return null;
        var ports = _resumed.FirstOrDefault(port => port.Line == index);
        var options = new MediaRelayOptions { Events = events, EventLoop = loop, PortA = ports?.A ?? 0, PortB = ports?.B ?? 0 };
        if (engine.OpenRelay(options) is not { } relay)
            return null;
        while (_lines.Count <= index)
            _lines.Add(null);
        return _lines[index] = new MediaLine(relay, media.Kind == "audio", keys, caller, callee);
    }

    /// <summary>What a side was told last, with new keys.</summary>
    void Renew(RelaySide to)
    {
        if (_last[1 - (int)to] is not { } told || !SdpDescription.TryParse(told.Went, out var sdp, out _))
            return;
        for (var i = 0; i < Math.Min(sdp.Media.Count, _lines.Count); i++)
        {
            if (!sdp.Media[i].IsRefused && _lines[i]?.IsSecure(to) == true)
                _lines[i]!.Renew(to, sdp.Media[i]);
        }

        sdp.Origin = sdp.Origin with { Version = sdp.Origin.Version + 1 };
        _last[1 - (int)to] = (told.Came, told.IsAnswer, sdp.ToBytes());
    }

    void Hide(SdpDescription sdp, RelaySide to)
    {
        var local = Lines.FirstOrDefault()?.Local(to) ?? engine.Options.BindAddress;
        var ours = new SdpConnection(!local.IsIPv4, local.ToIPAddress().ToString());
        sdp.Connection = ours;
        sdp.Origin = sdp.Origin with { Address = ours, Version = sdp.Origin.Version + (ulong)Renewals };
        sdp.Attributes.RemoveAll(attribute => OfTheSendersNetwork.Contains(attribute.Name));
        foreach (var media in sdp.Media)
            media.Connection = null;
    }
}

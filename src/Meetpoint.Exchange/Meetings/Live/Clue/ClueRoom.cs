using Meetpoint.Media.DataChannels;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip.Clue;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live.Clue;

/// <summary>
/// CLUE with one room system that has offered it: which of its lines is which of its cameras, and which of ours goes to which of its screens. On the signalling loop only.
/// </summary>
/// <remarks>
/// The room offers the channel, and in the same group its own lines, one a camera, to be sent by it alone (RFC 8848 section 4). When the channel is up we offer ours, and tell what a meeting has;
/// both choose. Until then, and where the channel does not come up, its line that is not controlled shows and is shown, as that of any room.
/// </remarks>
sealed class ClueRoom : IClueEvents
{
    /// <summary>The channel has to be up by then.</summary>
    const long OpenWithinNs = 10 * MonotonicTime.Second;

    /// <summary>Messages of a room in a second; who says more is not listened to any longer, for each may have all lines gone through again.</summary>
    const int MaxMessagesPerSecond = 20;

    readonly LiveContext _context;
    readonly MediaLegHandle _leg;
    readonly ClueChannel _channel;
    readonly ClueSession _session;
    readonly LoopTimer _timer;
    readonly LoopTimer _opening;
    readonly string _tlsId;
    readonly Dictionary<string, (VideoKind Kind, CameraPlace Place)> _inputs = [];
    readonly Dictionary<string, (VideoKind Kind, CameraPlace Place)> _outputs = [];
    Dictionary<string, (VideoKind Kind, CameraPlace Place)>? _chosen; // null for what was advertised last
    ClueAdvertisement? _advertised;
    HashSet<string> _theirLabels = [];
    string _told = "";
    long _secondNs;
    int _inSecond;
    bool _isActiveSide;
    bool _isStarted;

    /// <param name="context">Loop, randomness and certificate.</param>
    /// <param name="leg">A port for the channel.</param>
    public ClueRoom(LiveContext context, MediaLegHandle leg)
    {
        (_context, _leg) = (context, leg);
        _tlsId = Convert.ToHexStringLower(context.Randomness.Bytes(16));
        _session = new ClueSession(this, context.Self);
        _timer = new LoopTimer(context.Loop, OnTimer);
        _opening = new LoopTimer(context.Loop, _ => Stop());
        _channel = new ClueChannel(leg, context.Loop) { Up = OnUp, Heard = OnHeard, Down = _ => _session.Stop() };
    }

    /// <summary>What was settled over the channel is another now: the lines are to be gone through again.</summary>
    public required Action Changed { get; init; }

    /// <summary>Our lines are to be offered.</summary>
    public required Action LinesWanted { get; init; }

    /// <summary>Roles are settled, and our lines may be offered.</summary>
    public bool IsActive => _session.State == ClueState.Active;

    /// <summary>Its cameras, or what it presents, come by lines of CLUE: its other line of that kind shows nothing more.</summary>
    public bool HasInput(VideoKind kind) => _inputs.Values.Any(input => input.Kind == kind);

    /// <summary>The room has chosen lines of CLUE for people, or for what is presented.</summary>
    public bool HasOutput(VideoKind kind) => _outputs.Values.Any(output => output.Kind == kind);

    /// <summary>What the room sends in a line of its own, by the line's label; null while it was not told to send anything.</summary>
    public (VideoKind Kind, CameraPlace Place)? InputOf(string? label) => label is not null && _inputs.TryGetValue(label, out var input) ? input : null;

    /// <summary>What goes in a line of ours, and on which screen, by its label; null while the room has not chosen anything for it.</summary>
    public (VideoKind Kind, CameraPlace Place)? OutputOf(string? label) => label is not null && _outputs.TryGetValue(label, out var output) ? output : null;

    /// <summary>Adds a line for the channel to our offer.</summary>
    public void Offer(SdpDescription offer) => offer.Media.Add(ClueLines.Offer(_leg.LocalAddress.Port, _context.Browsers.ForData.Fingerprint.ToString(), _tlsId));

    /// <summary>Puts the line of the channel into our answer.</summary>
    public void Answer(ClueLines theirs, SdpDescription offer, SdpDescription answer)
    {
        var line = offer.Media[theirs.Channel];
        if (!_isStarted)
            _isActiveSide = (line.Attributes.Setup ?? offer.Attributes.Setup) != "active"; // RFC 8842: who answers had better be active
        answer.Media[theirs.Channel] = ClueLines.Answer(line, _leg.LocalAddress.Port, _context.Browsers.ForData.Fingerprint.ToString(), _tlsId, _isActiveSide);
    }

    /// <summary>Takes what both descriptions settle: the channel begins once, and lines that have come are chosen of.</summary>
    /// <param name="lines">The channel, and what it controls.</param>
    /// <param name="theirs">Their description.</param>
    /// <param name="mayStart">Its owner is ready for what comes of it.</param>
    public void Settle(ClueLines lines, SdpDescription theirs, bool mayStart)
    {
        var line = theirs.Media[lines.Channel];
        _theirLabels = [.. theirs.Media.Where(other => lines.Controls(other) && !other.IsRefused && theirs.DirectionOf(other) == SdpDirection.SendOnly)
            .Select(static other => other.Attributes.First("label")).OfType<string>()];
        if (mayStart && !_isStarted && theirs.AddressOf(line) is { } remote && DtlsFingerprint.TryParse(line.Attributes.First("fingerprint") ?? theirs.Attributes.First("fingerprint"), out var peer))
        {
            _isStarted = true;
            // An answer to our offer says which end begins.
            _isActiveSide = (line.Attributes.Setup ?? theirs.Attributes.Setup) switch { "active" => false, "passive" => true, _ => _isActiveSide };
            var port = ushort.TryParse(line.Attributes.First("sctp-port"), out var told) ? told : SctpOptions.DefaultPort;
            _opening.Arm(OpenWithinNs);
            _channel.Start(
                _context.Browsers.ForData, _isActiveSide ? DtlsRole.Client : DtlsRole.Server, peer!, remote, lines.Stream, port, (int)_context.Randomness.Between(0, int.MaxValue));
        }

        Choose();
    }

    /// <summary>The room has taken so many of our lines: that is what is told.</summary>
    public void Advertise(IReadOnlyList<string> labels)
    {
        var told = string.Join(' ', labels);
        if (!IsActive || labels.Count == 0 || told == _told)
            return;
        _told = told;
        _session.TryAdvertise(RoomScene.Of(labels), _context.Time.NowNs());
        Arm();
    }

    /// <summary>Ends it; the room's other line goes on.</summary>
    public void Stop()
    {
        _opening.Disarm();
        _session.Stop();
    }

    void OnUp()
    {
        _opening.Disarm();
        _session.Start(_isActiveSide, _context.Time.NowNs());
        Arm();
    }

    void OnHeard(byte[] message)
    {
        var now = _context.Time.NowNs();
        if (now - _secondNs >= MonotonicTime.Second)
            (_secondNs, _inSecond) = (now, 0);
        if (++_inSecond > MaxMessagesPerSecond)
        {
            Stop();
            return;
        }

        _session.OnMessage(message, now);
        Arm();
    }

    void OnTimer(long nowNs)
    {
        _session.OnTimer(_context.Time.NowNs());
        Arm();
    }

    void Arm()
    {
        if (_session.NextTimeoutNs is < long.MaxValue and var due)
            _timer.Arm(Math.Max(0, due - _context.Time.NowNs()));
        else
            _timer.Disarm();
    }

    /// <summary>Chooses the cameras from left to right, and what is presented, as far as there are lines for them.</summary>
    void Choose()
    {
        if (_advertised is not { } advertised || _theirLabels.Count == 0)
            return;
        // A choice, if it is of nothing, is what an advertisement is answered with (RFC 8847 section 5.5).
        var (free, encodings, chosen) = (new HashSet<string>(_theirLabels), new List<ClueCaptureEncoding>(), new Dictionary<string, (VideoKind, CameraPlace)>());
        var all = advertised.Cameras();
        var cameras = all.Skip(Math.Max(0, all.Count - CameraPlace.MaxCameras) / 2).Take(CameraPlace.MaxCameras).ToList(); // of more the middle ones
        for (var i = 0; i < cameras.Count; i++)
            Take(cameras[i], VideoKind.Camera, CameraPlace.Of(i, cameras.Count));
        if (advertised.Content() is { } content)
            Take(content, VideoKind.Content, default);
        if (_chosen is { } before && before.Count == chosen.Count && !before.Except(chosen).Any())
            return;
        _chosen = chosen;
        _session.TryConfigure(encodings, _context.Time.NowNs());
        Arm();

        void Take(ClueCapture capture, VideoKind kind, CameraPlace place)
        {
            var group = advertised.EncodingGroups.FirstOrDefault(group => group.Id == capture.EncodingGroup);
            if (group?.Encodings.FirstOrDefault(free.Contains) is not { } label)
                return;
            free.Remove(label);
            encodings.Add(new ClueCaptureEncoding($"mp-{capture.Id}", capture.Id, label));
            chosen[label] = (kind, place);
        }
    }

    void IClueEvents.Send(byte[] message) => _channel.Send(message);

    void IClueEvents.OnActive(ClueSession session)
    {
        LinesWanted();
        Changed(); // the room may have had lines for ours from the beginning
    }

    ClueCode IClueEvents.OnAdvertised(ClueSession session, ClueAdvertisement advertisement)
    {
        (_advertised, _chosen) = (advertisement, null);
        Choose();
        return ClueCode.Success;
    }

    void IClueEvents.OnAcknowledged(ClueSession session, ClueCode code)
    {
    }

    ClueCode IClueEvents.OnConfigured(ClueSession session, ClueConfigure configuration)
    {
        _outputs.Clear();
        foreach (var encoding in configuration.Encodings)
            _outputs[encoding.Encoding] = (RoomScene.KindOf(encoding.Capture), RoomScene.PlaceOf(encoding.Capture));
        Changed();
        return ClueCode.Success;
    }

    void IClueEvents.OnConfigureAnswered(ClueSession session, ClueCode code)
    {
        if (!code.IsSuccess() || _chosen is not { } chosen)
            return;
        _inputs.Clear();
        foreach (var (label, input) in chosen)
            _inputs[label] = input;
        Changed();
    }

    void IClueEvents.OnTerminated(ClueSession session, string reason)
    {
        _timer.Disarm();
        _channel.Stop();
        _inputs.Clear();
        _outputs.Clear();
        Changed();
    }
}

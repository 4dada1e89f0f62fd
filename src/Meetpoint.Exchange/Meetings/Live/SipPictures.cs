using System.Globalization;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live.Clue;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// The pictures of a participant by SIP: a line of a camera, or several of a room with several cameras and screens (<see cref="CameraLines"/>), and one of content where its
/// equipment has it (a=content:slides, RFC 4796), each with ports of its own. H.264 (RFC 6184) and VP8 (RFC 7741), as <see cref="PictureFormats"/> says. On the signalling loop only.
/// </summary>
sealed partial class SipPictures
{
    const string Plain = "RTP/AVP", Secure = "RTP/SAVP";
    const string BaselineMode1 = "profile-level-id=42e01f;packetization-mode=1";

    /// <summary>Of content: pictures of 1920 by 1088 at what the level can in a second, which is 13 of them (RFC 6184 section 8.1).</summary>
    const string LargeMode1 = BaselineMode1 + ";max-fs=8160";

    /// <summary>Lines of a picture that equipment is sent at most; content as large as it comes.</summary>
    const int CameraHeight = 720, ContentHeight = 2_160;

    const string AnyType = "*";

    static readonly string[] _feedback = ["nack", "nack pli", "ccm fir"];

    readonly Dictionary<int, Line> _lines = [];
    readonly LiveContext _context;
    readonly EquipmentProfile _profile;
    MediaRoomHandle _room;
    MediaLegHandle _leg;
    VideoHandle? _video;
    VideoPeerOptions? _settled;
    uint _participantId; // 0 until it is in

    public SipPictures(LiveContext context, MediaRoomHandle room, MediaLegHandle leg, EquipmentProfile profile) => (_context, _room, _leg, _profile) = (context, room, leg, profile);

    /// <summary>Counts; null before there are any.</summary>
    public VideoStatistics? Statistics => _video?.Statistics;

    /// <summary>Adds to our offer a line of a camera for each camera and screen of its equipment, from left to right; nothing where no port is free.</summary>
    public void Offer(SdpDescription offer)
    {
        var lines = Math.Max(_profile.Cameras, _profile.Screens);
        for (var place = 0; place < lines; place++)
        {
            if (AddLine(offer, BaselineMode1, lines > 1 ? "main" : null) is { } ours && (place >= _profile.Cameras || place >= _profile.Screens))
                ours.Direction = place < _profile.Screens ? SdpDirection.SendOnly : SdpDirection.RecvOnly;
        }
    }

    /// <summary>Adds a line of content.</summary>
    public void OfferContent(SdpDescription offer) => AddLine(offer, LargeMode1, "slides");

    /// <summary>Moves into another room, with its leg and the ports of its lines.</summary>
    public void MoveTo(MediaRoomHandle room, MediaLegHandle leg)
    {
        (_room, _leg) = (room, leg);
        if (_video is not { } before)
            return;
        _video = room.Adopt(before, leg);
        foreach (var (index, line) in _lines)
            line.Tell(_video, index);
    }

    /// <summary>It is in: from now on it sees the others, and they see it.</summary>
    public void Begin(uint participantId)
    {
        _participantId = participantId;
        Configure();
    }

    /// <summary>Takes the lines of an offer that can be taken, in our answer, which has them refused, and settles them.</summary>
    public void Answer(SdpDescription offer, SdpDescription answer)
    {
        var (cameras, hasContent, controlled) = (new List<SdpMedia>(), false, 0);
        var clue = ClueLines.Find(offer);
        if (clue is not null && (_clue ??= OpenClue()) is { } room)
            room.Answer(clue, offer, answer);
        else
            clue = null;
        for (var i = 0; i < offer.Media.Count; i++)
        {
            var offered = offer.Media[i];
            if (offered.Kind != "video" || offered.IsRefused || PictureFormats.Of(offered, _profile).IsEmpty)
                continue;
            var isControlled = clue?.Controls(offered) == true;
            var isWanted = isControlled ? TakesControlled(i, offer.DirectionOf(offered), ref controlled)
                : KindOf(offered) == VideoKind.Content ? !hasContent : CameraLines.Belongs(offered, cameras);
            if (!isWanted || LineAt(i) is not { } line || !TryKey(offered, line))
            {
                if (isControlled)
                    answer.Media[i] = ClueLines.Idle(offered);
                continue;
            }


            answer.Media[i] = Ours(offer, offered, line);
            if (isControlled)
                Mark(answer.Media[i], offered.Mid!, _encodings.GetValueOrDefault(i));
            else if (KindOf(offered) == VideoKind.Content)
                hasContent = true;
            else
                cameras.Add(offered);
        }

        if (clue is not null)
            Group(answer);

        Settle(answer, offer);
    }

    /// <summary>What both descriptions say holds from <see cref="Begin"/> on, or from now; without a line in common there is nothing to see.</summary>
    public void Settle(SdpDescription ours, SdpDescription theirs)
    {
        _described = (ours, theirs);
        var clue = _clue is null ? null : ClueLines.Find(ours);
        if (clue is not null && ClueLines.Find(theirs) is { } lines)
            _clue!.Settle(lines, theirs, mayStart: _encodingsWanted is not null);
        else if (_clue is not null)
            DropClue();
        clue = _clue is null ? null : clue;
        var inputs = new List<VideoInput>();
        var outputs = new List<VideoOutput>();
        for (var i = 0; i < Math.Min(ours.Media.Count, theirs.Media.Count); i++)
        {
            var other = theirs.Media[i];
            if (ours.Media[i].Kind != "video" || ours.Media[i].IsRefused || other.IsRefused || !_lines.TryGetValue(i, out var line) || theirs.AddressOf(other) is not { } remote)
                continue;
            // What a line shows is what was offered: not every answer repeats it.
            var (formats, kind) = (PictureFormats.Of(other, _profile), KindOf(ours.Media[i]));
            var direction = theirs.DirectionOf(other);
            var sends = direction is SdpDirection.SendRecv or SdpDirection.SendOnly && formats.Takes.Count > 0;
            var takes = direction is SdpDirection.SendRecv or SdpDirection.RecvOnly && formats.Gives.Count > 0;
            if (clue?.Controls(ours.Media[i]) == true)
            {
                if (sends && _clue!.InputOf(other.Attributes.First("label")) is var (captured, camera))
                    inputs.Add(new VideoInput { Id = i, Kind = captured, Formats = formats.Takes, Place = camera, Protection = line.Protection });
                if (takes && _clue!.OutputOf(_encodings.GetValueOrDefault(i)) is var (shown, screen))
                    outputs.Add(new VideoOutput { Id = i, Kind = shown, Formats = formats.Gives, Place = screen, Protection = line.Protection, MaxHeight = HeightOf(shown, formats) });
            }
            else
            {
                if (sends && _clue?.HasInput(kind) != true)
                    inputs.Add(new VideoInput { Id = i, Kind = kind, Formats = formats.Takes, Protection = line.Protection });
                if (takes && _clue?.HasOutput(kind) != true)
                    outputs.Add(new VideoOutput { Id = i, Kind = kind, Formats = formats.Gives, Protection = line.Protection, MaxHeight = HeightOf(kind, formats) });
            }

            var isMuxed = other.RtcpMux && ours.Media[i].RtcpMux;
            line.Remote = (remote, isMuxed ? remote : remote.WithPort(other.RtcpPort ?? remote.Port + 1), isMuxed);
            line.Tell(_video!, i);
        }

        // Lines that CLUE controls have their places by it.
        var cameras = inputs.FindAll(input => input.Kind == VideoKind.Camera && clue?.Controls(ours.Media[input.Id]) != true).ConvertAll(input => theirs.Media[input.Id]);
        var screens = outputs.FindAll(output => output.Kind == VideoKind.Camera && clue?.Controls(ours.Media[output.Id]) != true).ConvertAll(output => theirs.Media[output.Id]);
        _settled = new VideoPeerOptions
        {
            ParticipantId = 1, // its own from the beginning on
            Inputs = [.. inputs.Select(input => cameras.Contains(theirs.Media[input.Id]) ? input with { Place = CameraLines.PlaceOf(theirs.Media[input.Id], cameras) } : input)],
            Outputs = [.. outputs.Select(output => screens.Contains(theirs.Media[output.Id]) ? output with { Place = CameraLines.PlaceOf(theirs.Media[output.Id], screens) } : output)],
            HasSeparateLines = true,
            HasNack = Has(theirs, "nack"),
            HasPli = Has(theirs, "nack pli"),
            HasFir = Has(theirs, "ccm fir"),
            MaxBitsPerSecond = RateOf(theirs, outputs),
        };
        Configure();
        HasCamera = inputs.Exists(static input => input.Kind == VideoKind.Camera);
        if (clue is not null)
        {
            _clue!.Advertise([.. _encodings.Where(pair => pair.Key < theirs.Media.Count && !theirs.Media[pair.Key].IsRefused && theirs.DirectionOf(theirs.Media[pair.Key]) == SdpDirection.RecvOnly)
                .Select(static pair => pair.Value)]);
        }
    }

    /// <summary>It can send a camera's picture.</summary>
    public bool HasCamera { get; private set; }

    /// <summary>It wants the picture that it sees anew (RFC 5168).</summary>
    public void RequestKeyframe()
    {
        foreach (var line in _lines.Keys)
            _video?.RequestKeyframe(line);
    }

    /// <summary>Shows it nobody, or whom the room shows again; its lines stand.</summary>
    public void SetAway(bool isAway) => _video?.SetAway(isAway);

    /// <summary>Ends them.</summary>
    public void End()
    {
        _described = null;
        _clue?.Stop();
        _video?.Remove();
    }

    SdpMedia? AddLine(SdpDescription offer, string h264, string? content)
    {
        if (LineAt(offer.Media.Count) is not { } line)
            return null;
        var ours = new SdpMedia { Kind = "video", Port = line.Address.Port, Protocol = Plain };
        ours.AddFormat(new SdpRtpMap(97, "H264", 90000), h264);
        ours.AddFormat(new SdpRtpMap(96, "VP8", 90000));
        foreach (var feedback in _feedback)
            ours.Attributes.Add("rtcp-fb", "* " + feedback);
        if (content is not null)
            ours.Attributes.Add("content", content);
        offer.Media.Add(ours);
        return ours;
    }

    /// <summary>Who is not in yet has ports and is shown nothing, nor to anybody: the code, the PIN and the lobby hold for pictures too.</summary>
    void Configure()
    {
        if (_participantId != 0 && _settled is { } settled)
            _video?.Configure(settled with { ParticipantId = _participantId });
    }

    /// <summary>A line has the same port as long as there is a call.</summary>
    Line? LineAt(int index)
    {
        if (_lines.TryGetValue(index, out var known))
            return known;
        _video ??= _room.AddVideo(_leg);
        return _video.OpenLine(index) is { } address ? _lines[index] = new Line(address) : null;
    }

    bool TryKey(SdpMedia offered, Line line)
    {
        var isSecure = offered.Protocol.StartsWith(Secure, StringComparison.Ordinal);
        if (!isSecure && !offered.Protocol.StartsWith(Plain, StringComparison.Ordinal))
            return false;
        // Keys in a line in the clear are an offer to encrypt (RFC 8643).
        if (AudioNegotiation.Sdes(offered, line.Keys, _context.Randomness) is not { } keys)
        {
            (line.Keys, line.Protection) = (null, null);
            return !isSecure;
        }

        // The same keys again go on counting where they are.
        if (line.Keys is not { } before || before.Ours != keys.Ours || before.Theirs.Format() != keys.Theirs.Format())
            line.Protection = new SrtpProtection(SrtpSession.Create(keys.Ours, keys.Theirs));
        line.Keys = keys;
        return true;
    }

    SdpMedia Ours(SdpDescription offer, SdpMedia offered, Line line)
    {
        var ours = new SdpMedia { Kind = "video", Port = line.Address.Port, Protocol = offered.Protocol };
        var formats = PictureFormats.Of(offered, _profile);
        foreach (var type in formats.PayloadTypes(offered).Select(static type => type.ToString(CultureInfo.InvariantCulture)))
            ours.AddFormat(offered.RtpMap(type)!, offered.Fmtp(type));
        foreach (var (type, words) in FeedbackOf(offered).Where(fb => _feedback.Contains(fb.Words) && (fb.Type == AnyType || ours.Formats.Contains(fb.Type))).Take(VideoInput.MaxFormats))
            ours.Attributes.Add("rtcp-fb", $"{type} {words}");
        if (offered.Attributes.First("content") is { } content)
            ours.Attributes.Add("content", content);
        if (offered.Attributes.First("label") is { } label)
            ours.Attributes.Add("label", label);
        if (offered.RtcpMux)
            ours.Attributes.Add("rtcp-mux");
        if (line.Keys is { } keys)
            ours.Attributes.Add("crypto", keys.Ours.Format());
        var direction = offer.DirectionOf(offered);
        var sends = direction is SdpDirection.SendRecv or SdpDirection.RecvOnly && formats.Gives.Count > 0;
        var takes = direction is SdpDirection.SendRecv or SdpDirection.SendOnly && formats.Takes.Count > 0;
        ours.Direction = sends ? takes ? SdpDirection.SendRecv : SdpDirection.SendOnly : takes ? SdpDirection.RecvOnly : SdpDirection.Inactive;
        return ours;
    }

    /// <summary>What a line shows (RFC 4796).</summary>
    internal static VideoKind KindOf(SdpMedia line) => line.Attributes.First("content") is { } content && content.Contains("slides", StringComparison.Ordinal) ? VideoKind.Content : VideoKind.Camera;

    static int HeightOf(VideoKind kind, PictureFormats formats) => Math.Min(formats.MaxHeight, kind == VideoKind.Content ? ContentHeight : CameraHeight);

    /// <summary>
    /// What all lines together may be sent, as the other end says: by its session (b=AS, or TIAS of RFC 3890), and by its lines where each says something; what audio takes of the former is little.
    /// </summary>
    static long RateOf(SdpDescription theirs, List<VideoOutput> outputs)
    {
        var lines = outputs.ConvertAll(output => SdpBandwidth.BitsPerSecond(theirs.Media[output.Id].Bandwidth));
        return Math.Min(SdpBandwidth.BitsPerSecond(theirs.Bandwidth) ?? long.MaxValue, lines.Count > 0 && lines.TrueForAll(static rate => rate is not null) ? lines.Sum()!.Value : long.MaxValue);
    }

    static bool Has(SdpDescription theirs, string feedback) => theirs.Media.Exists(line => line.Kind == "video" && FeedbackOf(line).Any(fb => fb.Words == feedback));

    /// <summary>a=rtcp-fb (RFC 4585 section 4.2): of which payload type, or all, and what.</summary>
    static IEnumerable<(string Type, string Words)> FeedbackOf(SdpMedia line) => line.Attributes.All("rtcp-fb")
        .Select(static value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(static words => words.Length > 1).Select(static words => (words[0], string.Join(' ', words[1..])));

    /// <summary>Our end of a line.</summary>
    sealed class Line(NetAddress address)
    {
        public NetAddress Address => address;

        public (SdesKey Ours, SdesKey Theirs)? Keys { get; set; }

        public IMediaProtection? Protection { get; set; }

        /// <summary>The other end, and whether it has one port for both; null before it is known.</summary>
        public (NetAddress Media, NetAddress Control, bool IsMuxed)? Remote { get; set; }

        public void Tell(VideoHandle video, int index)
        {
            if (Remote is var (media, control, isMuxed))
                video.SetRemote(index, media, control, isMuxed, Protection);
        }
    }
}

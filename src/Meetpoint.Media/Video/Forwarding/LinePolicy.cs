namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// Who is shown in which line. The camera line of lowest number of a peer shows who has the floor, or to himself who had it before; the others the
/// last speakers besides, each of whom stays where he is while he is among them. Content lines show the presenter; who has none sees what is presented
/// in place of who has the floor.
/// </summary>
/// <remarks>
/// Of several cameras of one participant the middle one stands first, then the others from left to right. On a wall of screens who has the floor is shown with all his cameras in place, by
/// <see cref="CameraPlace.CameraOf"/>; screens that are left show the others' middle cameras.
/// </remarks>
sealed class LinePolicy(List<VideoPeer> peers)
{
    /// <summary>Speakers that are remembered in their order; who spoke before them ranks by when he came.</summary>
    const int MaxSpeakers = 64;

    /// <summary>Participants that are hidden; who would be one more is shown until his packets end.</summary>
    public const int MaxHidden = 4_096;

    readonly List<uint> _speakers = []; // the last one first
    readonly HashSet<uint> _hidden = []; // whose camera is shown to nobody
    readonly List<VideoFeed> _ranked = []; // cameras that are on; those of one participant together, his middle one first
    readonly Dictionary<(uint Participant, VideoKind Kind, int Place), VideoFeed> _feeds = [];
    readonly HashSet<uint> _placed = [];
    readonly List<VideoFeed> _due = [];
    readonly VideoFeed?[] _chosen = new VideoFeed?[VideoRoomOptions.MaxLinesPerPeer];

    /// <summary>Whose content is shown; 0 for nobody's.</summary>
    public uint Presenter { get; set; }

    /// <summary>Somebody has the floor.</summary>
    public void OnSpeaker(uint participant)
    {
        _speakers.Remove(participant);
        if (_speakers.Count == MaxSpeakers)
            _speakers.RemoveAt(MaxSpeakers - 1);
        _speakers.Insert(0, participant);
    }

    /// <summary>Somebody's camera is shown to nobody from now on, or to everybody; false when it is so already.</summary>
    public bool Hide(uint participant, bool isHidden) => isHidden ? _hidden.Count < MaxHidden && _hidden.Add(participant) : _hidden.Remove(participant);

    /// <summary>Somebody is not in the room any more.</summary>
    public void Forget(uint participant) => _speakers.Remove(participant);

    /// <summary>Looks who is there, before lines are assigned.</summary>
    public void Rank()
    {
        _feeds.Clear();
        _ranked.Clear();
        _placed.Clear();
        foreach (var peer in peers)
        {
            foreach (var feed in peer.Feeds)
            {
                if (feed.IsAlive && feed.Participant != 0 && (feed.Kind != VideoKind.Camera || !_hidden.Contains(feed.Participant)) && (!_feeds.TryGetValue(KeyOf(feed), out var other) || IsBetter(feed, other)))
                    _feeds[KeyOf(feed)] = feed;
            }
        }

        foreach (var speaker in _speakers)
            Place(speaker);
        foreach (var peer in peers)
        {
            foreach (var feed in peer.Feeds)
                Place(feed.Participant);
        }
    }

    /// <summary>Gives each line of a peer its feed, or null, in <paramref name="chosen"/>, which has as many places as the peer has lines.</summary>
    public void Assign(VideoPeer peer, Span<VideoFeed?> chosen)
    {
        chosen.Clear();
        if (peer.IsAway)
            return;
        _due.Clear();
        int free = 0, first = -1;
        for (var i = 0; i < peer.Lines.Count; i++)
        {
            var line = peer.Lines[i];
            if (line.Kind == VideoKind.Content)
                continue;
            if (first < 0)
                first = i;
            chosen[i] = line.Pinned != 0 ? FindPinned(peer, line, chosen) : null;
            if (chosen[i] is null)
                free++;
        }

        if (first >= 0 && chosen[first] is null && ContentInsteadOfSpeaker(peer, first) is { } presented)
        {
            chosen[first] = presented;
            free--;
        }

        var speaker = first >= 0 && peer.Lines[first].IsOnWall ? AssignWall(peer, first, chosen, ref free) : 0;
        foreach (var feed in _ranked)
        {
            if (_due.Count == free)
                break;
            if (MayShow(peer, peer.Lines[first], feed) && !chosen.Contains(feed) && (speaker == 0 || (feed.Participant != speaker && feed == MiddleOf(feed.Participant))))
                _due.Add(feed);
        }

        if (speaker == 0 && free > 0 && _due.Count > 0 && chosen[first] is null)
            chosen[first] = TakeDue(0);
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] is null && peer.Lines[i].Kind == VideoKind.Camera && FindDue(peer.Lines[i].WantedCapture) is >= 0 and var kept)
                chosen[i] = TakeDue(kept);
        }

        for (var i = 0; i < chosen.Length && _due.Count > 0; i++)
        {
            if (chosen[i] is null && peer.Lines[i].Kind == VideoKind.Camera)
                chosen[i] = TakeDue(0);
        }

        AssignContent(peer, chosen);
    }

    /// <summary>A place for <see cref="Assign"/> to write to.</summary>
    public Span<VideoFeed?> Scratch(int count) => _chosen.AsSpan(0, count);

    /// <summary>Puts each camera of who has the floor on the screen that stands where it does; returns who that is, 0 for nobody.</summary>
    uint AssignWall(VideoPeer peer, int first, Span<VideoFeed?> chosen, ref int free)
    {
        var speaker = default(VideoCapture);
        foreach (var feed in _ranked)
        {
            if (!MayShow(peer, peer.Lines[first], feed) || chosen.Contains(feed))
                continue;
            speaker = feed.Capture;
            break;
        }

        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] is null && peer.Lines[i].Kind == VideoKind.Camera && peer.Lines[i].Options.Place.CameraOf(speaker.Place.Count) is { } place
                && _feeds.TryGetValue((speaker.Participant, VideoKind.Camera, place), out var camera) && MayShow(peer, peer.Lines[i], camera) && !chosen.Contains(camera))
            {
                chosen[i] = camera;
                free--;
            }
        }

        return speaker.Participant;
    }

    /// <summary>The next camera of whom a line is pinned to, when another line has those before it; null when there is none.</summary>
    VideoFeed? FindPinned(VideoPeer peer, SourceLine line, ReadOnlySpan<VideoFeed?> chosen)
    {
        if (MiddleOf(line.Pinned) is { } middle && MayShow(peer, line, middle) && !chosen.Contains(middle))
            return middle;
        for (var place = 0; place < CameraPlace.MaxCameras; place++)
        {
            if (_feeds.TryGetValue((line.Pinned, VideoKind.Camera, place), out var feed) && MayShow(peer, line, feed) && !chosen.Contains(feed))
                return feed;
        }

        return null;
    }

    /// <summary>What who has one screen for him sees of a participant; null when he has no camera on.</summary>
    VideoFeed? MiddleOf(uint participant)
    {
        VideoFeed? middle = null;
        for (var place = 0; place < CameraPlace.MaxCameras; place++)
        {
            if (_feeds.TryGetValue((participant, VideoKind.Camera, place), out var feed) && (middle is null || feed.Capture.Place.FromMiddle < middle.Capture.Place.FromMiddle))
                middle = feed;
        }

        return middle;
    }

    static (uint Participant, VideoKind Kind, int Place) KeyOf(VideoFeed feed) => (feed.Participant, feed.Kind, feed.Capture.Place.Index);

    /// <summary>What is presented, to equipment that shows one picture at a time. A cascade without content is an exchange that does not know it.</summary>
    VideoFeed? ContentInsteadOfSpeaker(VideoPeer peer, int first)
    {
        if (peer.Options.IsCascade || Content is not { } content || !MayShow(peer, peer.Lines[first], content))
            return null;
        foreach (var line in peer.Lines)
        {
            if (line.Kind == VideoKind.Content)
                return null;
        }

        return content;
    }

    /// <summary>What is presented; null for nothing.</summary>
    VideoFeed? Content => Presenter != 0 && _feeds.TryGetValue((Presenter, VideoKind.Content, 0), out var content) ? content : null;

    void AssignContent(VideoPeer peer, Span<VideoFeed?> chosen)
    {
        if (Content is not { } content)
            return;
        for (var i = 0; i < chosen.Length; i++)
        {
            if (peer.Lines[i].Kind != VideoKind.Content || !MayShow(peer, peer.Lines[i], content))
                continue;
            chosen[i] = content;
            return;
        }
    }

    VideoFeed TakeDue(int index)
    {
        var feed = _due[index];
        _due.RemoveAt(index);
        return feed;
    }

    /// <summary>By whom it shows: the same may come by another line of a cascade now.</summary>
    int FindDue(VideoCapture capture)
    {
        for (var i = 0; i < _due.Count; i++)
        {
            if (_due[i].Capture == capture)
                return i;
        }

        return -1;
    }

    void Place(uint participant)
    {
        if (MiddleOf(participant) is not { } middle || !_placed.Add(participant))
            return;
        _ranked.Add(middle);
        for (var place = 0; place < CameraPlace.MaxCameras; place++)
        {
            if (_feeds.TryGetValue((participant, VideoKind.Camera, place), out var feed) && feed != middle)
                _ranked.Add(feed);
        }
    }

    /// <summary>Never to himself, never back where it came from, and nothing that the peer cannot decode.</summary>
    static bool MayShow(VideoPeer peer, SourceLine line, VideoFeed feed) =>
        feed.Peer != peer && feed.Participant != peer.Options.ParticipantId && line.PayloadTypes.TryFind(feed.Codec, out _);

    /// <summary>Of two ways by which a participant's picture comes: who is here himself, then that on which it came last, then the lower number.</summary>
    static bool IsBetter(VideoFeed feed, VideoFeed than) =>
        feed.Peer.Options.IsCascade != than.Peer.Options.IsCascade ? than.Peer.Options.IsCascade
        : feed.Options.NamesSource && feed.LastPacketNs > than.LastPacketNs;
}

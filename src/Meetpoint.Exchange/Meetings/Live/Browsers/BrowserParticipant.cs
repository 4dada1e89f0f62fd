using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Ice;
using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>
/// A participant with a browser: its page is told what stands between it and the room, and once it is in its one offer is answered. What is used counts from then.
/// </summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class BrowserParticipant : Participant
{
    readonly JoinFeed _page;
    readonly BrowserAgreement _agreement;
    readonly VideoHandle? _video;
    readonly BrowserTransport _transport;
    readonly Dictionary<int, VideoCapture> _shown = [];
    bool _isSilentByItself;
    bool _hasHandUp;
    bool _hasCameraOn;
    bool _isConnected;
    string? _pin;
    string? _tokenBefore;
    string _token = "";

    /// <summary>Someone whose offer can be answered.</summary>
    /// <param name="meeting">Where to.</param>
    /// <param name="id">Global to the meeting.</param>
    /// <param name="leg">Its port.</param>
    /// <param name="caller">Who it is.</param>
    /// <param name="isOrganiser">True when it proved that.</param>
    /// <param name="page">Is told.</param>
    /// <param name="offer">The page's.</param>
    /// <param name="ice">Our credentials, which the answer tells.</param>
    /// <param name="agreement">What was settled.</param>
    public BrowserParticipant(
        LiveMeeting meeting, uint id, MediaLegHandle leg, SipCaller caller, bool isOrganiser, JoinFeed page, BrowserOffer offer, IceCredentials ice, BrowserAgreement agreement)
        : base(meeting, id, leg, caller, isOrganiser)
    {
        (_page, _agreement) = (page, agreement);
        Session = Convert.ToHexStringLower(Context.Randomness.Bytes(16));
        _transport = new BrowserTransport(leg, ice, offer.Ice, offer.Fingerprint, Context.Browsers.Certificate)
        {
            Keyed = protection =>
            {
                leg.SetProtection(protection);
                _video?.SetProtection(protection);
            },
            Failed = reason => Context.Loop.Post(() => End("lost", $"No connection for sound and pictures could be made ({reason})")),
        };
        if (agreement.Video is not null)
            _video = meeting.Room.AddVideo(leg);
    }

    /// <summary>Its pictures; null without.</summary>
    public VideoHandle? Video => _video;

    /// <inheritdoc/>
    public override VideoStatistics? Pictures => _video?.Statistics;

    /// <summary>Goes to the door.</summary>
    /// <param name="request">How it wants in.</param>
    /// <param name="wasIn">It comes back, and was in a moment ago: the door stands open.</param>
    public void Arrive(JoinRequest request, bool wasIn)
    {
        (_isSilentByItself, _hasCameraOn, _pin, _tokenBefore) = (!request.HasAudio, request.HasVideo, request.Pin, request.Session);
        Leg.Configure(_agreement.Audio);
        Leg.Mute(true);
        Leg.Deafen(true);
        if (wasIn)
            ProceedAgain();
        else
            Proceed();
    }

    /// <summary>A PIN was typed.</summary>
    public void Enter(string pin) => TryPin(pin);

    /// <inheritdoc/>
    public override void End(string why) => End("ended", why);

    /// <inheritdoc/>
    public override void Refuse(in Refusal refusal)
    {
        Context.Refusals.Note(in refusal, Meeting.Code, "a browser");
        _page.Finish(JoinFrame.Refused(in refusal));
        Leave(refusal.Row.ApiTitle);
    }

    /// <summary>PINs were guessed too often from where its page is.</summary>
    public void RefuseTries(string text)
    {
        _page.Finish(JoinFrame.Refused("too-many-tries", text));
        Leave(text);
    }

    /// <inheritdoc/>
    public override void Eject() => End("removed", "Removed by the organiser");

    /// <summary>The page leaves.</summary>
    public void Depart() => End("left", "left");

    /// <summary>Its page comes back by another connection, before this one is known to be lost.</summary>
    public void Replace() => Leave("came back");

    /// <summary>The page is gone without a word: it may come back.</summary>
    public void OnPageGone()
    {
        Meeting.ComeBacks.Lost(_token, Context.Time.NowNs());
        Leave("the page is gone");
    }

    /// <summary>
    /// What the page says of its own microphone and camera. Who was muted and switches the microphone on again wants to be heard, and is; a page that says that it
    /// still is on has not heard of the mute yet.
    /// </summary>
    public void Says(bool audio, bool video)
    {
        var isOnAgain = audio && _isSilentByItself;
        (_isSilentByItself, _hasCameraOn) = (!audio, video);
        if (isOnAgain && IsMuted)
            Mute(false);
        else
            Tell();
    }

    /// <summary>A hand goes up or down.</summary>
    public void RaiseHand(bool isUp)
    {
        _hasHandUp = isUp;
        Tell();
    }

    /// <summary>How large a line is shown to it, and whom it shows whoever speaks.</summary>
    public void View(string mid, int height, uint pinned)
    {
        if (_video is null || _agreement.Lines.FirstOrDefault(line => line.Mid == mid) is not { } line)
            return;
        _video.SetView(line.OutputId, height);
        if (line.Kind == VideoKind.Camera)
            _video.Pin(line.OutputId, pinned);
    }

    /// <summary>Something happened to its pictures.</summary>
    public void OnVideo(in VideoEvent e)
    {
        if (e.Kind != VideoEventKind.Shown)
            return;
        _shown[e.LineId] = new VideoCapture(e.ParticipantId, e.Place);
        _page.LinesChanged();
    }

    /// <summary>Whom its lines show.</summary>
    public JsonObject Lines() => JoinFrame.Lines(_agreement.Lines, _shown);

    /// <inheritdoc/>
    public override void HearRecording(string by)
    {
        base.HearRecording(by);
        _page.Say(JoinFrame.Recording(true, by));
    }

    /// <summary>Tells its page something.</summary>
    public void Say(JsonObject frame) => _page.Say(frame);

    /// <summary>Tells its page what others are told too.</summary>
    public void Say(byte[] frame) => _page.Say(frame);

    /// <summary>Tells its page that someone came, went or changed.</summary>
    public void RosterChanged() => _page.RosterChanged();

    /// <inheritdoc/>
    protected override RosterEntry Entry => base.Entry with
    {
        Kind = ParticipantKind.Browser, IsSilentByItself = _isSilentByItself, HasVideo = _hasCameraOn && _agreement.Video is not null, HasHandUp = _hasHandUp,
    };

    /// <inheritdoc/>
    protected override void OnStarted()
    {
        // From the lobby to which it was sent back it comes in with all that was settled: counters go on, so that no number meets a key twice.
        if (_isConnected)
            _video?.SetAway(false);
        else
            Connect();
        if (_tokenBefore is not null)
            Meeting.ComeBacks.Forget(_tokenBefore);
        _token = Meeting.ComeBacks.Give(this);
        _page.Say(JoinFrame.Entered(this, _agreement, _token, Meeting.Meeting.Title, Meeting.Codec.Wanted));
        ComeIn();
        _page.LinesChanged();
        if (Meeting.Floor.Holder != 0)
            _page.Say(JoinFrame.Floor(Meeting.Floor.Holder, isGranted: false));
    }

    /// <inheritdoc/>
    /// <remarks>The token that it has would let it past the lobby.</remarks>
    protected override void OnBackInLobby()
    {
        Meeting.ComeBacks.Forget(_token);
        (_token, _hasHandUp) = ("", false);
        _video?.SetAway(true);
        _page.Say(JoinFrame.Moderated("to-lobby", Meeting.Meeting.OrganiserName ?? Meeting.Meeting.Organiser));
    }

    /// <inheritdoc/>
    protected override void OnMuted() => _page.Say(JoinFrame.Moderated("muted", Meeting.Meeting.OrganiserName ?? Meeting.Meeting.Organiser));

    /// <inheritdoc/>
    protected override void OnWaiting()
    {
        if (State == ParticipantState.Lobby)
        {
            _page.Say(JoinFrame.Wait("lobby"));
        }
        else if (_pin is { } typed)
        {
            // It came with its PIN, and is not asked for what it has said.
            _pin = null;
            TryPin(typed);
        }
        else
        {
            _page.Say(JoinFrame.Wait("pin", PinsLeft));
        }
    }

    /// <inheritdoc/>
    protected override void OnWrongPin() => _page.Say(JoinFrame.Wait("wrong-pin", PinsLeft));

    /// <inheritdoc/>
    protected override void OnNoMedia() => End("lost", "Nothing came from this browser for a minute");

    /// <inheritdoc/>
    protected override void OnLeaving()
    {
        _transport.Stop();
        _video?.Remove();
        Meeting.Floor.Release(Id);
    }

    void Connect()
    {
        _isConnected = true;
        _video?.Configure(_agreement.Video!);
        _transport.Start();
    }

    void End(string why, string text)
    {
        Meeting.ComeBacks.Forget(_token);
        _page.Finish(JoinFrame.Left(why, text));
        Leave(text);
    }
}

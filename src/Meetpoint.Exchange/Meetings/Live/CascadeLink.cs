using System.Text.Json;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip;
using Meetpoint.Sip.Sdp;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// The link to another half: opened by the first participant of the second of the two, closed with the last of either, opened anew with new keys
/// when it drops.
/// </summary>
/// <remarks>
/// A half dials when it has someone. The other refuses with 480 while it has nobody, and dials back when that changes; so whoever comes second
/// opens it. When both dial at once, the focus' call goes on (RFC 4353 calls the mixer's side the focus). DTLS-SRTP, with the fingerprint that
/// the signed booking told (RFC 8122); a call that shows another is refused. On the signalling loop only.
/// </remarks>
sealed partial class CascadeLink : ICallHandler
{
    /// <summary>Between two tries; so that a dropped link is back within five seconds.</summary>
    const long RetryNs = 1 * MonotonicTime.Second;

    const long DeadAfterNs = 2 * MonotonicTime.Second;

    /// <summary>A flight of the handshake is sent again this often at least, so that keys are there soon after a way that was cut is.</summary>
    static readonly DtlsOptions _handshake = new() { MaxRetransmitNs = RetryNs };

    readonly LiveMeeting _meeting;
    readonly LiveContext _context;
    readonly string _exchange;
    readonly LoopTimer _retry;
    readonly LoopTimer _dead;
    readonly LoopTimer _stale;
    readonly RosterTeller _teller;
    Call? _call;
    AudioEnd? _end;
    MediaLegHandle? _leg;
    LegKeys? _keys;
    VideoHandle? _pictures;
    VideoDemand? _wanted;
    Grant _grant;
    string? _grantId;
    bool _isGrantStarted;
    long _sequence;
    long _sinceNs;
    uint _toldVersion;
    bool _toldNeedsH264;
    long _heardRun;
    uint _heardVersion;

    public CascadeLink(LiveMeeting meeting, string exchange)
    {
        _meeting = meeting;
        _context = meeting.Context;
        _exchange = exchange;
        _retry = new LoopTimer(_context.Loop, _ => DialIfNeeded());
        _dead = new LoopTimer(_context.Loop, _ => Drop("no media"));
        _stale = new LoopTimer(_context.Loop, _ => OnStale());
        _teller = new RosterTeller(meeting, exchange);
        Hold = new MeetingHold(meeting, exchange);
    }

    public int LegId => _leg?.LegId ?? 0;

    /// <summary>Media flows both ways under keys.</summary>
    public bool IsUp { get; private set; }

    /// <summary>How often it was opened.</summary>
    public int Openings { get; private set; }

    /// <summary>What it holds of the agreement's meetings.</summary>
    public MeetingHold Hold { get; }

    string Session { get; set; } = "";

    /// <summary>The first of our ids stands for the link.</summary>
    uint LinkId => _meeting.Half.FirstParticipantId;

    MeetingHalf Other => _meeting.Meeting.HalfOf(_exchange)!;

    /// <summary>Someone came in or left on our half.</summary>
    public void OnOwnHalfChanged()
    {
        if (_meeting.PresentCount == 0)
        {
            TellRoster(); // or they would take the end of the call for a link that was lost
            Close();
        }
        else if (!_retry.IsArmed || IsSomeoneThere)
        {
            DialIfNeeded(); // else they were asked a moment ago, and will be again
        }
    }

    /// <summary>The other half calls.</summary>
    public void Arrive(IncomingCall call)
    {
        if (_meeting.PresentCount == 0)
        {
            call.Reject(480, "Nobody here yet");
            return;
        }

        if (!Hold.TryTake(out var refusal))
        {
            _context.Refusals.Reject(call, in refusal);
            return;
        }

        if (_call is OutgoingCall { State: CallState.Trying or CallState.Early } ours)
        {
            if (_meeting.IsFocus)
            {
                call.Reject(491);
                return;
            }

            // The focus wins: what we dialled is taken back, silently.
            Forget();
            ours.Cancel();
        }
        else if (_call is not null)
        {
            // They lost the link before we noticed.
            Drop("opened anew by the other side");
        }

        Take(call);
    }

    public void OnMediaEvent(in MediaEvent e)
    {
        if (e.Kind == MediaEventKind.LegSilent)
            _dead.Arm(DeadAfterNs);
        else if (e.Kind is MediaEventKind.LegResumed or MediaEventKind.FirstPacket)
            _dead.Disarm();
        if (e.Kind == MediaEventKind.FirstPacket)
            OnUp();
        if (e.Kind is MediaEventKind.CascadeLoop)
            _context.Events.Write(_meeting.Correlation, "cascade.loop", new EventAttribute("exchange", _exchange));
    }

    /// <summary>What was used of it so far, and whom it still showed us: those that the other side's roster names while its packets come.</summary>
    public void Measure()
    {
        Hold.Measure();
        if (_leg?.Statistics is not { } counts)
            return;
        if (IsUp)
        {
            var lastSeen = _context.WallOf(counts.LastPacketNs);
            _context.Sightings.Seen(Session, lastSeen, counts.PacketsReceived, counts.PacketsSent);
            foreach (var entry in _meeting.Roster.Remote(_exchange))
            {
                if (entry.State == ParticipantState.In)
                    _context.Sightings.Seen(entry.Session, lastSeen);
            }
        }

        if (_isGrantStarted && counts.LastPacketNs > _sinceNs)
            _context.Grants.Progress(_grantId!, ++_sequence, Quantities(counts), _context.WallOf(counts.LastPacketNs));
    }

    /// <summary>Ends it until someone comes in again.</summary>
    public void Close()
    {
        _retry.Disarm();
        if (_call is { } call)
        {
            Forget();
            if (call is OutgoingCall { State: CallState.Trying or CallState.Early } dialling)
                dialling.Cancel();
            else
                call.Bye();
        }

        Hold.Release();
    }

    /// <summary>Ends it with the meeting, or since the other half has no part in it any more.</summary>
    public void End()
    {
        Close();
        _teller.Stop();
        _stale.Disarm();
        _meeting.Roster.SetRemote(_exchange, []);
    }

    void DialIfNeeded()
    {
        if (_call is not null || _meeting.PresentCount == 0 || _meeting.IsClosed)
            return;
        // While they have someone it is live once it is open; whether they have is asked by the call otherwise.
        if (IsSomeoneThere && !Hold.TryTake(out var refusal))
        {
            _context.Refusals.Note(in refusal, _meeting.Code);
            _retry.Arm(5 * RetryNs);
            return;
        }

        if (_context.RouteToExchange(_exchange) is not { } route || Prepare() is not { } end)
        {
            _retry.Arm(RetryNs);
            return;
        }

        _call = _context.Ua.Invite(
            new InviteOptions
            {
                Target = SipUri.Create(_meeting.Row.Id, _exchange, parameters: "transport=tls"),
                From = new NameAddress($"sip:{_meeting.Row.Id}@{_context.Self}"),
                Route = route,
                Offer = Offer(end),
                ContactUser = _meeting.Row.Id,
                RingSeconds = 10,
            },
            this);
        Session = _call.LocalSessionId;
    }

    void Take(IncomingCall call)
    {
        call.Accept(this);
        _call = call;
        Session = call.RemoteSessionId;
        if (Prepare() is not { } end || call.Offer is not { } offer || AudioNegotiation.Answer(offer, end) is not var (answer, settled)
            || !IsBooked(settled.Fingerprint))
        {
            _context.Events.Write(_meeting.Correlation, "cascade.refused", new EventAttribute("exchange", _exchange));
            call.Reject(488, "Not as booked");
            Forget();
            return;
        }

        CascadePictures.Answer(offer, answer, _context.Randomness);
        Begin(settled, DtlsRole.Client, CascadePictures.Settle(answer, offer, LinkId));
        if (!call.Answer(answer))
            Drop("answer refused");
    }

    void ICallHandler.OnAnswered(Call call, SdpDescription answer)
    {
        if (call != _call || call.LocalSdp is not { } ours || AudioNegotiation.Settle(ours, answer, _end!) is not { } settled
            || !IsBooked(settled.Fingerprint))
        {
            call.Bye(("Reason", "SIP;cause=488;text=\"Not as booked\""));
            return;
        }

        if (!Hold.TryTake(out var refusal))
        {
            _context.Refusals.Note(in refusal, _meeting.Code);
            Drop("over the limit of meetings", 5 * RetryNs);
            return;
        }

        Begin(settled, settled.Setup == "passive" ? DtlsRole.Client : DtlsRole.Server, CascadePictures.Settle(ours, answer, LinkId));
    }

    void ICallHandler.OnOffer(Call call, SdpDescription offer, OfferReply reply)
    {
        // A session refresh by re-INVITE: the same again. New keys come with a new call only.
        if (_end is not { } end || AudioNegotiation.Answer(offer, end, 2) is not var (answer, _))
        {
            reply.Reject();
            return;
        }

        for (var i = 1; call.LocalSdp is { } ours && i < Math.Min(ours.Media.Count, answer.Media.Count); i++)
            answer.Media[i] = ours.Media[i];
        reply.Accept(answer);
    }

    void ICallHandler.OnInfo(Call call, SipMessage info)
    {
        if (info.MediaType != CascadeMessage.MediaType)
            return;
        CascadeMessage? message;
        try
        {
            message = JsonSerializer.Deserialize(info.Body, CascadeJson.Default.CascadeMessage);
        }
        catch (JsonException)
        {
            return;
        }

        if (message?.Roster is { } roster)
            TakeRoster(roster);
        if (message?.Said is { } said)
            _meeting.Talk.Heard(_exchange, said);
        if (message?.Caption is { } caption)
            _meeting.Captions.Heard(_exchange, caption);
        if (message?.NeedsH264 is { } needs)
        {
            NeedsH264 = needs;
            _meeting.ChooseCodec();
        }

        if (message?.Looks is { } looks)
            _pictures?.SetDemand(Looks = looks.Bounded());

        if (message?.Floor is { } floor)
            _meeting.Floor.Heard(_exchange, floor);
        if (message?.Quality is { } quality)
            _meeting.Quality.Heard(_exchange, quality);
        if (message?.Recording is { } recording)
            _meeting.Recording.Heard(_exchange, recording);
    }

    void ICallHandler.OnEnded(Call call, CallEnd end)
    {
        if (call == _call)
            Drop(end.Reason ?? "ended by the other side");
    }

    void ICallHandler.OnFailed(Call call, int status, string reason, SipMessage? response)
    {
        if (call != _call)
            return;
        Forget();
        // 480: nobody there yet, and it will call when that changes; asked again all the same, slowly, since it may have restarted.
        _retry.Arm(status == 480 ? 5 * RetryNs : RetryNs);
    }

    /// <summary>A port, so that SDP can tell it.</summary>
    AudioEnd? Prepare()
    {
        _leg = _meeting.Room.AddLeg();
        if (_leg is null)
            return null;
        var session = _meeting.Half.FirstParticipantId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _end = new AudioEnd(_leg.LocalAddress, CascadeProfile, session, _meeting.Context.Randomness, _meeting.Half.Fingerprint);
        return _end;
    }

    SdpDescription Offer(AudioEnd end)
    {
        var offer = AudioNegotiation.Offer(end);
        CascadePictures.Offer(offer, _context.Randomness);
        return offer;
    }

    void Begin(AudioAgreement settled, DtlsRole role, VideoPeerOptions? pictures)
    {
        Openings++;
        var leg = _leg!;
        var video = _pictures = pictures is null ? null : _meeting.Room.AddVideo(leg);
        var certificate = MeetingSecrets.CertificateOf(_meeting.Row.CascadeSecret);
        _keys = new LegKeys(leg, role, Other.Fingerprint!, settled.Remote)
        {
            Context = () => new DtlsContext(CascadeCertificate.Import(certificate), _handshake),
            OwnsContext = true,
            Keyed = protection =>
            {
                leg.SetProtection(protection);
                video?.SetProtection(protection);
            },
            Failed = reason => _context.Loop.Post(() => Drop(reason)),
        };
        leg.DatagramHandler = _keys;
        leg.Configure(new LegOptions
        {
            ParticipantId = LinkId,
            Send = settled.Send,
            Receive = settled.Receive,
            IsCascade = true,
            SendContributors = true,
            ContributorLevelsExtensionId = settled.LevelsExtension,
            RequiresProtection = true,
        });
        video?.Configure(pictures!);
        leg.SetRemote(settled.Remote, settled.RemoteControl, settled.RtcpMux);
        _keys.Start();
    }

    /// <summary>The first packet that proved itself under the new keys came.</summary>
    void OnUp()
    {
        if (IsUp || _call is not { } call)
            return;
        IsUp = true;
        _meeting.Floor.OnLinkUp(this);
        _meeting.Recording.OnLinkUp(_exchange);
        _meeting.TellCodec(this);
        if (_wanted is { } wanted)
            Tell(wanted);
        _sinceNs = _context.Time.NowNs();
        _toldVersion = 0;
        _teller.OnCascadeUp();
        _context.Events.Write(_meeting.Correlation, "cascade.up", new EventAttribute("meeting", _meeting.Row.Id), new EventAttribute("exchange", _exchange));
        _context.Sightings.Begin(new Sighting(Session, _meeting.Row.Id, _exchange, _context.Clock.GetCurrentInstant()));
        TellRoster();
        if (_meeting.IsFocus)
            StartGrant();
    }

    /// <summary>The focus measures the cascade: its grant is what the agreement's cascade leg is charged by.</summary>
    void StartGrant()
    {
        _ = CorrelationId.TryParse(Session, out var session);
        var request = new AdmissionRequest
        {
            IsOwn = true,
            Origin = _meeting.Meeting.OrganiserProvider,
            Caller = _meeting.Meeting.Organiser,
            TargetProvider = Other.Provider,
            Kind = GrantKind.Cascade,
            Correlation = session,
            Parent = _meeting.Row.Id,
            Now = _context.Clock.GetCurrentInstant(),
            NowNs = _context.Time.NowNs(),
        };
        if (!_context.Admission.Admit(in request, out _grant, out var refusal))
        {
            _context.Refusals.Note(in refusal, _meeting.Code);
            Drop("refused");
            return;
        }

        var id = _grantId = _context.Ids.New("grn");
        var start = new GrantStart
        {
            Id = id,
            Grant = _grant,
            Subject = _exchange,
            Started = _context.Clock.GetCurrentInstant(),
            SilentAfter = Duration.FromSeconds(30),
        };
        _context.Then(
            _context.Grants.StartAsync(start),
            started => OnGrantStarted(id),
            fault => Drop("not recorded"));
    }

    void OnGrantStarted(string id)
    {
        if (_grantId == id)
            _isGrantStarted = true;
        else
            _ = _context.Grants.AbortAsync(id, "link-gone", _context.Clock.GetCurrentInstant());
    }

    /// <summary>
    /// The link is lost, or ended: what was used is recorded, and it is opened anew while we have someone. Whom it showed is gone for us until the
    /// other half tells again; the meeting counts until it tells that nobody is there, or nothing.
    /// </summary>
    void Drop(string reason, long retryNs = RetryNs)
    {
        if (_call is not { } call)
            return;
        _context.Events.Write(_meeting.Correlation, "cascade.down", new EventAttribute("exchange", _exchange), new EventAttribute("reason", reason));
        Forget();
        _meeting.Roster.SetRemote(_exchange, []);
        if (call.State is not CallState.Ended)
            call.Bye(("Reason", $"SIP;cause=200;text=\"{reason.Replace('"', '\'')}\""));
        if (_meeting is { IsClosed: false, PresentCount: > 0 })
            _retry.Arm(retryNs);
    }

    void Forget()
    {
        (_toldNeedsH264, NeedsH264) = (false, false);
        (_wanted, Looks) = (null, null);
        _call = null;
        _dead.Disarm();
        _keys?.Stop();
        _keys = null;
        var leg = _leg;
        var quality = leg is null ? null : _meeting.Quality.Finish(this);
        (_leg, _pictures) = (null, null);
        if (leg is not null)
        {
            var counts = leg.Statistics;
            if (IsUp)
            {
                // With no packet after the first it was up for no time, however late its silence is noticed.
                var last = _context.WallOf(Math.Max(counts.LastPacketNs, _sinceNs));
                _context.Sightings.Seen(Session, last, counts.PacketsReceived, counts.PacketsSent);
                _context.Sightings.End(Session, last, quality);
                if (_isGrantStarted)
                    _context.Then(_context.Grants.CompleteAsync(_grantId!, Quantities(counts) with { Quality = quality }, last), static _ => { }, static _ => { });
            }

            leg.Remove();
        }

        _grantId = null;
        _isGrantStarted = false;
        // From now on who is there is told by signed questions, both ways.
        if (IsUp || !_stale.IsArmed)
            _stale.Arm(RosterTeller.KeptNs);
        if (!IsUp)
            return;
        IsUp = false;
        _meeting.Recording.OnLinkDown(_exchange);
        _teller.OnChanged();
    }

    GrantQuantities Quantities(in LegStatistics counts) => new(
        Math.Max(0, (counts.LastPacketNs - _sinceNs) / MonotonicTime.Millisecond), counts.PacketsReceived, counts.PacketsSent, counts.BytesReceived, counts.BytesSent);

    bool IsBooked(SdpFingerprint? shown) =>
        shown is not null && string.Equals($"{shown.Hash} {shown.Value}", Other.Fingerprint, StringComparison.OrdinalIgnoreCase);

    static bool InRange(MeetingHalf half, uint id) =>
        id >= half.FirstParticipantId && id - half.FirstParticipantId < MeetingLimits.ParticipantIdsPerHalf;

    static void Send(Call call, CascadeMessage message) =>
        call.Info(CascadeMessage.MediaType, JsonSerializer.SerializeToUtf8Bytes(message, CascadeJson.Default.CascadeMessage));

    /// <summary>G.722, and G.711 if that is refused.</summary>
    static readonly EquipmentProfile CascadeProfile = new()
    {
        Id = "cascade",
        Name = "Cascade",
        Codecs = ["G722", "PCMA", "PCMU"],
        Dtmf = DtmfMode.Info,
    };
}

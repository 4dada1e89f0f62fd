using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// One participant of this half: its leg in the room, and its way in: lock, PIN, lobby, durable record, mix. However it comes, by SIP or with a browser, it comes in by this one door.
/// </summary>
/// <remarks>On the signalling loop only.</remarks>
abstract partial class Participant
{
    const long SilentPatienceNs = 60 * MonotonicTime.Second;

    readonly LoopTimer _patience;
    string _grantId;
    long _sequence;
    bool _isGrantStarted;
    long _inSinceNs;
    LegStatistics _before; // what its leg had carried when its stay began, if it is not the first
    bool _wasIn;
    Grant _grant;

    protected Participant(LiveMeeting meeting, uint id, MediaLegHandle leg, SipCaller caller, bool isOrganiser)
    {
        Meeting = meeting;
        Leg = leg;
        Id = id;
        Caller = caller;
        IsOrganiser = isOrganiser;
        Joined = Context.Clock.GetCurrentInstant();
        _grantId = Context.Ids.New("grn");
        _patience = new LoopTimer(Context.Loop, OnPatienceEnded);
    }

    public uint Id { get; }

    public SipCaller Caller { get; }

    public bool IsOrganiser { get; }

    public ParticipantState State { get; private set; }

    public bool IsMuted { get; private set; }

    public Instant Joined { get; private set; }

    public int LegId => Leg.LegId;

    public string Session { get; protected set; } = "";

    public LegStatistics Statistics => Leg.Statistics;

    /// <summary>Of its pictures; null without.</summary>
    public virtual VideoStatistics? Pictures => null;

    /// <summary>Where it is, or wants to be.</summary>
    public LiveMeeting In => Meeting;

    protected LiveMeeting Meeting { get; }

    protected LiveContext Context => Meeting.Context;

    protected MediaLegHandle Leg { get; }

    /// <summary>True while it waits for the record of its start: what it asked for can be answered now.</summary>
    protected bool IsStarted => _isGrantStarted;

    public void Mute(bool muted)
    {
        IsMuted = muted;
        if (State == ParticipantState.In)
            Leg.Mute(muted);
        if (muted)
            OnMuted();
        Tell();
    }

    /// <summary>It has come in, and what is said is recorded: it is told.</summary>
    public virtual void HearRecording(string by) => Leg.Play(Prompt.RecordingOn);

    /// <summary>Ends it for a reason of the meeting.</summary>
    public abstract void End(string why);

    /// <summary>The organiser removes it.</summary>
    public virtual void Eject() => End("Removed by the organiser");

    /// <summary>Refuses it, in its own protocol.</summary>
    public abstract void Refuse(in Refusal refusal);

    /// <summary>Its leg was silent, or is no longer.</summary>
    public void OnSilent(bool silent)
    {
        if (silent && State == ParticipantState.In)
            _patience.Arm(SilentPatienceNs);
        else if (State == ParticipantState.In)
            _patience.Disarm();
    }

    /// <summary>What was used so far, by its packets.</summary>
    public void Measure()
    {
        if (!_isGrantStarted || State != ParticipantState.In)
            return;
        var counts = Leg.Statistics;
        if (counts.LastPacketNs > _inSinceNs)
            Context.Grants.Progress(_grantId, ++_sequence, Quantities(counts, counts.LastPacketNs), Context.WallOf(counts.LastPacketNs));
    }

    /// <summary>The record of its start is durable: what it asked for is answered.</summary>
    protected abstract void OnStarted();

    /// <summary>It is in: what waits for that begins.</summary>
    protected virtual void OnCameIn()
    {
    }

    /// <summary>It was muted by somebody else.</summary>
    protected virtual void OnMuted()
    {
    }

    /// <summary>No media came for too long.</summary>
    protected abstract void OnNoMedia();

    /// <summary>Asks the waist, writes the start down, and only then answers.</summary>
    protected void Enter()
    {
        SetState(ParticipantState.Entering);
        if (!Meeting.Arrivals.TryAdmit(this, out _grant, out var refusal))
        {
            Refuse(in refusal);
            return;
        }

        var start = new GrantStart
        {
            Id = _grantId,
            Grant = _grant,
            Subject = Caller.Address,
            Started = Context.Clock.GetCurrentInstant(),
            SilentAfter = Duration.FromMinutes(2),
        };
        Context.Then(Context.Grants.StartAsync(start), _ => OnDurable(), _ =>
        {
            _grant.Release();
            Refuse(Meeting.RefusalFor(RefusalReason.Overload));
        });
    }

    protected void ComeIn()
    {
        _inSinceNs = Context.Time.NowNs();
        if (_wasIn)
            _before = Leg.Statistics;
        _wasIn = true;
        Joined = Context.Clock.GetCurrentInstant();
        Leg.StopPrompt();
        Leg.Deafen(false);
        Leg.Mute(IsMuted);
        SetState(ParticipantState.In);
        OnCameIn();
        Meeting.OnCameIn(this);
    }

    /// <summary>Its media was settled, or settled anew.</summary>
    protected void Configure(LegOptions options)
    {
        Leg.Configure(options);
        KeepApart();
    }

    /// <summary>Until it is in, its leg hears prompts alone, and nobody hears it.</summary>
    protected void KeepApart()
    {
        if (State != ParticipantState.In)
        {
            Leg.Mute(true);
            Leg.Deafen(true);
        }
    }

    protected void Leave(string? reason)
    {
        if (State == ParticipantState.Left)
            return;
        var was = State;
        _patience.Disarm();
        State = ParticipantState.Left;
        OnLeaving();
        if (was == ParticipantState.In)
            EndStay();
        else if (_isGrantStarted)
            _ = Context.Grants.AbortAsync(_grantId, "not-answered", Context.Clock.GetCurrentInstant());

        Leg.Remove();
        Meeting.OnLeft(this, was, reason);
    }

    /// <summary>What it used is recorded, up to the last that came of it.</summary>
    void EndStay()
    {
        var counts = Leg.Statistics;
        var lastNs = Math.Max(counts.LastPacketNs, _inSinceNs);
        Context.Then(Context.Grants.CompleteAsync(_grantId, Quantities(counts, lastNs) with { Quality = Meeting.Quality.Finish(this) }, Context.WallOf(lastNs)), static _ => { }, static _ => { });
    }

    /// <summary>It has left: what is its own ends.</summary>
    protected abstract void OnLeaving();

    protected void SetState(ParticipantState state)
    {
        State = state;
        Tell();
    }

    /// <summary>Tells the roster.</summary>
    protected void Tell()
    {
        if (State != ParticipantState.Left)
            Meeting.Roster.Set(Entry);
    }

    /// <summary>Its line of the roster.</summary>
    protected virtual RosterEntry Entry => new()
    {
        Id = Id,
        Address = Caller.Address,
        Name = Caller.Name,
        Provider = Caller.Provider.Id,
        Exchange = Context.Self,
        State = State,
        Kind = Caller.Endpoint?.Kind switch
        {
            EndpointKind.Room or EndpointKind.Bridge => ParticipantKind.Room,
            EndpointKind.Phone => ParticipantKind.Phone,
            _ => ParticipantKind.Other,
        },
        IsMuted = IsMuted,
        Joined = Joined,
        Session = Session,
    };

    void OnDurable()
    {
        _isGrantStarted = true;
        if (State == ParticipantState.Entering)
            OnStarted();
        else
            _ = Context.Grants.AbortAsync(_grantId, "caller-gone", Context.Clock.GetCurrentInstant());
    }

    GrantQuantities Quantities(in LegStatistics counts, long lastNs) => new(
        Math.Max(0, (lastNs - _inSinceNs) / MonotonicTime.Millisecond), counts.PacketsReceived - _before.PacketsReceived, counts.PacketsSent - _before.PacketsSent,
        counts.BytesReceived - _before.BytesReceived, counts.BytesSent - _before.BytesSent);
}

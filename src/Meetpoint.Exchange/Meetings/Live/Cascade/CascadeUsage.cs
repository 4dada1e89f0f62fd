using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Quality;
using Meetpoint.Media.Rooms;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>What a cascade uses from when it is up until it is down: what we saw of it and of those whom it shows, and at the focus its grant.</summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class CascadeUsage
{
    static readonly Duration _silentAfter = Duration.FromSeconds(30);

    readonly CascadeLink _link;
    readonly LiveMeeting _meeting;
    readonly LiveContext _context;
    readonly string _session;
    readonly long _sinceNs;
    string? _grantId;
    bool _isStarted;
    bool _isOver;
    long _sequence;

    public CascadeUsage(CascadeLink link)
    {
        (_link, _meeting, _context, _session) = (link, link.Meeting, link.Meeting.Context, link.Opening);
        _sinceNs = _context.Time.NowNs();
    }

    /// <summary>We see it from now on.</summary>
    public void Begin() => _context.Sightings.Begin(new Sighting(_session, _meeting.Row.Id, _link.Exchange, _context.Clock.GetCurrentInstant()));

    /// <summary>The focus measures the cascade: its grant is what the agreement's cascade leg is charged by. False when it is refused.</summary>
    /// <param name="lost">Hears that it could not be written down.</param>
    /// <param name="refusal">Why not.</param>
    public bool TryCharge(Action<string> lost, out Refusal refusal)
    {
        _ = CorrelationId.TryParse(_session, out var session);
        var request = new AdmissionRequest
        {
            IsOwn = true,
            Origin = _meeting.Meeting.OrganiserProvider,
            Caller = _meeting.Meeting.Organiser,
            TargetProvider = _link.Other.Provider,
            Kind = GrantKind.Cascade,
            Correlation = session,
            Parent = _meeting.Row.Id,
            Now = _context.Clock.GetCurrentInstant(),
            NowNs = _context.Time.NowNs(),
        };
        if (!_context.Admission.Admit(in request, out var grant, out refusal))
            return false;
        var id = _grantId = _context.Ids.New("grn");
        var start = new GrantStart
        {
            Id = id,
            Grant = grant,
            Subject = _link.Exchange,
            Started = _context.Clock.GetCurrentInstant(),
            SilentAfter = _silentAfter,
        };
        _context.Then(_context.Grants.StartAsync(start), _ => OnStarted(id), _ =>
        {
            grant.Release();
            if (!_isOver)
                lost("not recorded");
        });
        return true;
    }

    /// <summary>What was used so far, and whom it still showed us: those that the other side's roster names while its packets come.</summary>
    public void Measure(in LegStatistics counts)
    {
        var lastSeen = _context.WallOf(counts.LastPacketNs);
        _context.Sightings.Seen(_session, lastSeen, counts.PacketsReceived, counts.PacketsSent);
        foreach (var entry in _meeting.Roster.Remote(_link.Exchange))
        {
            if (entry.State == ParticipantState.In)
                _context.Sightings.Seen(entry.Session, lastSeen);
        }

        if (_isStarted && counts.LastPacketNs > _sinceNs)
            _context.Grants.Progress(_grantId!, ++_sequence, Quantities(counts), lastSeen);
    }

    /// <summary>It is down.</summary>
    /// <param name="counts">Of its sound.</param>
    /// <param name="quality">For the record; null where there is none.</param>
    public void End(in LegStatistics counts, IReadOnlyList<LegQuality>? quality)
    {
        _isOver = true;
        // With no packet after the first it was up for no time, however late its silence is noticed.
        var last = _context.WallOf(Math.Max(counts.LastPacketNs, _sinceNs));
        _context.Sightings.Seen(_session, last, counts.PacketsReceived, counts.PacketsSent);
        _context.Sightings.End(_session, last, quality);
        if (_isStarted)
            _context.Then(_context.Grants.CompleteAsync(_grantId!, Quantities(counts) with { Quality = quality }, last), static _ => { }, static _ => { });
    }

    void OnStarted(string id)
    {
        if (_isOver)
            _ = _context.Grants.AbortAsync(id, "link-gone", _context.Clock.GetCurrentInstant());
        else
            _isStarted = true;
    }

    GrantQuantities Quantities(in LegStatistics counts) => new(
        Math.Max(0, (counts.LastPacketNs - _sinceNs) / MonotonicTime.Millisecond), counts.PacketsReceived, counts.PacketsSent, counts.BytesReceived, counts.BytesSent);
}

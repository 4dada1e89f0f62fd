using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>
/// The one that a meeting takes of an agreement's meetings while it is live across it: from when both halves have someone until either has nobody.
/// </summary>
/// <remarks>
/// Each of the two exchanges counts it for itself. Its grant is written like any other, so that it ends with the process or its last proof of life;
/// it is not charged. On the signalling loop only.
/// </remarks>
sealed class MeetingHold(LiveMeeting meeting, string exchange)
{
    static readonly Duration SilentAfter = Duration.FromMinutes(2);

    readonly LiveContext _context = meeting.Context;
    Grant _grant;
    string? _id;
    long _sequence;
    Instant _since;

    /// <summary>True while the meeting counts.</summary>
    public bool IsHeld => _id is not null;

    /// <summary>Takes it, unless it is held already; false when the agreement has no more.</summary>
    public bool TryTake(out Refusal refusal)
    {
        refusal = default;
        if (IsHeld)
            return true;
        var now = _context.Clock.GetCurrentInstant();
        var request = new AdmissionRequest
        {
            Sender = meeting.IsFocus ? null : _context.Admission.World.FindNeighbourByExchange(exchange),
            IsOwn = meeting.IsFocus,
            Origin = meeting.Meeting.OrganiserProvider,
            Caller = meeting.Meeting.Organiser,
            TargetProvider = meeting.IsFocus ? meeting.Meeting.HalfOf(exchange)!.Provider : meeting.Half.Provider,
            Kind = GrantKind.Meeting,
            Correlation = meeting.Correlation,
            Parent = meeting.Row.Id,
            Now = now,
            NowNs = _context.Time.NowNs(),
        };
        if (!_context.Admission.Admit(in request, out _grant, out refusal))
        {
            refusal = refusal with { Meeting = meeting.Row.Id };
            return false;
        }

        var (id, grant) = (_id = _context.Ids.New("grn"), _grant);
        _since = now;
        _context.Then(
            _context.Grants.StartAsync(new GrantStart { Id = id, Grant = grant, Subject = exchange, Started = now, SilentAfter = SilentAfter }),
            started =>
            {
                // Released before it was written.
                if (_id != id)
                    End(id);
            },
            _ =>
            {
                grant.Release();
                if (_id == id)
                    _id = null;
            });
        return true;
    }

    /// <summary>Proof of life.</summary>
    public void Measure()
    {
        if (_id is null)
            return;
        var now = _context.Clock.GetCurrentInstant();
        _context.Grants.Progress(_id, ++_sequence, new GrantQuantities((long)(now - _since).TotalMilliseconds), now);
    }

    /// <summary>Gives it back; nothing when it is not held.</summary>
    public void Release()
    {
        if (_id is not { } id)
            return;
        _id = null;
        End(id);
    }

    void End(string id) => _context.Then(
        _context.Grants.CompleteAsync(id, null, _context.Clock.GetCurrentInstant()), static _ => { }, static _ => { });
}

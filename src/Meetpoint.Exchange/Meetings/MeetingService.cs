using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>
/// Schedules, changes, prolongs and calls off meetings, for our own customers as organiser's exchange and for other exchanges as holder.
/// </summary>
/// <remarks>Thread safe. All state is in the store; what is told onwards (<see cref="Standing"/>) is told after the commit.</remarks>
sealed class MeetingService : IBookingListener
{
    const int SweepLimit = 500;

    readonly Store _store;
    readonly MeetingParties _parties;
    readonly IClock _clock;
    readonly TimeProvider _time;
    readonly Ids _ids;
    readonly MeetingMail _mail;
    readonly INniOutbox _outbox;
    readonly Randomness _randomness;
    readonly BookingWaiters _waiters = new();
    readonly BookingOrganiser _organiser;
    readonly BookingHolder _holder;

    public MeetingService(
        Store store, MeetingParties parties, INniOutbox outbox, IClock clock, TimeProvider time, Ids ids, MeetingMail mail,
        Randomness randomness)
    {
        _store = store;
        _parties = parties;
        _clock = clock;
        _time = time;
        _ids = ids;
        _mail = mail;
        _outbox = outbox;
        _randomness = randomness;
        _organiser = new BookingOrganiser(parties, outbox, clock, this);
        _holder = new BookingHolder(parties, outbox, clock, this, randomness);
    }

    /// <summary>A version of a meeting stands, or was called off; after the commit, on the store's thread.</summary>
    public event Action<MeetingRow>? Standing;

    /// <summary>A meeting with a half of ours as a file for anybody's calendar, with nobody's address; its join page stands below <paramref name="exchange"/>.</summary>
    public byte[] CalendarOf(Meeting meeting, Uri exchange) => _mail.Calendar(meeting, exchange);

    /// <summary>The handlers of booking messages by type.</summary>
    public IEnumerable<(string Type, NniHandler Handler)> NniHandlers =>
    [
        (BookingTypes.Hold, _holder.OnHold),
        (BookingTypes.Confirm, _holder.OnConfirm),
        (BookingTypes.Release, _holder.OnRelease),
        (BookingTypes.Cancel, _holder.OnCancel),
        (BookingTypes.Held, _organiser.OnHeld),
        (BookingTypes.Refused, _organiser.OnRefused),
        (BookingTypes.Confirmed, _organiser.OnConfirmed),
        (BookingTypes.Lapse, _organiser.OnLapse),
        (BookingTypes.Cancelled, static (_, _) => { }),
        (BookingTypes.Reply, OnReply),
    ];

    /// <summary>A message that expired before the other exchange had it: a hold that cannot be asked for any more fails its booking.</summary>
    public void OnExpired(StoreTransaction transaction, string destination, string type, System.Text.Json.Nodes.JsonObject body)
    {
        if (type == BookingTypes.Hold)
            _organiser.OnHoldExpired(transaction, destination, MeetingsJson.Read<HoldBody>(body));
    }

    /// <summary>
    /// Books a new meeting, whose halves the caller has filled in; waits as long as it is told for the other exchanges. The same id again gives
    /// what the first brought.
    /// </summary>
    public Task<BookingOutcome> ScheduleAsync(Meeting meeting, Duration wait) => BookAsync(meeting.Id, wait, transaction =>
    {
        if (MeetingRows.Find(transaction, meeting.Id) is { } known)
            return known;
        var secrets = CascadeCertificate.Create(_clock, _randomness);
        var own = meeting.HalfOf(_parties.Self)!;
        return _organiser.Begin(transaction, new MeetingRow
        {
            Id = meeting.Id,
            Code = MeetingSecrets.FreeCode(transaction, _randomness),
            CascadeSecret = secrets.Cascade,
            Proposed = meeting.With(own with { Fingerprint = MeetingSecrets.FingerprintOf(secrets.Cascade) }),
        });
    });

    /// <summary>Books a change to a meeting of ours: the version that stands holds until the new one is decided.</summary>
    /// <exception cref="BookingRefusedException">It is not ours, is over, or a change is under way already.</exception>
    public Task<BookingOutcome> ChangeAsync(string id, Func<Meeting, Meeting> change, Duration wait) => BookAsync(id, wait, transaction =>
    {
        var row = OwnRow(transaction, id);
        if (row.Current is not { State: MeetingState.Confirmed or MeetingState.Decided } current)
            throw Refused("not-standing", $"{id} is {row.Shown.State}");
        if (row.Proposed is not null)
            throw Refused("change-under-way", $"a change of {id} is being booked");
        var changed = change(current) with { Sequence = current.Sequence + 1, State = MeetingState.Requested };
        if (MeetingRules.Fault(changed) is { } fault)
            throw new BookingRefusedException(BookingRefusal.Malformed(fault));
        return _organiser.Begin(transaction, row with { Proposed = changed });
    });

    /// <summary>Calls a meeting of ours off.</summary>
    public Task<MeetingRow> CancelAsync(string id) => _store.WriteAsync(transaction =>
    {
        var row = OwnRow(transaction, id);
        return row.Shown.State is MeetingState.Cancelled or MeetingState.Failed ? row : _organiser.Cancel(transaction, row);
    });

    /// <summary>The meeting, or null.</summary>
    public MeetingRow? Find(string id) => _store.Read(reader => MeetingRows.Find(reader, id));

    /// <summary>Meetings that are not over, by id, after the one named.</summary>
    public IReadOnlyList<MeetingRow> List(Instant endingAfter, string pastId, int limit) =>
        _store.Read(reader => MeetingRows.EndingAfter(reader, endingAfter, pastId, limit));

    /// <summary>Meetings that a room is booked for within the span.</summary>
    public IReadOnlyList<(MeetingRow Row, Interval When)> OfRoom(string endpointId, Interval within) => _store.Read(reader =>
        (IReadOnlyList<(MeetingRow, Interval)>)[.. Holds.Busy(reader, Holds.Room(endpointId), within)
            .Select(busy => (Row: MeetingRows.Find(reader, busy.Meeting), busy.When))
            .Where(busy => busy.Row?.Current is { State: MeetingState.Confirmed or MeetingState.Decided })
            .Select(busy => (busy.Row!, busy.When))]);

    /// <summary>Whether <see cref="SweepAsync"/> has anything to wait for.</summary>
    public static bool IsAnyHeld(StoreReader reader) => MeetingRows.IsAnyHeld(reader);

    /// <summary>Holds that have run out: ours are let go, others' are asked about. To be called every second or so.</summary>
    public Task SweepAsync()
    {
        var now = _clock.GetCurrentInstant();
        if (_store.Read(reader => MeetingRows.HeldUntilBefore(reader, now, 1)).Count == 0)
            return Task.CompletedTask;
        return _store.WriteAsync(transaction =>
        {
            foreach (var row in MeetingRows.HeldUntilBefore(transaction, now, SweepLimit))
            {
                if (row.Proposed!.Focus == _parties.Self)
                    _organiser.LapseHere(transaction, row);
                else
                    _holder.AskToLapse(transaction, row);
            }
        });
    }

    /// <summary>What a token of an invitation stands for; null when it is unknown or the meeting is off.</summary>
    public (MeetingRow Row, Invitee Invitee)? Invitation(string token) => _store.Read(reader => Invitation(reader, token));

    /// <summary>What a token of an invitation stands for, called off or not; null when it is unknown.</summary>
    public (MeetingRow Row, Invitee Invitee)? Invited(string token) => _store.Read(reader => Invited(reader, token));

    /// <summary>Who comes in by a token of an invitation, the organiser included, and to what; null when it is unknown.</summary>
    public (MeetingRow Row, Invitee Invitee)? Coming(string token) => _store.Read(reader => Coming(reader, token));

    /// <summary>Takes an invitee's answer; false when the token is unknown or the meeting is not on.</summary>
    public Task<bool> ReplyAsync(string token, InviteeAnswer answer, string? comment, Interval? counter) => _store.WriteAsync(transaction =>
    {
        if (Invitation(transaction, token) is not var (row, invitee) || row.Current is not { } current)
            return false;
        row = WithAnswer(row, invitee.Address, answer, counter);
        MeetingRows.Save(transaction, row, _parties.Self);
        if (current.Focus == _parties.Self)
        {
            _mail.Answered(transaction, row, invitee.Address, answer, comment, counter);
        }
        else
        {
            var body = new ReplyBody(row.Id, invitee.Address, answer, comment, counter?.Start, counter?.End);
            _outbox.Enqueue(transaction, current.Focus, BookingTypes.Reply, MeetingsJson.Body(body), _parties.Forever(_clock));
        }

        return true;
    });

    void IBookingListener.Decided(StoreTransaction transaction, MeetingRow row, Meeting? before)
    {
        _mail.Invite(transaction, row, before, _ids);
        Stands(transaction, row);
    }

    void IBookingListener.Failed(StoreTransaction transaction, MeetingRow row, Meeting failed) => transaction.AfterCommit(() =>
        _waiters.Complete(new BookingOutcome(
            row with { Proposed = failed }, failed, new BookingRefusal(failed.Failure ?? "failed", failed.FailureDetail ?? ""))));

    void IBookingListener.Changed(StoreTransaction transaction, MeetingRow row)
    {
        if (row.Current is { State: MeetingState.Cancelled })
            _mail.Cancel(transaction, row);
        Stands(transaction, row);
    }

    /// <summary>
    /// The caller waits until every exchange has confirmed: a decided meeting is certain, a confirmed one has all coordinates. He hears of it last: he may dial at once.
    /// </summary>
    void Stands(StoreTransaction transaction, MeetingRow row) => transaction.AfterCommit(() =>
    {
        Standing?.Invoke(row);
        if (row.Current is { State: MeetingState.Confirmed } confirmed)
            _waiters.Complete(new BookingOutcome(row, confirmed, null));
    });

    async Task<BookingOutcome> BookAsync(string id, Duration wait, Func<StoreTransaction, MeetingRow> begin)
    {
        Task<BookingOutcome>? expected = null;
        var sequence = 0;
        var row = await _store.WriteAsync(transaction =>
        {
            var begun = begin(transaction);
            sequence = (begun.Proposed ?? begun.Current)!.Sequence;
            if (begun.Proposed is { State: MeetingState.Requested } || begun.Current is { State: MeetingState.Decided })
                expected = _waiters.Expect(id, sequence);
            return begun;
        });
        if (row.Proposed is { State: MeetingState.Failed } failed)
            return new BookingOutcome(row, failed, new BookingRefusal(failed.Failure ?? "failed", failed.FailureDetail ?? ""));
        if (expected is null)
            return new BookingOutcome(row, row.Current ?? row.Proposed!, null);
        try
        {
            return await expected.WaitAsync(wait.ToTimeSpan(), _time);
        }
        catch (TimeoutException)
        {
            _waiters.Forget(id, sequence);
            return new BookingOutcome(row, row.Proposed ?? row.Current!, null);
        }
    }

    /// <summary>booking.reply.</summary>
    void OnReply(StoreTransaction transaction, NniMessage message)
    {
        var body = MeetingsJson.Read<ReplyBody>(message.Body);
        if (MeetingRows.Find(transaction, body.Meeting) is not { Current: { } current } row || current.Focus != _parties.Self
            || current.InviteesOf(message.Origin).All(invitee => invitee.Address != body.Address))
            return;
        Interval? counter = body is { Answer: InviteeAnswer.Countered, CounterStart: { } start, CounterEnd: { } end } && start < end ? new Interval(start, end) : null;
        row = WithAnswer(row, body.Address, body.Answer, counter);
        MeetingRows.Save(transaction, row, _parties.Self);
        _mail.Answered(transaction, row, body.Address, body.Answer, body.Comment, counter);
    }

    MeetingRow OwnRow(StoreTransaction transaction, string id) =>
        MeetingRows.Find(transaction, id) is { } row && row.Shown.Focus == _parties.Self
            ? row
            : throw Refused("not-yours", $"{id} is not a meeting that is organised here");

    static (MeetingRow Row, Invitee Invitee)? Invitation(StoreReader reader, string token) =>
        Invited(reader, token) is { Row.Current.State: not MeetingState.Cancelled } invited ? invited : null;

    // Nobody asks the organiser whether he comes.
    static (MeetingRow Row, Invitee Invitee)? Invited(StoreReader reader, string token) =>
        Coming(reader, token) is { } coming && coming.Row.Current!.Invitees.Contains(coming.Invitee) ? coming : null;

    static (MeetingRow Row, Invitee Invitee)? Coming(StoreReader reader, string token) =>
        MeetingTokens.Find(reader, token) is { } found && MeetingRows.Find(reader, found.Meeting) is { Current: { } current } row
        && (current.Invitees.FirstOrDefault(invitee => invitee.Address == found.Address)
            ?? (current.Organiser == found.Address ? MeetingMail.OrganiserAsInvitee(current) : null)) is { } invitee
            ? (row, invitee)
            : null;

    /// <summary>The answer in what stands, and in the change that is being booked meanwhile unless it moves the meeting.</summary>
    static MeetingRow WithAnswer(MeetingRow row, string address, InviteeAnswer answer, Interval? counter) => row with
    {
        Current = WithAnswer(row.Current!, address, answer, counter),
        Proposed = row.Proposed is { } proposed && proposed.Start == row.Current!.Start ? WithAnswer(proposed, address, answer, counter) : row.Proposed,
    };

    static Meeting WithAnswer(Meeting meeting, string address, InviteeAnswer answer, Interval? counter) => meeting with
    {
        Invitees = [.. meeting.Invitees.Select(each => each.Address == address
            ? each with { Answer = answer, CounterStart = counter?.Start, CounterEnd = counter?.End } : each)],
    };

    static BookingRefusedException Refused(string reason, string detail) => new(new BookingRefusal(reason, detail));
}

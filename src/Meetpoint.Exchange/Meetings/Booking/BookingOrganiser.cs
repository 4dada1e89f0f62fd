using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>
/// The organiser's side of two-phase booking: asks every exchange to hold, decides once when all hold, and tells them until each has answered.
/// </summary>
/// <remarks>
/// State by input; every step is one transaction, so a crash falls between steps and never inside one. The decision is durable before the
/// first confirm can leave, as both are written by the same commit. It is never taken back: after it there are only confirms and cancels.
/// </remarks>
sealed class BookingOrganiser(MeetingParties parties, INniOutbox outbox, IClock clock, IBookingListener listener)
{
    string Self => parties.Self;

    /// <summary>Begins to book a meeting or a change to one. The holds of this exchange are taken here, or it fails at once.</summary>
    /// <exception cref="BookingRefusedException">A room or the ports of this exchange are not to be had.</exception>
    public MeetingRow Begin(StoreTransaction transaction, MeetingRow row)
    {
        var meeting = row.Proposed!;
        if (HoldHere(transaction, meeting) is { } refusal)
            throw new BookingRefusedException(refusal);
        var until = clock.GetCurrentInstant() + MeetingLimits.Hold;
        meeting = meeting.With(meeting.HalfOf(Self)! with { State = MeetingState.Held, HeldUntil = until });
        row = row with { Proposed = meeting };
        foreach (var half in Others(meeting))
            Send(transaction, half.Exchange, BookingTypes.Hold, new HoldBody(ForOther(meeting, half.Exchange)), meeting);
        return DecideWhenAllHeld(transaction, row);
    }

    /// <summary>booking.held.</summary>
    public void OnHeld(StoreTransaction transaction, NniMessage message)
    {
        var body = MeetingsJson.Read<HeldBody>(message.Body);
        if (Booking(transaction, message.Origin, body.Meeting, body.Sequence) is not { } row)
        {
            // Failed or called off meanwhile, and the release is on its way or was for an earlier hold: once more does no harm.
            if (!IsDecided(transaction, body.Meeting, body.Sequence))
                Send(transaction, message.Origin, BookingTypes.Release, new SequenceBody(body.Meeting, body.Sequence), null);
            return;
        }

        var half = row.Proposed!.HalfOf(message.Origin)!;
        row = row with
        {
            Proposed = row.Proposed.With(half with
            {
                State = MeetingState.Held,
                HeldUntil = body.HeldUntil,
                Fingerprint = body.Fingerprint,
            }),
        };
        DecideWhenAllHeld(transaction, row);
    }

    /// <summary>booking.refused.</summary>
    public void OnRefused(StoreTransaction transaction, NniMessage message)
    {
        var body = MeetingsJson.Read<RefusedBody>(message.Body);
        if (Booking(transaction, message.Origin, body.Meeting, body.Sequence) is { } row)
            Fail(transaction, row, message.Origin, body.Reason, body.Detail);
    }

    /// <summary>booking.confirmed.</summary>
    public void OnConfirmed(StoreTransaction transaction, NniMessage message)
    {
        var body = MeetingsJson.Read<ConfirmedBody>(message.Body);
        if (MeetingRows.Find(transaction, body.Meeting) is not { Current: { } current } row
            || current.Sequence != body.Sequence || current.Focus != Self
            || current.HalfOf(message.Origin) is not { } half)
            return;
        current = current.With(half with { State = MeetingState.Confirmed, HeldUntil = null, Join = body.Join });
        if (current.State == MeetingState.Decided && current.Halves.All(each => each.State == MeetingState.Confirmed))
            current = current with { State = MeetingState.Confirmed };
        row = row with { Current = current };
        MeetingRows.Save(transaction, row, Self);
        listener.Changed(transaction, row);
    }

    /// <summary>booking.lapse: a holder's hold ran out. While undecided it is let go, and asked for again when all others hold.</summary>
    public void OnLapse(StoreTransaction transaction, NniMessage message)
    {
        var body = MeetingsJson.Read<SequenceBody>(message.Body);
        if (Booking(transaction, message.Origin, body.Meeting, body.Sequence) is { } row)
        {
            var half = row.Proposed!.HalfOf(message.Origin)!;
            row = row with { Proposed = row.Proposed.With(half with { State = MeetingState.Requested, HeldUntil = Instant.MinValue }) };
            MeetingRows.Save(transaction, row, Self);
        }
        else if (IsDecided(transaction, body.Meeting, body.Sequence))
        {
            return;
        }

        Send(transaction, message.Origin, BookingTypes.Release, new SequenceBody(body.Meeting, body.Sequence), null);
    }

    /// <summary>A hold that could not be delivered before it expired.</summary>
    public void OnHoldExpired(StoreTransaction transaction, string destination, HoldBody body)
    {
        if (Booking(transaction, destination, body.Meeting.Id, body.Meeting.Sequence) is { } row)
            Fail(transaction, row, destination, "unreachable", $"{destination} could not be reached in time");
    }

    /// <summary>Calls a meeting off, whatever its state. Nothing happens when it is off already.</summary>
    public MeetingRow Cancel(StoreTransaction transaction, MeetingRow row)
    {
        Holds.ReleaseAll(transaction, row.Id);
        if (row.Proposed is { State: MeetingState.Requested } proposed)
        {
            foreach (var half in Others(proposed))
                Send(transaction, half.Exchange, BookingTypes.Release, new SequenceBody(row.Id, proposed.Sequence), null);
        }

        if (row.Current is { } current)
        {
            current = current with { State = MeetingState.Cancelled, Sequence = current.Sequence + 1 };
            foreach (var half in Others(current))
                Send(transaction, half.Exchange, BookingTypes.Cancel, new SequenceBody(row.Id, current.Sequence), null);
            row = row with { Current = current, Proposed = null };
        }
        else
        {
            row = row with { Proposed = row.Proposed! with { State = MeetingState.Cancelled } };
        }

        MeetingRows.Save(transaction, row, Self);
        listener.Changed(transaction, row);
        return row;
    }

    /// <summary>The hold of this exchange itself ran out while others have not answered: what it kept is free again.</summary>
    public void LapseHere(StoreTransaction transaction, MeetingRow row)
    {
        var meeting = row.Proposed!;
        Holds.Release(transaction, row.Id, meeting.Sequence);
        var half = meeting.HalfOf(Self)!;
        MeetingRows.Save(
            transaction,
            row with { Proposed = meeting.With(half with { State = MeetingState.Requested, HeldUntil = Instant.MinValue }) },
            Self);
    }

    MeetingRow DecideWhenAllHeld(StoreTransaction transaction, MeetingRow row)
    {
        var meeting = row.Proposed!;
        var missing = Others(meeting).Where(half => half.State != MeetingState.Held).ToList();
        if (missing.Count > 0)
        {
            // Those whose hold lapsed are asked again once nobody else is waited for.
            if (missing.All(half => half.HeldUntil is not null))
            {
                foreach (var half in missing)
                {
                    meeting = meeting.With(half with { HeldUntil = null });
                    Send(transaction, half.Exchange, BookingTypes.Hold, new HoldBody(ForOther(meeting, half.Exchange)), meeting);
                }
            }

            row = row with { Proposed = meeting };
            MeetingRows.Save(transaction, row, Self);
            listener.Changed(transaction, row);
            return row;
        }

        if (meeting.HalfOf(Self)!.State != MeetingState.Held && HoldHere(transaction, meeting) is { } refusal)
            return Fail(transaction, row, Self, refusal.Reason, refusal.Detail);
        return Decide(transaction, row);
    }

    MeetingRow Decide(StoreTransaction transaction, MeetingRow row)
    {
        var meeting = row.Proposed!;
        var here = meeting.HalfOf(Self)!;
        meeting = meeting.With(here with { State = MeetingState.Confirmed, HeldUntil = null, Join = parties.CoordinatesOf(here.Provider, row.Code) });
        var others = Others(meeting).ToList();
        meeting = meeting with
        {
            State = others.Count == 0 ? MeetingState.Confirmed : MeetingState.Decided,
            // A room that is held has said yes.
            Invitees = [.. meeting.Invitees.Select(each => each.Kind == InviteeKind.Person ? each : each with { Answer = InviteeAnswer.Accepted })],
        };
        var dropped = row.Current is { } before
            ? Others(before).Where(half => meeting.HalfOf(half.Exchange) is null).ToList()
            : [];
        foreach (var half in others)
            Send(transaction, half.Exchange, BookingTypes.Confirm, new SequenceBody(row.Id, meeting.Sequence), null);
        foreach (var half in dropped)
            Send(transaction, half.Exchange, BookingTypes.Cancel, new SequenceBody(row.Id, meeting.Sequence), null);
        Holds.ReleaseBefore(transaction, row.Id, meeting.Sequence);
        var stood = row.Current;
        row = row with { Current = meeting, Proposed = null };
        MeetingRows.Save(transaction, row, Self);
        listener.Decided(transaction, row, stood);
        return row;
    }

    MeetingRow Fail(StoreTransaction transaction, MeetingRow row, string by, string reason, string detail)
    {
        var meeting = row.Proposed!;
        Holds.Release(transaction, row.Id, meeting.Sequence);
        foreach (var half in Others(meeting).Where(half => half.Exchange != by))
            Send(transaction, half.Exchange, BookingTypes.Release, new SequenceBody(row.Id, meeting.Sequence), null);
        var failed = meeting with { State = MeetingState.Failed, Failure = reason, FailureDetail = detail };
        row = row with { Proposed = row.Current is null ? failed : null };
        MeetingRows.Save(transaction, row, Self);
        listener.Failed(transaction, row, failed);
        return row;
    }

    /// <summary>The row while the sequence is being booked and the exchange has a part in it; null otherwise.</summary>
    MeetingRow? Booking(StoreTransaction transaction, string exchange, string id, int sequence) =>
        MeetingRows.Find(transaction, id) is { Proposed: { State: MeetingState.Requested } proposed } row
        && proposed.Sequence == sequence && proposed.Focus == Self && proposed.HalfOf(exchange) is not null
            ? row
            : null;

    bool IsDecided(StoreTransaction transaction, string id, int sequence) =>
        MeetingRows.Find(transaction, id) is { Current: { } current } && current.Sequence >= sequence && current.Focus == Self;

    BookingRefusal? HoldHere(StoreTransaction transaction, Meeting meeting) => RoomHolds.TryHold(transaction, parties, meeting, null);

    IEnumerable<MeetingHalf> Others(Meeting meeting) => meeting.Halves.Where(half => half.Exchange != Self);

    /// <summary>What another exchange gets to see: no mail addresses of customers that are not its own.</summary>
    static Meeting ForOther(Meeting meeting, string exchange) => meeting with
    {
        Invitees = [.. meeting.Invitees.Select(invitee => invitee.Exchange == exchange ? invitee : invitee with { Mail = null })],
    };

    void Send<T>(StoreTransaction transaction, string exchange, string type, T body, Meeting? expiresWith) =>
        outbox.Enqueue(
            transaction, exchange, type, MeetingsJson.Body(body),
            expiresWith is null ? parties.Forever(clock) : Occurrences.Span(expiresWith).End);
}

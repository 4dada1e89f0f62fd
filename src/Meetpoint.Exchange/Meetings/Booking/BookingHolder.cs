using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>The other side of two-phase booking: holds what another exchange's organiser asks for, until told to take it or to let it go.</summary>
/// <remarks>
/// A hold is promised for <see cref="MeetingLimits.Hold"/>. When that has passed it is still kept until the organiser's exchange answers
/// booking.lapse, as it may have decided and its confirm be on the way. Every step is one transaction.
/// </remarks>
sealed class BookingHolder(MeetingParties parties, INniOutbox outbox, IClock clock, IBookingListener listener, Randomness randomness)
{
    string Self => parties.Self;

    /// <summary>booking.hold.</summary>
    public void OnHold(StoreTransaction transaction, NniMessage message)
    {
        var meeting = MeetingsJson.Read<HoldBody>(message.Body).Meeting;
        var row = MeetingRows.Find(transaction, meeting.Id);
        if (Check(message.Origin, meeting, row) is { } refusal)
        {
            Refuse(transaction, message.Origin, meeting, parties.Noted(refusal, message.Origin));
            return;
        }

        // A second hold of the same version comes after a lapse: what is left of the first gives way.
        Holds.Release(transaction, meeting.Id, meeting.Sequence);
        meeting = meeting with { Invitees = [.. meeting.Invitees.Select(parties.WithOwnMail)] };
        if (RoomHolds.TryHold(transaction, parties, meeting, message.Origin) is { } taken)
        {
            Holds.Release(transaction, meeting.Id, meeting.Sequence);
            Refuse(transaction, message.Origin, meeting, parties.Noted(taken, message.Origin));
            return;
        }

        row ??= NewRow(transaction, meeting.Id);
        var until = clock.GetCurrentInstant() + MeetingLimits.Hold;
        var fingerprint = MeetingSecrets.FingerprintOf(row.CascadeSecret);
        var half = meeting.HalfOf(Self)! with { State = MeetingState.Held, HeldUntil = until, Fingerprint = fingerprint };
        row = row with { Proposed = meeting.With(half) with { State = MeetingState.Held }, LapseAsked = false };
        MeetingRows.Save(transaction, row, Self);
        Send(transaction, message.Origin, BookingTypes.Held, new HeldBody(meeting.Id, meeting.Sequence, until, fingerprint));
        listener.Changed(transaction, row);
    }

    /// <summary>booking.confirm.</summary>
    public void OnConfirm(StoreTransaction transaction, NniMessage message)
    {
        var body = MeetingsJson.Read<SequenceBody>(message.Body);
        if (MeetingRows.Find(transaction, body.Meeting) is not { } row || row.Shown.Focus != message.Origin
            || row.Proposed is not { } meeting || meeting.Sequence != body.Sequence)
            return;
        var half = meeting.HalfOf(Self)!;
        var join = parties.CoordinatesOf(half.Provider, row.Code);
        half = half with { State = MeetingState.Confirmed, HeldUntil = null, Join = join };
        Holds.ReleaseBefore(transaction, row.Id, meeting.Sequence);
        row = row with { Current = meeting.With(half) with { State = MeetingState.Confirmed }, Proposed = null, LapseAsked = false };
        MeetingRows.Save(transaction, row, Self);
        Send(transaction, message.Origin, BookingTypes.Confirmed, new ConfirmedBody(row.Id, body.Sequence, join));
        listener.Decided(transaction, row);
    }

    /// <summary>booking.release.</summary>
    public void OnRelease(StoreTransaction transaction, NniMessage message)
    {
        var body = MeetingsJson.Read<SequenceBody>(message.Body);
        if (MeetingRows.Find(transaction, body.Meeting) is not { Proposed: { } proposed } row
            || proposed.Focus != message.Origin || proposed.Sequence != body.Sequence)
            return;
        Holds.Release(transaction, row.Id, body.Sequence);
        row = row with
        {
            Proposed = row.Current is null ? proposed with { State = MeetingState.Failed, Failure = "released" } : null,
            LapseAsked = false,
        };
        MeetingRows.Save(transaction, row, Self);
        listener.Changed(transaction, row);
    }

    /// <summary>booking.cancel.</summary>
    public void OnCancel(StoreTransaction transaction, NniMessage message)
    {
        var body = MeetingsJson.Read<SequenceBody>(message.Body);
        if (MeetingRows.Find(transaction, body.Meeting) is { } row && row.Shown.Focus == message.Origin)
        {
            Holds.ReleaseAll(transaction, row.Id);
            row = row with
            {
                Current = row.Current is null ? null : row.Current with { State = MeetingState.Cancelled, Sequence = body.Sequence },
                Proposed = row.Current is null ? row.Proposed! with { State = MeetingState.Cancelled } : null,
                LapseAsked = false,
            };
            MeetingRows.Save(transaction, row, Self);
            listener.Changed(transaction, row);
        }

        Send(transaction, message.Origin, BookingTypes.Cancelled, body);
    }

    /// <summary>The hold ran out: asks to let it go, and keeps it until the answer.</summary>
    public void AskToLapse(StoreTransaction transaction, MeetingRow row)
    {
        Send(transaction, row.Proposed!.Focus, BookingTypes.Lapse, new SequenceBody(row.Id, row.Proposed.Sequence));
        MeetingRows.Save(transaction, row with { LapseAsked = true }, Self);
    }

    BookingRefusal? Check(string origin, Meeting meeting, MeetingRow? row)
    {
        if (meeting.Focus != origin || (row is not null && row.Shown.Focus != origin))
            return new BookingRefusal("not-yours", $"{meeting.Id} is not a meeting of {origin}");
        if (MeetingRules.Fault(meeting) is { } fault)
            return new BookingRefusal("malformed", fault);
        if (meeting.HalfOf(Self) is not { } half)
            return new BookingRefusal("malformed", $"{Self} has no part in {meeting.Id}");
        if (row?.Current is { } current && current.Sequence >= meeting.Sequence)
            return new BookingRefusal("stale", $"version {meeting.Sequence} is not after {current.Sequence}");
        return parties.AdmitBooking(origin, meeting, half);
    }

    MeetingRow NewRow(StoreTransaction transaction, string id)
    {
        var secrets = CascadeCertificate.Create(clock, randomness);
        return new MeetingRow { Id = id, Code = MeetingSecrets.FreeCode(transaction, randomness), CascadeSecret = secrets.Cascade };
    }

    void Refuse(StoreTransaction transaction, string origin, Meeting meeting, BookingRefusal refusal) =>
        Send(transaction, origin, BookingTypes.Refused, new RefusedBody(meeting.Id, meeting.Sequence, refusal.Reason, refusal.Detail));

    void Send<T>(StoreTransaction transaction, string exchange, string type, T body) =>
        outbox.Enqueue(transaction, exchange, type, MeetingsJson.Body(body), parties.Forever(clock));
}

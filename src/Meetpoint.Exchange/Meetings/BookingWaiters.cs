using System.Collections.Concurrent;
using Meetpoint.Exchange.Meetings.Booking;

namespace Meetpoint.Exchange.Meetings;

/// <summary>How the booking of one version ended, or that it has not yet.</summary>
/// <param name="Row">The meeting as it stands.</param>
/// <param name="Meeting">The version.</param>
/// <param name="Refusal">Why it is not to be had; null when it stands or is under way.</param>
sealed record BookingOutcome(MeetingRow Row, Meeting Meeting, BookingRefusal? Refusal);

/// <summary>Callers that wait for a booking to be decided. Thread safe; in memory only, as the booking itself is in the store.</summary>
sealed class BookingWaiters
{
    /// <summary>Callers that may wait at once; one more gets its answer as "under way".</summary>
    public const int Limit = 10_000;

    readonly ConcurrentDictionary<(string Meeting, int Sequence), TaskCompletionSource<BookingOutcome>> _waiting = new();

    /// <summary>A task that completes when the version is decided or failed; null when too many wait.</summary>
    public Task<BookingOutcome>? Expect(string meeting, int sequence) =>
        _waiting.Count >= Limit ? null : _waiting.GetOrAdd(
            (meeting, sequence), static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>It ended.</summary>
    public void Complete(BookingOutcome outcome)
    {
        if (_waiting.TryRemove((outcome.Meeting.Id, outcome.Meeting.Sequence), out var waiter))
            waiter.TrySetResult(outcome);
    }

    /// <summary>Nobody waits any longer.</summary>
    public void Forget(string meeting, int sequence) => _waiting.TryRemove((meeting, sequence), out _);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// Moderation by signed messages from the organiser's exchange to the others: to lock a meeting, and to act on someone who is in another half. The
/// cascade is down while either half is empty, and just then a lock has to hold, and an organiser who is not in must be able to act.
/// </summary>
/// <remarks>Ordered with everything else between two exchanges, and taken once. Thread safe.</remarks>
sealed class Moderation(string exchange, INniOutbox outbox, Store store, IClock clock)
{
    /// <summary>Locked or unlocked.</summary>
    public const string Lock = "meeting.lock";

    /// <summary>Mute, unmute, eject or admit someone, or send them back to the lobby.</summary>
    public const string Moderate = "meeting.moderate";

    /// <summary>An action that could not be delivered for so long is void: by then nobody expects it any more.</summary>
    static readonly Duration ActionLifetime = Duration.FromSeconds(60);

    /// <summary>Locks, so that a restart on either side leaves no door open.</summary>
    public static readonly Migration[] Migrations =
    [
        new("meeting-locks-001", "meetings that are locked, by the start of the occurrence",
            "CREATE TABLE meeting_locks (meeting {text} PRIMARY KEY, occurrence {bigint} NOT NULL){strict}"),
    ];

    /// <summary>A meeting was locked or unlocked, here or at the organiser's exchange; after the commit, on the store's thread.</summary>
    public event Action<MeetingLock, bool>? Locked;

    /// <summary>The organiser's exchange acts on someone of ours; after the commit, on the store's thread.</summary>
    public event Action<ModerateBody>? Asked;

    /// <summary>The handlers by type.</summary>
    public IEnumerable<(string Type, NniHandler Handler)> NniHandlers => [(Lock, OnLock), (Moderate, OnModerate)];

    /// <summary>The locks that stand.</summary>
    public IReadOnlyList<MeetingLock> Locks() => store.Read(reader => reader.Query<MeetingLock>("SELECT meeting, occurrence FROM meeting_locks"));

    /// <summary>Locks or unlocks an occurrence; durable here and on its way to every other half when it completes.</summary>
    public Task SetLockAsync(Meeting meeting, Instant occurrence, bool isLocked) => store.WriteAsync(transaction =>
    {
        Set(transaction, new MeetingLock(meeting.Id, occurrence), isLocked);
        if (meeting.Focus != exchange)
            return;
        var body = JsonSerializer.SerializeToNode(new LockBody(meeting.Id, isLocked, occurrence), ModerationJson.Default.LockBody)!.AsObject();
        foreach (var half in meeting.Halves.Where(half => half.Exchange != exchange))
            outbox.Enqueue(transaction, half.Exchange, Lock, (JsonObject)body.DeepClone(), clock.GetCurrentInstant() + MeetingLimits.Length);
    });

    /// <summary>Forgets the lock of a meeting that is over.</summary>
    public Task ForgetAsync(string meeting) => store.WriteAsync(transaction =>
    {
        transaction.Execute("DELETE FROM meeting_locks WHERE meeting = @meeting", new { meeting });
    });

    /// <summary>Asks another half to act on one of its participants; on its way when it completes.</summary>
    public Task AskAsync(string other, ModerateBody action) => store.WriteAsync(transaction =>
        outbox.Enqueue(
            transaction, other, Moderate, JsonSerializer.SerializeToNode(action, ModerationJson.Default.ModerateBody)!.AsObject(),
            clock.GetCurrentInstant() + ActionLifetime));

    void OnLock(StoreTransaction transaction, NniMessage message)
    {
        if (message.Body.Deserialize(ModerationJson.Default.LockBody) is { } body && IsOfFocus(transaction, body.Meeting, message.Origin))
            Set(transaction, new MeetingLock(body.Meeting, body.Occurrence), body.IsLocked);
    }

    void OnModerate(StoreTransaction transaction, NniMessage message)
    {
        if (message.Body.Deserialize(ModerationJson.Default.ModerateBody) is { } body && IsOfFocus(transaction, body.Meeting, message.Origin))
            transaction.AfterCommit(() => Asked?.Invoke(body));
    }

    void Set(StoreTransaction transaction, MeetingLock which, bool isLocked)
    {
        transaction.Execute(
            isLocked
                ? "INSERT INTO meeting_locks (meeting, occurrence) VALUES (@Meeting, @Occurrence) ON CONFLICT (meeting) DO UPDATE SET occurrence = excluded.occurrence"
                : "DELETE FROM meeting_locks WHERE meeting = @Meeting",
            which);
        transaction.AfterCommit(() => Locked?.Invoke(which, isLocked));
    }

    /// <summary>Only the organiser's exchange moderates.</summary>
    static bool IsOfFocus(StoreTransaction transaction, string meeting, string origin) =>
        MeetingRows.Find(transaction, meeting)?.Current is { } current && current.Focus == origin;
}

/// <summary>A lock that stands.</summary>
/// <param name="Meeting">Which.</param>
/// <param name="Occurrence">Start of the occurrence that it holds for.</param>
sealed record MeetingLock(string Meeting, Instant Occurrence);

/// <summary>meeting.lock.</summary>
/// <param name="Meeting">Which.</param>
/// <param name="IsLocked">True: nobody else comes in.</param>
/// <param name="Occurrence">Start of the occurrence that it holds for.</param>
sealed record LockBody(string Meeting, bool IsLocked, Instant Occurrence);

/// <summary>meeting.moderate.</summary>
/// <param name="Meeting">Which.</param>
/// <param name="Action">mute, unmute, eject, admit or to-lobby.</param>
/// <param name="Participant">Whom.</param>
/// <param name="Session">The participant's session, since ids are given anew after a restart.</param>
sealed record ModerateBody(string Meeting, string Action, uint Participant, string Session);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(LockBody))]
[JsonSerializable(typeof(ModerateBody))]
sealed partial class ModerationJson : JsonSerializerContext;

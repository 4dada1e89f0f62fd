using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// Tells the other exchanges, by signed messages, that the organiser's side locked or unlocked a meeting: the cascade, which carries other
/// moderation, is down while either half is empty, and just then a lock has to hold.
/// </summary>
sealed class MeetingLocks(string exchange, INniOutbox outbox, IClock clock)
{
    const string Lock = "meeting.lock";

    /// <summary>The organiser's exchange has locked or unlocked a meeting; after the commit, on the store's thread.</summary>
    public event Action<string, bool>? Told;

    /// <summary>The handlers by type.</summary>
    public IEnumerable<(string Type, NniHandler Handler)> NniHandlers => [(Lock, OnLock)];

    /// <summary>Tells every other half; nothing where the meeting is not organised here.</summary>
    public void Tell(StoreTransaction transaction, Meeting meeting, bool isLocked)
    {
        if (meeting.Focus != exchange)
            return;
        var body = JsonSerializer.SerializeToNode(new LockBody(meeting.Id, isLocked), LockJson.Default.LockBody)!.AsObject();
        foreach (var half in meeting.Halves.Where(half => half.Exchange != exchange))
            outbox.Enqueue(transaction, half.Exchange, Lock, (JsonObject)body.DeepClone(), clock.GetCurrentInstant() + MeetingLimits.Length);
    }

    void OnLock(StoreTransaction transaction, NniMessage message)
    {
        if (message.Body.Deserialize(LockJson.Default.LockBody) is { } body && MeetingRows.Find(transaction, body.Meeting)?.Current is { } meeting && meeting.Focus == message.Origin)
            transaction.AfterCommit(() => Told?.Invoke(body.Meeting, body.IsLocked));
    }
}

/// <summary>meeting.lock.</summary>
/// <param name="Meeting">Which.</param>
/// <param name="IsLocked">True: nobody else comes in.</param>
sealed record LockBody(string Meeting, bool IsLocked);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LockBody))]
sealed partial class LockJson : JsonSerializerContext;

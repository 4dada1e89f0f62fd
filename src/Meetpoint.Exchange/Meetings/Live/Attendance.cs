using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// Tells the organiser's exchange, by signed messages, when one of our customers came into or left its meeting: so it has seen, with its own clock,
/// what it will be asked to countersign, whether the cascade was up or not.
/// </summary>
/// <remarks>
/// The message that someone left stands before the proposal of its usage in the same ordered stream, so the witness always knows in time. What is
/// told late (the link was down) counts from when it arrived, unless the cascade had shown it before.
/// </remarks>
sealed class Attendance(string exchange, INniOutbox outbox, Sightings sightings, ISettlementSink settlement, IClock clock) : ISettlementSink
{
    /// <summary>Came in.</summary>
    public const string Joined = "meeting.joined";

    /// <summary>Left.</summary>
    public const string Left = "meeting.left";

    /// <summary>How late a message may be and still be believed about the time that it tells.</summary>
    static readonly Duration Fresh = Duration.FromSeconds(5);

    static readonly Duration Lifetime = Duration.FromDays(40);

    /// <summary>The handlers by type.</summary>
    public IEnumerable<(string Type, NniHandler Handler)> NniHandlers => [(Joined, OnJoined), (Left, OnLeft)];

    /// <summary>One of our customers came into a meeting that another exchange organises.</summary>
    public void CameIn(StoreTransaction transaction, string focus, AttendanceBody body) =>
        outbox.Enqueue(transaction, focus, Joined, Body(body), clock.GetCurrentInstant() + Lifetime);

    /// <inheritdoc/>
    public void Record(StoreTransaction transaction, CompletedGrant grant)
    {
        if (grant is { Kind: GrantKind.Participant, Links.IsEmpty: false, Parent: { } id }
            && MeetingRows.Find(transaction, id)?.Shown.Focus is { } focus && focus != exchange)
        {
            var body = new AttendanceBody(id, grant.Correlation.ToString(), grant.Subject, grant.Ended);
            outbox.Enqueue(transaction, focus, Left, Body(body), clock.GetCurrentInstant() + Lifetime);
        }

        settlement.Record(transaction, grant);
    }

    void OnJoined(StoreTransaction transaction, NniMessage message)
    {
        if (Read(transaction, message) is { } body)
            sightings.Begin(transaction, new Sighting(body.Session, body.Meeting, body.Address, Believed(body.At)));
    }

    void OnLeft(StoreTransaction transaction, NniMessage message)
    {
        if (Read(transaction, message) is { } body)
            sightings.End(transaction, body.Session, Believed(body.At));
    }

    /// <summary>Only an exchange that has a half of a meeting of ours speaks of it.</summary>
    AttendanceBody? Read(StoreTransaction transaction, NniMessage message) =>
        message.Body.Deserialize(AttendanceJson.Default.AttendanceBody) is { } body
        && MeetingRows.Find(transaction, body.Meeting)?.Shown is { } meeting && meeting.Focus == exchange
        && meeting.HalfOf(message.Origin) is not null && body.Session.Length == CorrelationId.TextLength
            ? body
            : null;

    Instant Believed(Instant told)
    {
        var now = clock.GetCurrentInstant();
        return told <= now && now - told <= Fresh ? told : now;
    }

    static JsonObject Body(AttendanceBody body) => JsonSerializer.SerializeToNode(body, AttendanceJson.Default.AttendanceBody)!.AsObject();
}

/// <summary>meeting.joined and meeting.left: whom it is about, and when.</summary>
/// <param name="Meeting">The meeting.</param>
/// <param name="Session">The session's id, which the usage record carries.</param>
/// <param name="Address">user@domain.</param>
/// <param name="At">By the clock of who tells.</param>
sealed record AttendanceBody(string Meeting, string Session, string Address, Instant At);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(AttendanceBody))]
sealed partial class AttendanceJson : JsonSerializerContext;

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
/// Tells the other exchange, by signed messages, when one of our customers came into or left a meeting that both take part in: so it has seen,
/// with its own clock, what it will be asked to countersign, whether the cascade was up or not.
/// </summary>
/// <remarks>
/// The message that someone left stands before the proposal of its usage in the same ordered stream, so the witness always knows in time. That
/// someone came, when told late, counts from when it arrived, unless this exchange was down meanwhile. That someone left, however late, counts from
/// when it is told of, but never from before the witness's own last sign of it: an exchange that was killed tells, when it is back, the last that it
/// had written. Who had left by when his coming is first told, without a sign of him, was in for no time.
/// </remarks>
sealed class Attendance(
    string exchange, INniOutbox outbox, Sightings sightings, ISettlementSink settlement, Func<World> world, IClock clock) : ISettlementSink
{
    /// <summary>Came in.</summary>
    public const string Joined = "meeting.joined";

    /// <summary>Left.</summary>
    public const string Left = "meeting.left";

    /// <summary>How late it may be told that someone came and still be believed about the time.</summary>
    static readonly Duration Fresh = Duration.FromSeconds(5);

    static readonly Duration Lifetime = Duration.FromDays(40);

    /// <summary>The handlers by type.</summary>
    public IEnumerable<(string Type, NniHandler Handler)> NniHandlers => [(Joined, OnJoined), (Left, OnLeft)];

    /// <summary>One of our customers came into a meeting.</summary>
    public void CameIn(StoreTransaction transaction, Meeting meeting, AttendanceBody body)
    {
        foreach (var other in Witnesses(meeting))
            outbox.Enqueue(transaction, other.Exchange, Joined, Body(body), clock.GetCurrentInstant() + Lifetime);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The organiser's own customers use no port of the agreements, and so have no link of their own: their time is recorded under the agreement
    /// of each other half, as the booking has it, and what is charged for it is the agreement's to say.
    /// </remarks>
    public void Record(StoreTransaction transaction, CompletedGrant grant)
    {
        if (grant.Kind == GrantKind.Meeting)
            return; // it counted against a limit; its participants and its cascade are what is charged
        if (grant is { Kind: GrantKind.Participant, Parent: { } id } && MeetingRows.Find(transaction, id)?.Shown is { } meeting)
        {
            var body = new AttendanceBody(id, grant.Correlation.ToString(), grant.Subject, grant.Ended);
            foreach (var other in Witnesses(meeting))
                outbox.Enqueue(transaction, other.Exchange, Left, Body(body), clock.GetCurrentInstant() + Lifetime);
            if (grant.Links.IsEmpty && meeting.Focus == exchange && grant.Origin == meeting.OrganiserProvider)
                grant = grant with { Links = [.. Witnesses(meeting).Select(other => Link(meeting, other)).OfType<GrantLink>()] };
        }

        settlement.Record(transaction, grant);
    }

    IEnumerable<MeetingHalf> Witnesses(Meeting meeting) => meeting.Focus == exchange
        ? meeting.Halves.Where(half => half.Exchange != exchange)
        : meeting.Halves.Where(half => half.Exchange == meeting.Focus);

    GrantLink? Link(Meeting meeting, MeetingHalf other) =>
        world().FindAgreement(meeting.OrganiserProvider, other.Provider, clock.GetCurrentInstant()) is { } link && link.Agreement.Id == other.Agreement
            ? new GrantLink(link.Agreement.Id, link.Agreement.Version, link.VersionHash, link.AToB, link.Agreement.Charges)
            : null;

    void OnJoined(StoreTransaction transaction, NniMessage message)
    {
        if (Read(transaction, message) is { } body)
            sightings.Begin(transaction, new Sighting(body.Session, body.Meeting, body.Address, BelievedStart(body.At)));
    }

    void OnLeft(StoreTransaction transaction, NniMessage message)
    {
        if (Read(transaction, message) is { } body)
            sightings.End(transaction, new Sighting(body.Session, body.Meeting, body.Address, BelievedEnd(body.At)));
    }

    /// <summary>Only an exchange that has a half of the meeting speaks of it: to the focus any, to a spoke the focus.</summary>
    AttendanceBody? Read(StoreTransaction transaction, NniMessage message) =>
        message.Body.Deserialize(AttendanceJson.Default.AttendanceBody) is { } body
        && MeetingRows.Find(transaction, body.Meeting)?.Shown is { } meeting
        && (meeting.Focus == exchange ? meeting.HalfOf(message.Origin) is not null : meeting.Focus == message.Origin) && body.Session.Length == CorrelationId.TextLength
            ? body
            : null;

    Instant BelievedStart(Instant told)
    {
        var now = clock.GetCurrentInstant();
        return told <= now && (now - told <= Fresh || sightings.WasBlind(told)) ? told : now;
    }

    Instant BelievedEnd(Instant told) => Instant.Min(told, clock.GetCurrentInstant());

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

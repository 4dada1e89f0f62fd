using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Booking;

/// <summary>Meetings in the store.</summary>
static class MeetingRows
{
    /// <summary>The tables of meetings and of what is held for them.</summary>
    public static readonly Migration[] Migrations =
    [
        new("meetings-001", "meetings, what is held for them, and their invitations' tokens",
            """
            CREATE TABLE meetings (
                id {text} PRIMARY KEY,
                code {text} NOT NULL UNIQUE,
                focus {text} NOT NULL,
                state {text} NOT NULL,
                starts {bigint} NOT NULL,
                ends {bigint} NOT NULL,
                held_until {bigint} NOT NULL,
                lapse_asked {bigint} NOT NULL,
                secret {text} NOT NULL,
                current {text},
                proposed {text}
            ){strict}
            """,
            "CREATE INDEX meetings_by_end ON meetings (ends)",
            "CREATE INDEX meetings_by_hold ON meetings (held_until)",
            """
            CREATE TABLE meeting_holds (
                resource {text} NOT NULL,
                meeting {text} NOT NULL,
                sequence {bigint} NOT NULL,
                starts {bigint} NOT NULL,
                ends {bigint} NOT NULL,
                amount {bigint} NOT NULL,
                PRIMARY KEY (resource, starts, meeting, sequence)
            ){strict}
            """,
            "CREATE INDEX meeting_holds_by_meeting ON meeting_holds (meeting, sequence)",
            """
            CREATE TABLE meeting_tokens (
                token {text} PRIMARY KEY,
                meeting {text} NOT NULL,
                address {text} NOT NULL,
                UNIQUE (meeting, address)
            ){strict}
            """),
    ];

    const string Columns = "id, code, secret, current, proposed, lapse_asked";

    sealed record Row(string Id, string Code, string Secret, string? Current, string? Proposed, long LapseAsked)
    {
        public MeetingRow ToMeeting() => new()
        {
            Id = Id,
            Code = Code,
            CascadeSecret = Secret,
            Current = Current is null ? null : MeetingsJson.Parse(Current),
            Proposed = Proposed is null ? null : MeetingsJson.Parse(Proposed),
            LapseAsked = LapseAsked != 0,
        };
    }

    public static MeetingRow? Find(StoreReader reader, string id) =>
        reader.Single<Row>($"SELECT {Columns} FROM meetings WHERE id = @id", new { id })?.ToMeeting();

    /// <summary>Meetings that end after the instant, by id; for a page of a list give the last id seen.</summary>
    public static IReadOnlyList<MeetingRow> EndingAfter(StoreReader reader, Instant after, string pastId, int limit) =>
        [.. reader.Query<Row>(
            $"SELECT {Columns} FROM meetings WHERE ends > @after AND id > @pastId ORDER BY id LIMIT @limit",
            new { after = after.ToUnixTimeMilliseconds(), pastId, limit }).Select(row => row.ToMeeting())];

    /// <summary>Whether any booking under way has a hold that can run out.</summary>
    public static bool IsAnyHeld(StoreReader reader) =>
        reader.Query<string>("SELECT id FROM meetings WHERE held_until > 0 AND lapse_asked = 0 LIMIT 1").Count > 0;

    /// <summary>Bookings under way whose hold has run out.</summary>
    public static IReadOnlyList<MeetingRow> HeldUntilBefore(StoreReader reader, Instant now, int limit) =>
        [.. reader.Query<Row>(
            $"SELECT {Columns} FROM meetings WHERE held_until > 0 AND held_until < @now AND lapse_asked = 0 ORDER BY held_until LIMIT @limit",
            new { now = now.ToUnixTimeMilliseconds(), limit }).Select(row => row.ToMeeting())];

    public static bool CodeIsTaken(StoreReader reader, string code) =>
        reader.Single<string>("SELECT id FROM meetings WHERE code = @code", new { code }) is not null;

    /// <summary>Writes the row whole. <paramref name="self"/> is this exchange, whose half's hold is indexed.</summary>
    public static void Save(StoreTransaction transaction, MeetingRow row, string self)
    {
        var shown = row.Shown;
        var span = Occurrences.Span(row.Proposed ?? shown);
        if (row.Current is not null && row.Proposed is not null)
            span = Join(span, Occurrences.Span(row.Current));
        var held = row.Proposed?.HalfOf(self) is { State: MeetingState.Held, HeldUntil: { } until } ? until.ToUnixTimeMilliseconds() : 0;
        transaction.Execute(
            """
            INSERT INTO meetings (id, code, focus, state, starts, ends, held_until, lapse_asked, secret, current, proposed)
            VALUES (@Id, @Code, @Focus, @State, @Starts, @Ends, @HeldUntil, @LapseAsked, @Secret, @Current, @Proposed)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, starts = excluded.starts, ends = excluded.ends,
                held_until = excluded.held_until, lapse_asked = excluded.lapse_asked,
                current = excluded.current, proposed = excluded.proposed
            """,
            new
            {
                row.Id,
                row.Code,
                shown.Focus,
                State = shown.State.ToString(),
                Starts = span.Start.ToUnixTimeMilliseconds(),
                Ends = span.End.ToUnixTimeMilliseconds(),
                HeldUntil = held,
                LapseAsked = row.LapseAsked ? 1L : 0L,
                Secret = row.CascadeSecret,
                Current = row.Current is null ? null : MeetingsJson.Text(row.Current),
                Proposed = row.Proposed is null ? null : MeetingsJson.Text(row.Proposed),
            });
    }

    static Interval Join(Interval one, Interval other) =>
        new(Instant.Min(one.Start, other.Start), Instant.Max(one.End, other.End));
}

using Meetpoint.Exchange.Storage;
using Meetpoint.Media.Recording;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Recording;

/// <summary>A recording as it is written down.</summary>
/// <param name="Id">rec_...</param>
/// <param name="Meeting">Which.</param>
/// <param name="Node">The node that records.</param>
/// <param name="Provider">Whose it is: the provider of the half that records.</param>
/// <param name="Title">Of the meeting.</param>
/// <param name="StartedBy">Who, for people.</param>
/// <param name="Started">When.</param>
/// <param name="Ended">When; null while it is on.</param>
/// <param name="Reason">Why it ended; null while it is on.</param>
/// <param name="Detail">What the disk said; null when it said nothing.</param>
sealed record RecordingRow(
    string Id, string Meeting, string Node, string Provider, string Title, string StartedBy, Instant Started, Instant? Ended = null, string? Reason = null, string? Detail = null);

/// <summary>Recordings in the store.</summary>
static class RecordingRows
{
    public static readonly Migration Migration = new("recordings-001", "recordings of meetings, and their files",
        """
        CREATE TABLE recordings (
            id {text} PRIMARY KEY, meeting {text} NOT NULL, node {text} NOT NULL, provider {text} NOT NULL, title {text} NOT NULL, started_by {text} NOT NULL,
            started {bigint} NOT NULL, ended {bigint}, reason {text}, detail {text}){strict}
        """,
        "CREATE INDEX recordings_by_meeting ON recordings (meeting)",
        "CREATE INDEX recordings_by_end ON recordings (ended)",
        """
        CREATE TABLE recording_parts (
            recording {text} NOT NULL, number {bigint} NOT NULL, name {text} NOT NULL, start_ms {bigint} NOT NULL, duration_ms {bigint} NOT NULL,
            bytes {bigint} NOT NULL, sha256 {text} NOT NULL, has_pictures {bigint} NOT NULL, PRIMARY KEY (recording, number)){strict}
        """);

    const string Columns = "id, meeting, node, provider, title, started_by, started, ended, reason, detail";

    public static void Insert(StoreTransaction transaction, RecordingRow row) => transaction.Execute(
        $"INSERT INTO recordings ({Columns}) VALUES (@Id, @Meeting, @Node, @Provider, @Title, @StartedBy, @Started, @Ended, @Reason, @Detail)", row);

    /// <summary>It is over; these are its files.</summary>
    public static void End(StoreTransaction transaction, string id, Instant ended, string reason, string? detail, IReadOnlyList<RecordingPart> parts)
    {
        transaction.Execute("UPDATE recordings SET ended = @ended, reason = @reason, detail = @detail WHERE id = @id", new { id, ended, reason, detail });
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            transaction.Execute(
                """
                INSERT INTO recording_parts (recording, number, name, start_ms, duration_ms, bytes, sha256, has_pictures)
                VALUES (@id, @number, @Name, @StartMs, @DurationMs, @Bytes, @Sha256, @hasPictures)
                """,
                new { id, number = i + 1L, part.Name, part.StartMs, part.DurationMs, part.Bytes, part.Sha256, hasPictures = part.HasPictures ? 1L : 0L });
        }
    }

    public static RecordingRow? Find(StoreReader reader, string id) => reader.Single<RecordingRow>($"SELECT {Columns} FROM recordings WHERE id = @id", new { id });

    public static IReadOnlyList<RecordingRow> Of(StoreReader reader, string meeting) =>
        reader.Query<RecordingRow>($"SELECT {Columns} FROM recordings WHERE meeting = @meeting ORDER BY started, id", new { meeting });

    /// <summary>Those of a node that have no end.</summary>
    public static IReadOnlyList<RecordingRow> Open(StoreReader reader, string node) =>
        reader.Query<RecordingRow>($"SELECT {Columns} FROM recordings WHERE node = @node AND ended IS NULL", new { node });

    public static IReadOnlyList<RecordingRow> EndedBefore(StoreReader reader, Instant before, int limit) =>
        reader.Query<RecordingRow>($"SELECT {Columns} FROM recordings WHERE ended < @before ORDER BY ended LIMIT @limit", new { before, limit });

    public static IReadOnlyList<RecordingPart> PartsOf(StoreReader reader, string id) => reader.Query<RecordingPart>(
        "SELECT name, start_ms, duration_ms, bytes, sha256, has_pictures FROM recording_parts WHERE recording = @id ORDER BY number", new { id });

    public static long Bytes(StoreReader reader) => reader.Single<long>("SELECT coalesce(cast(sum(bytes) as bigint), 0) FROM recording_parts", null);

    public static void Delete(StoreTransaction transaction, string id)
    {
        transaction.Execute("DELETE FROM recording_parts WHERE recording = @id", new { id });
        transaction.Execute("DELETE FROM recordings WHERE id = @id", new { id });
    }
}

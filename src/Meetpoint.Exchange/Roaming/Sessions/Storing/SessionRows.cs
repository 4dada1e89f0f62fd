using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What of a session's row changes with a report.</summary>
record SessionHead(string Id, SessionState State, Instant? Due, string Body, byte[]? Packed)
{
    /// <summary>The session.</summary>
    public RoamingSession Session() => SessionBody.Read(Packed, Body);
}

/// <summary>A session as a row: what is looked for has columns, the rest is packed (<see cref="SessionBody"/>).</summary>
sealed record SessionRow(
    string Id, string Key, string Visited, string Home, string Realm, string Nas, string AccountId, string Neighbour, string? Hotspot, string? Person, SessionState State,
    Instant? Due, string Body = "", byte[]? Packed = null) : SessionHead(Id, State, Due, Body, Packed);

/// <summary>The SQL of sessions. They live here alone: none is kept in memory.</summary>
static class SessionRows
{
    /// <summary>The schema.</summary>
    /// <remarks>
    /// An interim changes nothing that an index is of: only the document. What is due is written rarely, and looked at again when its time has come. Ids carry
    /// time first, so that rows and evidence are appended.
    /// </remarks>
    public static readonly Migration[] Migrations =
    [
        new("roaming-001", "roaming sessions with their evidence, restarts of access servers, keys of people's names, scores",
            """
            CREATE TABLE roaming_sessions (id {text} PRIMARY KEY, key {text} NOT NULL, visited {text} NOT NULL, home {text} NOT NULL, realm {text} NOT NULL, nas {text} NOT NULL,
                account_id {text} NOT NULL, neighbour {text} NOT NULL, hotspot {text}, person {text}, state {text} NOT NULL, due {bigint}, body {text} NOT NULL){strict}
            """,
            "CREATE INDEX roaming_sessions_key ON roaming_sessions (key)",
            "CREATE INDEX roaming_sessions_due ON roaming_sessions (due) WHERE due IS NOT NULL",
            "CREATE INDEX roaming_sessions_visited ON roaming_sessions (visited, id)",
            "CREATE INDEX roaming_sessions_home ON roaming_sessions (home, id)",
            "CREATE INDEX roaming_sessions_person ON roaming_sessions (person, id) WHERE person IS NOT NULL",
            "CREATE INDEX roaming_sessions_open_nas ON roaming_sessions (visited, nas, id) WHERE state = 'open'",
            "CREATE INDEX roaming_sessions_open_realm ON roaming_sessions (realm, id) WHERE state = 'open'",
            "CREATE INDEX roaming_sessions_open_hotspot ON roaming_sessions (hotspot, id) WHERE state = 'open'",
            """
            CREATE TABLE roaming_evidence (session {text} NOT NULL, place {bigint} NOT NULL, status {text} NOT NULL, received {bigint} NOT NULL, event {bigint} NOT NULL,
                seconds {bigint}, octets_in {bigint} NOT NULL, octets_out {bigint} NOT NULL, packets_in {bigint} NOT NULL, packets_out {bigint} NOT NULL,
                digest {blob} NOT NULL, raw {blob}, PRIMARY KEY (session, place)){strict}
            """,
            "CREATE TABLE roaming_restarts (visited {text} NOT NULL, nas {text} NOT NULL, at {bigint} NOT NULL, PRIMARY KEY (visited, nas)){strict}",
            "CREATE TABLE roaming_person_keys (month {text} PRIMARY KEY, secret {blob} NOT NULL){strict}",
            """
            CREATE TABLE roaming_scores (visited {text} NOT NULL, home {text} NOT NULL, day {text} NOT NULL, sessions {bigint} NOT NULL, class_kept {bigint} NOT NULL,
                cui_kept {bigint} NOT NULL, interims_kept {bigint} NOT NULL, complete {bigint} NOT NULL, rising {bigint} NOT NULL, in_time {bigint} NOT NULL,
                unreported {bigint} NOT NULL, PRIMARY KEY (visited, home, day)){strict}
            """),
        new("roaming-002", "roaming sessions packed, with several reports in a row",
            "ALTER TABLE roaming_sessions ADD COLUMN packed {blob}",
            "DROP INDEX roaming_sessions_key",
            "CREATE INDEX roaming_sessions_key ON roaming_sessions (key, id)",
            "CREATE TABLE roaming_proofs (session {text} NOT NULL, place {bigint} NOT NULL, body {blob} NOT NULL, PRIMARY KEY (session, place)){strict}"),
    ];

    /// <summary>Sessions under one key that are looked at: the one that is on, and what may come late of those before it.</summary>
    const int SameKey = 4;

    const string Columns = "id, key, visited, home, realm, nas, account_id, neighbour, hotspot, person, state, due, body, packed";

    /// <summary>By which a session is found: visited provider, NAS and Acct-Session-Id (RFC 2866 section 5.5: unique within its NAS), 128 bits in hexadecimal.</summary>
    /// <remarks>
    /// The same on every exchange that has its reports. Without who roams: a hash that several parties can make could be tried out on all addresses that there are.
    /// </remarks>
    public static string KeyOf(string visited, string nas, string accountId) => Key($"{visited}\n{nas}\n{accountId}");

    /// <summary>By which one is found that was let in and has no Acct-Session-Id yet.</summary>
    public static string AcceptedKeyOf(string visited, string nas, string person) => Key($"{visited}\n{nas}\naccepted\n{person}");

    /// <summary>An id with time first.</summary>
    public static string IdOf(string key, Instant began) => $"ses_{Math.Max(0, began.ToUnixTimeMilliseconds()):x12}{key[..16]}";

    /// <summary>Those of a key, the latest first.</summary>
    public static IReadOnlyList<SessionHead> OfKey(StoreReader reader, string key) =>
        reader.Query<SessionHead>($"SELECT id, state, due, body, packed FROM roaming_sessions WHERE key = @key ORDER BY id DESC LIMIT {SameKey}", new { key });

    /// <summary>One, or null.</summary>
    public static SessionRow? Find(StoreReader reader, string id) =>
        reader.Single<SessionRow>($"SELECT {Columns} FROM roaming_sessions WHERE id = @id", new { id });

    /// <summary>The open session of a customer at an access server, the latest if there are several; null without.</summary>
    public static SessionHead? OpenOf(StoreReader reader, string visited, string nas, string person) => reader.Single<SessionHead>(
        """
        SELECT id, state, due, body, packed FROM roaming_sessions
        WHERE person = @person AND visited || '' = @visited AND nas || '' = @nas AND state = 'open' ORDER BY id DESC LIMIT 1
        """, // by the person's few sessions, never by the many of the access server
        new { visited, nas, person });

    /// <summary>Adds one. False when its id is there already.</summary>
    public static bool TryInsert(StoreTransaction transaction, SessionRow row, RoamingSession session)
    {
        var kept = session.Recent.IsFull ? session with { Recent = ProofBlock.Empty } : session;
        var isNew = transaction.Execute(
            $"""
            INSERT INTO roaming_sessions ({Columns})
            VALUES (@id, @key, @visited, @home, @realm, @nas, @account_id, @neighbour, @hotspot, @person, @state, @due, @body, @packed) ON CONFLICT (id) DO NOTHING
            """,
            row with { State = session.State, Packed = SessionBody.Write(kept) }) == 1;
        if (isNew && session.Recent.IsFull)
            WriteProofs(transaction, row.Id, session);
        return isNew;
    }

    /// <summary>Writes a session as it is now: only what is packed where that is enough.</summary>
    public static void Update(StoreTransaction transaction, SessionHead before, RoamingSession session, Instant? due)
    {
        if (session.Recent.IsFull)
        {
            WriteProofs(transaction, before.Id, session);
            session = session with { Recent = ProofBlock.Empty };
        }

        var after = new { before.Id, session.State, due, packed = SessionBody.Write(session) };
        if (before.State == after.State && before.Due == due && before.Packed is not null)
            transaction.Execute("UPDATE roaming_sessions SET packed = @packed WHERE id = @id", after);
        else
            transaction.Execute("UPDATE roaming_sessions SET state = @state, due = @due, body = '', packed = @packed WHERE id = @id", after);
    }

    /// <summary>Forgets one with its evidence.</summary>
    public static void Remove(StoreTransaction transaction, string id)
    {
        transaction.Execute("DELETE FROM roaming_evidence WHERE session = @id", new { id });
        transaction.Execute("DELETE FROM roaming_proofs WHERE session = @id", new { id });
        transaction.Execute("DELETE FROM roaming_sessions WHERE id = @id", new { id });
    }

    /// <summary>Those of a customer that began since, the latest first.</summary>
    public static IReadOnlyList<SessionRow> Since(StoreReader reader, string person, Instant since, int limit) => reader.Query<SessionRow>(
        $"SELECT {Columns} FROM roaming_sessions WHERE person = @person AND id >= @from ORDER BY id DESC LIMIT @limit",
        new { person, from = $"ses_{since.ToUnixTimeMilliseconds():x12}", limit });

    /// <summary>Those whose time has come, the longest first.</summary>
    public static IReadOnlyList<SessionRow> Due(StoreReader reader, Instant now, int limit) =>
        reader.Query<SessionRow>($"SELECT {Columns} FROM roaming_sessions WHERE due <= @now ORDER BY due LIMIT @limit", new { now, limit });

    /// <summary>Open ones of an access server after an id, in order.</summary>
    public static IReadOnlyList<SessionRow> OpenAt(StoreReader reader, string visited, string nas, string afterId, int limit) => reader.Query<SessionRow>(
        $"SELECT {Columns} FROM roaming_sessions WHERE visited = @visited AND nas = @nas AND state = 'open' AND id > @afterId ORDER BY id LIMIT @limit",
        new { visited, nas, afterId, limit });

    /// <summary>The reports of a session in the order in which they came: those of rows of the first form, those packed in rows, those that wait in its own.</summary>
    public static IReadOnlyList<ReportProof> Proofs(StoreReader reader, string session, RoamingSession now) =>
    [
        .. reader.Query<ReportProof>(
            "SELECT place, status, received, event, seconds, octets_in, octets_out, packets_in, packets_out, digest, raw FROM roaming_evidence WHERE session = @session ORDER BY place",
            new { session }),
        .. reader.Query<byte[]>("SELECT body FROM roaming_proofs WHERE session = @session ORDER BY place", new { session }).SelectMany(ProofBlock.Read),
        .. ProofBlock.Read(now.Recent.Octets),
    ];

    static void WriteProofs(StoreTransaction transaction, string session, RoamingSession now) => transaction.Execute(
        "INSERT INTO roaming_proofs (session, place, body) VALUES (@session, @place, @body)",
        new { session, place = now.Evidence.Reports, body = now.Recent.Octets });

    /// <summary>Sessions for lists, the latest first, before an id; what is null is not looked at.</summary>
    public static IReadOnlyList<SessionRow> List(StoreReader reader, SessionFilter filter, string? beforeId, int limit)
    {
        var where = new StringBuilder("1 = 1");
        And("visited", filter.Visited);
        And("home", filter.Home);
        And("realm", filter.Realm);
        And("hotspot", filter.Hotspot);
        And("person", filter.Person);
        if (filter.State is { } state)
            where.Append(" AND state = '").Append(JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString())).Append('\''); // a word of ours: so the partial indexes are seen to fit
        if (filter.Party is not null)
            where.Append(" AND (visited = @party OR home = @party)");
        if (beforeId is not null)
            where.Append(" AND id < @beforeId");
        return reader.Query<SessionRow>(
            $"SELECT {Columns} FROM roaming_sessions WHERE {where} ORDER BY id DESC LIMIT @limit",
            new { filter.Visited, filter.Home, filter.Realm, filter.Hotspot, filter.Person, filter.Party, beforeId, limit });

        void And(string column, string? value)
        {
            if (value is not null)
                where.Append(" AND ").Append(column).Append(" = @").Append(column);
        }
    }

    static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(..16));
}

/// <summary>Which sessions are meant.</summary>
sealed record SessionFilter(
    SessionState? State = null, string? Visited = null, string? Home = null, string? Realm = null, string? Hotspot = null, string? Person = null, string? Party = null);

using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What was let in: an Access-Accept, before anything is reported of it.</summary>
/// <param name="Source">What the hub knows of it.</param>
/// <param name="Nas">NAS-Identifier, or the address of the NAS.</param>
/// <param name="Person">As <see cref="PersonKey"/> names the Calling-Station-Id.</param>
/// <param name="Hotspot">WISPr-Location-ID or Called-Station-Id; null without.</param>
/// <param name="At">When.</param>
/// <param name="Terms">What it was let in with.</param>
sealed record RoamingAccept(ReportSource Source, string Nas, string Person, string? Hotspot, Instant At, SessionTerms Terms);

/// <summary>What became of a report.</summary>
/// <param name="Step">What it did.</param>
/// <param name="Id">Of its session; empty where it is of none.</param>
/// <param name="Before">The session without it; null where it is the first.</param>
/// <param name="After">The session with it; null where it is of none.</param>
/// <param name="TookAccept">True when the session took up the Access-Accept that was handed in.</param>
readonly record struct SessionTake(SessionStep Step, string Id, RoamingSession? Before, RoamingSession? After, bool TookAccept);

/// <summary>
/// Keeps roaming sessions: each report is one transaction's work on one row, and the same report again changes nothing. Usage is recorded once a session,
/// in the transaction that settles it.
/// </summary>
/// <remarks>Holds no state of its own; every method works in the transaction that it is given. Thread safe.</remarks>
/// <param name="settlement">Takes sessions that are over.</param>
/// <param name="links">The agreements that a session of these two providers, visited and home, falls under now.</param>
sealed class SessionBook(ISessionSettlement settlement, Func<string, string, IReadOnlyList<SessionLink>> links)
{
    /// <summary>Sessions handled in one transaction of a sweep; the rest is due at the next.</summary>
    public const int SweepLimit = 200;

    /// <summary>How long the usage of a session waits for what is on its way, after its Stop.</summary>
    public static readonly Duration SettleAfterStop = Duration.FromSeconds(30);

    /// <summary>The same where another report may come before the Stop that is missing: an access server sends what it has kept when its link is back.</summary>
    public static readonly Duration SettleAfterRestart = Duration.FromHours(1);

    /// <summary>The same where nothing was heard of it: until then a late Stop corrects it, afterwards its usage is final.</summary>
    public static readonly Duration SettleAfterSilence = Duration.FromHours(24);

    /// <summary>How far apart two reports may put the beginning of one session: times are whole seconds, and a start is told a little after it.</summary>
    static readonly Duration _rounding = Duration.FromSeconds(5);

    /// <summary>An Access-Accept that nothing is reported of until then is counted against the visited provider.</summary>
    public static readonly Duration UnreportedAfter = Duration.FromHours(1);

    /// <summary>How long settled sessions stand, with their evidence: past the time in which a statement is disputed.</summary>
    public static readonly Duration KeptFor = Duration.FromDays(90);

    /// <summary>Takes in what a report says. It is durable with the transaction: only then may it be answered.</summary>
    /// <param name="transaction">Of the store.</param>
    /// <param name="report">What came.</param>
    /// <param name="accept">By which it was let in, where that is in memory alone; null otherwise.</param>
    public SessionTake Take(StoreTransaction transaction, AccountingReport report, RoamingAccept? accept = null)
    {
        if (report.Status is AccountingStatus.AccountingOn or AccountingStatus.AccountingOff)
            return TakeRestart(transaction, report);
        var key = SessionRows.KeyOf(report.Source.Visited, report.Nas, report.SessionId);
        if (Nearest(SessionRows.OfKey(transaction, key), report) is not ({ } row, { } session))
            return Open(transaction, key, report, accept);
        var known = IsProvedAnew(session, report, accept) ? session with { Terms = accept!.Terms with { Links = session.Terms.Links } } : session;
        var (after, step) = known.Apply(report);
        if (step == SessionStep.Another)
        {
            if (session.State == SessionState.Open)
                Write(transaction, row, session, session.Close(SessionEnd.Superseded), report.Received);
            return Open(transaction, key, report, accept);
        }

        Write(transaction, row, session, after, report.Received);
        return new SessionTake(step, row.Id, session, after, !ReferenceEquals(known, session));
    }

    /// <summary>Who is on line proves himself anew now and then, and from then on what that answer gave counts. A Stop may be that of the session before.</summary>
    static bool IsProvedAnew(RoamingSession session, AccountingReport report, RoamingAccept? accept) =>
        accept is not null && session.State == SessionState.Open && report.Status != AccountingStatus.Stop && report.Event >= accept.At;

    /// <summary>Remembers who was let in, until something is reported of it.</summary>
    public void Accept(StoreTransaction transaction, RoamingAccept accept)
    {
        if (SessionRows.OpenOf(transaction, accept.Source.Visited, accept.Nas, accept.Person) is { } open)
        {
            // Who is on line proved himself anew: no report of another session is to come.
            var now = open.Session();
            SessionRows.Update(transaction, open, now with { Terms = accept.Terms with { Links = now.Terms.Links } }, open.Due);
            return;
        }

        var key = SessionRows.AcceptedKeyOf(accept.Source.Visited, accept.Nas, accept.Person);
        var session = new RoamingSession { State = SessionState.Accepted, Accepted = accept.At, Terms = WithLinks(accept.Terms, accept.Source) };
        // Who proves himself anew while nothing was reported is let in once.
        if (SessionRows.OfKey(transaction, key).FirstOrDefault(row => row.State == SessionState.Accepted) is { } known)
        {
            SessionRows.Update(transaction, known, session, accept.At + UnreportedAfter);
            return;
        }

        var row = new SessionRow(
            SessionRows.IdOf(key, accept.At), key, accept.Source.Visited, accept.Source.Home, accept.Source.Realm, accept.Nas, "", accept.Source.Neighbour, accept.Hotspot,
            accept.Person, SessionState.Accepted, accept.At + UnreportedAfter);
        SessionRows.TryInsert(transaction, row, session);
    }

    /// <summary>A Disconnect was acknowledged: the session is over, and its Stop is on its way.</summary>
    public static bool Disconnected(StoreTransaction transaction, string id, Instant now)
    {
        if (SessionRows.Find(transaction, id) is not { State: SessionState.Open } row)
            return false;
        var session = row.Session();
        Write(transaction, row, session, session.Close(SessionEnd.Disconnected), now);
        return true;
    }

    /// <summary>
    /// Ends what is silent, settles what has waited, forgets what is old: a few of each. True when more may be due. Call it again soon.
    /// </summary>
    public bool Sweep(StoreTransaction transaction, Instant now)
    {
        var isMore = ContinueRestarts(transaction);
        var rows = SessionRows.Due(transaction, now, SweepLimit);
        foreach (var row in rows)
            SweepOne(transaction, row, now);
        return isMore || rows.Count == SweepLimit;
    }

    void SweepOne(StoreTransaction transaction, SessionRow row, Instant now)
    {
        var session = row.Session();
        switch (session.State)
        {
            case SessionState.Open when session.SilentAt > now:
                SessionRows.Update(transaction, row, session, session.SilentAt); // it was heard of meanwhile
                break;
            case SessionState.Open:
                Write(transaction, row, session, session.Close(SessionEnd.Silent), now);
                break;
            case SessionState.Accepted:
                Settle(transaction, row, session.Close(SessionEnd.NeverReported), now);
                break;
            case SessionState.Closed:
                Settle(transaction, row, session, now);
                break;
            default:
                SessionRows.Remove(transaction, row.Id);
                break;
        }
    }

    void Settle(StoreTransaction transaction, SessionRow row, RoamingSession session, Instant now)
    {
        if (session is { HasGigawords: false, Evidence.WentBack: > 0 } or { HasGigawords: false, Evidence.OutOfOrder: > 0 })
        {
            var points = SessionRows.Proofs(transaction, row.Id, session).Where(report => report.Seconds is not null).ToList();
            if (session.Use.Resets == 0)
            {
                session = session with
                {
                    UnwrappedIn = CounterWrap.Total(points.Select(report => (report.Seconds!.Value, report.OctetsIn, report.PacketsIn))),
                    UnwrappedOut = CounterWrap.Total(points.Select(report => (report.Seconds!.Value, report.OctetsOut, report.PacketsOut))),
                };
            }
        }

        settlement.Settle(transaction, row, session, now);
        RoamingScores.Count(transaction, row, session);
        var settled = session with { State = SessionState.Settled };
        SessionRows.Update(transaction, row, settled, now + KeptFor);
    }

    SessionTake Open(StoreTransaction transaction, string key, AccountingReport report, RoamingAccept? accept)
    {
        var source = report.Source;
        var terms = accept?.Terms;
        var (accepted, hotspot) = (accept?.At, report.Hotspot ?? accept?.Hotspot);
        if (accept is null && report.Person is { } person && AcceptedRow(transaction, SessionRows.AcceptedKeyOf(source.Visited, report.Nas, person)) is { } row)
        {
            var begun = row.Session();
            (terms, accepted, hotspot) = (begun.Terms, begun.Accepted, hotspot ?? row.Hotspot);
            SessionRows.Remove(transaction, row.Id);
        }

        var (session, step) = new RoamingSession { Accepted = accepted, Terms = WithLinks(terms ?? new SessionTerms(), source) }.Apply(report);
        var id = SessionRows.IdOf(key, report.Event);
        SessionRows.TryInsert(
            transaction,
            new SessionRow(
                id, key, source.Visited, source.Home, source.Realm, report.Nas, report.SessionId, source.Neighbour, hotspot, report.Person, session.State,
                DueOf(session, report.Received)),
            session);
        return new SessionTake(step, id, null, session, accept is not null);
    }

    static SessionRow? AcceptedRow(StoreTransaction transaction, string key) =>
        SessionRows.OfKey(transaction, key).FirstOrDefault(row => row.State == SessionState.Accepted) is { } found ? SessionRows.Find(transaction, found.Id) : null;

    /// <summary>That which the report may be of: of those that began before it the latest, and if none did, the earliest.</summary>
    static (SessionHead? Row, RoamingSession? Session) Nearest(IReadOnlyList<SessionHead> rows, AccountingReport report)
    {
        var (row, session) = (default(SessionHead), default(RoamingSession));
        foreach (var known in rows)
        {
            (row, session) = (known, known.Session());
            if (session.Started <= (report.Origin ?? report.Event) + _rounding)
                break;
        }

        return (row, session);
    }

    SessionTerms WithLinks(SessionTerms terms, ReportSource source) =>
        terms.Links.IsEmpty && source.Visited != source.Home ? terms with { Links = [.. links(source.Visited, source.Home)] } : terms;

    /// <summary>Of a restarted access server nothing goes on that was not heard of since: closed at its last proof of life.</summary>
    SessionTake TakeRestart(StoreTransaction transaction, AccountingReport report)
    {
        transaction.Execute(
            "INSERT INTO roaming_restarts (visited, nas, at) VALUES (@visited, @nas, @at) ON CONFLICT (visited, nas) DO UPDATE SET at = @at",
            new { report.Source.Visited, report.Nas, at = report.Event });
        ContinueRestarts(transaction, report.Received);
        return new SessionTake(SessionStep.Counted, "", null, null, false);
    }

    bool ContinueRestarts(StoreTransaction transaction, Instant? received = null)
    {
        var restarts = transaction.Query<Restart>("SELECT visited, nas, at FROM roaming_restarts ORDER BY visited, nas LIMIT 10");
        foreach (var restart in restarts)
        {
            var (closed, after) = (0, "");
            while (closed < SweepLimit)
            {
                var rows = SessionRows.OpenAt(transaction, restart.Visited, restart.Nas, after, SweepLimit);
                foreach (var row in rows)
                {
                    after = row.Id;
                    var session = row.Session();
                    if (session.LastEvent > restart.At || closed == SweepLimit)
                        continue;
                    Write(transaction, row, session, session.Close(SessionEnd.NasRebooted, restart.At), received ?? restart.At);
                    closed++;
                }

                if (rows.Count < SweepLimit)
                    break;
            }

            if (closed == SweepLimit)
                return true;
            transaction.Execute("DELETE FROM roaming_restarts WHERE visited = @Visited AND nas = @Nas", restart);
        }

        return false;
    }

    static void Write(StoreTransaction transaction, SessionHead row, RoamingSession before, RoamingSession after, Instant now)
    {
        // An open session keeps the time that stands: when it has come, the sweep sees what was heard meanwhile.
        var due = before.State == after.State && before.StoppedBy == after.StoppedBy ? row.Due : DueOf(after, now);
        SessionRows.Update(transaction, row, after, due);
    }

    static Instant? DueOf(RoamingSession session, Instant now) => session.State switch
    {
        SessionState.Open => session.SilentAt,
        SessionState.Closed when session.StoppedBy is not null => now + SettleAfterStop,
        SessionState.Closed => now + (session.End == SessionEnd.Silent ? SettleAfterSilence : SettleAfterRestart),
        _ => now + KeptFor,
    };

    sealed record Restart(string Visited, string Nas, Instant At);
}

/// <summary>Takes sessions that are over, each once.</summary>
interface ISessionSettlement
{
    /// <summary>Records what was used.</summary>
    void Settle(StoreTransaction transaction, SessionRow row, RoamingSession session, Instant now);
}

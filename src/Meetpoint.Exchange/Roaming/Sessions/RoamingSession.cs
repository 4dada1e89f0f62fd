using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>
/// One session as its reports tell it: a state machine without clock or store. The record that comes of it is the same in whatever order its reports
/// came, how often and how late, as long as they came before it was settled: of times and counters only extremes are kept.
/// </summary>
sealed record RoamingSession
{
    /// <summary>Marks kept of the latest reports, by which the same again is known. One that was sent again after more than so many others is counted twice in the evidence, never in usage.</summary>
    public const int MaxMarks = 16;

    /// <summary>How many intervals may pass without a report before a session is silent, and what is added for the way.</summary>
    public const int SilentIntervals = 3;
    static readonly Duration _silenceMargin = Duration.FromMinutes(1);

    /// <summary>Silence of a session that had interims of an interval nobody asked for.</summary>
    static readonly Duration _silentAfterInterims = Duration.FromHours(1);

    /// <summary>Silence of a session that has only a Start: access servers without interims say nothing until the end.</summary>
    static readonly Duration _silentAfterStart = Duration.FromHours(24);

    /// <summary>What it was let in with.</summary>
    public SessionTerms Terms { get; init; } = new();

    /// <summary>How far it has come.</summary>
    public SessionState State { get; init; } = SessionState.Open;

    /// <summary>How it ended; null while it goes on.</summary>
    public SessionEnd? End { get; init; }

    /// <summary>When it was let in; null when that is not known.</summary>
    public Instant? Accepted { get; init; }

    /// <summary>The earliest Start; null when none came.</summary>
    public Instant? StartedBy { get; init; }

    /// <summary>The earliest that the counting is said to have begun at.</summary>
    public Instant? Origin { get; init; }

    /// <summary>The latest event: the last proof of life.</summary>
    public Instant? LastEvent { get; init; }

    /// <summary>The latest Stop; null when none came.</summary>
    public Instant? StoppedBy { get; init; }

    /// <summary>When the last report came, by our clock.</summary>
    public Instant? LastReceived { get; init; }

    /// <summary>When the NAS said that it starts or stops, for what that ended.</summary>
    public Instant? Rebooted { get; init; }

    /// <summary>What was counted.</summary>
    public ImmutableArray<CountingRun> Runs { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>What the latest Stop gives as cause (RFC 2866 section 5.10); null without.</summary>
    public int? TerminateCause { get; init; }

    /// <summary>From the user, where a counter of 32 bits certainly went round unseen (<see cref="CounterWrap"/>); null where it did not, or before it is settled.</summary>
    public long? UnwrappedIn { get; init; }

    /// <summary>The same to the user.</summary>
    public long? UnwrappedOut { get; init; }

    /// <summary>True when any report had Gigawords.</summary>
    public bool HasGigawords { get; init; }

    /// <summary>How well the rules were kept.</summary>
    public SessionEvidence Evidence { get; init; } = new();

    /// <summary>First eight octets of the digests of the latest reports.</summary>
    public ImmutableArray<long> Marks { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Last link of the chain of evidence, in hexadecimal; empty before the first.</summary>
    public string Chain { get; init; } = "";

    /// <summary>Reports that have no row of their own yet.</summary>
    [JsonIgnore]
    public ProofBlock Recent { get; init; } = ProofBlock.Empty;

    /// <summary>When it began: the Start, or without one what the counters say.</summary>
    public Instant Started => StartedBy ?? Origin ?? LastEvent ?? Accepted ?? Instant.MinValue;

    /// <summary>When it ended, or what is known of it so far: never before it began.</summary>
    public Instant Ended => Instant.Max(Started, StoppedBy ?? LastEvent ?? Started);

    /// <summary>What was used.</summary>
    public CountedUse Use
    {
        get
        {
            var use = CountingRun.Total(Runs);
            return use with { OctetsIn = Math.Max(use.OctetsIn, UnwrappedIn ?? 0), OctetsOut = Math.Max(use.OctetsOut, UnwrappedOut ?? 0) };
        }
    }

    /// <summary>What is charged as time: what the NAS counted, at most from start to end.</summary>
    public Duration Billable
    {
        get
        {
            var whole = Ended - Started;
            var counted = CountingRun.Total(Runs).Seconds;
            // A NAS that counts no time at all: the time between its reports stands.
            return Runs.All(run => run.LeastSeconds == long.MaxValue) || counted >= whole.TotalSeconds ? whole : Duration.FromSeconds(counted);
        }
    }

    /// <summary>When it is silent, by our clock, if nothing comes.</summary>
    public Instant SilentAt => (LastReceived ?? Accepted ?? Started) + (
        Terms.InterimSeconds is { } interim ? Duration.FromSeconds((long)interim * SilentIntervals) + _silenceMargin
        : Evidence.Interims > 0 ? _silentAfterInterims
        : Terms.SessionSeconds is { } timeout ? Duration.FromSeconds(timeout) + _silenceMargin
        : _silentAfterStart);

    /// <summary>Whether a report is of another session, one that came after this under the same id.</summary>
    public bool IsAnother(AccountingReport report)
    {
        if (State == SessionState.Accepted)
            return false;
        if (State == SessionState.Open)
            return report.Status == AccountingStatus.Start && LastEvent is { } last && report.Event > last && report.Event != StartedBy;
        if (report.Event <= Ended)
            return false;
        return report.Status == AccountingStatus.Start || report.Origin >= Ended || (Rebooted is { } boot && report.Event > boot);
    }

    /// <summary>Takes one report in.</summary>
    public (RoamingSession Session, SessionStep Step) Apply(AccountingReport report)
    {
        var mark = SessionChain.MarkOf(report);
        if (Marks.Contains(mark))
            return (this with { Evidence = Evidence with { Duplicates = Evidence.Duplicates + 1 } }, SessionStep.Duplicate);
        if (IsAnother(report))
            return (this, SessionStep.Another);
        var seen = this with
        {
            Marks = [.. Marks.AsSpan()[Math.Max(0, Marks.Length + 1 - MaxMarks)..], mark],
            Chain = SessionChain.Next(Chain, report),
            Evidence = Noted(report),
            Recent = Recent.Add(report, Evidence.Reports + 1),
        };
        return State == SessionState.Settled
            ? (seen with { Evidence = seen.Evidence with { TooLate = Evidence.TooLate + 1 } }, SessionStep.TooLate)
            : seen.Count(report);
    }

    /// <summary>Ends it where nothing says so: at its last proof of life. Does nothing to what is over.</summary>
    public RoamingSession Close(SessionEnd end, Instant? rebooted = null) => State is SessionState.Closed or SessionState.Settled
        ? this
        : this with { State = SessionState.Closed, End = end, Rebooted = rebooted };

    (RoamingSession Session, SessionStep Step) Count(AccountingReport report)
    {
        var run = CountingRun.Of(report);
        var after = this with
        {
            StartedBy = report.Status == AccountingStatus.Start ? Earlier(StartedBy, report.Event) : StartedBy,
            Origin = Earlier(Origin, report.Origin ?? report.Event),
            LastEvent = Later(LastEvent, report.Event),
            LastReceived = Later(LastReceived, report.Received),
            HasGigawords = HasGigawords || report.HasGigawords,
            Runs = run is null ? Runs : CountingRun.Add(Runs, run),
        };
        if (report.Status == AccountingStatus.Stop)
        {
            var isLatest = StoppedBy is null || report.Event > StoppedBy || (report.Event == StoppedBy && (report.TerminateCause ?? 0) > (TerminateCause ?? 0));
            after = after with
            {
                StoppedBy = Later(StoppedBy, report.Event),
                TerminateCause = isLatest ? report.TerminateCause : TerminateCause,
                State = SessionState.Closed,
                End = End == SessionEnd.Disconnected ? End : SessionEnd.Stop,
            };
            return (after, SessionStep.Closed);
        }

        if (State == SessionState.Closed && End == SessionEnd.Silent && LastEvent is { } last && report.Event > last)
            return (after with { State = SessionState.Open, End = null }, SessionStep.Reopened);
        return State == SessionState.Closed ? (after, SessionStep.Counted)
            : (after with { State = SessionState.Open }, Evidence.Reports <= 1 ? SessionStep.Opened : SessionStep.Counted);
    }

    SessionEvidence Noted(AccountingReport report)
    {
        var latest = Runs.IsEmpty ? null : Runs[^1];
        var isNewer = LastEvent is not { } last || report.Event >= last;
        var wentBack = isNewer && report.HasOctets && latest is not null && (report.OctetsIn < latest.In || report.OctetsOut < latest.Out);
        var gap = isNewer && LastEvent is { } before && Terms.InterimSeconds is { } interim
            && (report.Event - before).TotalSeconds > interim * SessionEvidence.InterimSlack;
        var isLate = (report.Received - report.Event).TotalSeconds > SessionEvidence.LateAfterSeconds;
        return Evidence with
        {
            Reports = Evidence.Reports + 1,
            Starts = Evidence.Starts + (report.Status == AccountingStatus.Start ? 1 : 0),
            Interims = Evidence.Interims + (report.Status == AccountingStatus.InterimUpdate ? 1 : 0),
            Stops = Evidence.Stops + (report.Status == AccountingStatus.Stop ? 1 : 0),
            Late = Evidence.Late + (isLate ? 1 : 0),
            OutOfOrder = Evidence.OutOfOrder + (isNewer ? 0 : 1),
            WentBack = Evidence.WentBack + (wentBack ? 1 : 0),
            Gaps = Evidence.Gaps + (gap ? 1 : 0),
            ClassMissing = Evidence.ClassMissing + (Terms.Class is not null && report.Class != Terms.Class ? 1 : 0),
            CuiMissing = Evidence.CuiMissing + (Terms.Cui is not null && report.Cui != Terms.Cui ? 1 : 0),
            MaxSkewSeconds = Math.Max(Evidence.MaxSkewSeconds, Math.Abs(report.SkewSeconds ?? 0)),
        };
    }

    static Instant? Earlier(Instant? known, Instant other) => known is { } at && at <= other ? known : other;

    static Instant? Later(Instant? known, Instant other) => known is { } at && at >= other ? known : other;
}

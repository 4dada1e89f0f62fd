using System.Collections.Concurrent;
using System.Text.Json;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Bounds and times of a <see cref="GrantBook"/>.</summary>
public sealed record GrantBookOptions
{
    /// <summary>Name of the node when there is only one.</summary>
    public const string OnlyNode = "node-1";

    /// <summary>The node whose grants these are: recovery closes its own only.</summary>
    public string Node { get; init; } = OnlyNode;

    /// <summary>Progress of one grant is written at most this often; what a crash may cost of it.</summary>
    public Duration WriteEvery { get; init; } = Duration.FromSeconds(5);

    /// <summary>Without proof of life for this long a grant is closed, unless its start says otherwise.</summary>
    public Duration SilentAfter { get; init; } = Duration.FromMinutes(5);

    /// <summary>Grants that one turn of the reaper closes at most.</summary>
    public int ReapBatch { get; init; } = 1_000;
}

/// <summary>
/// The lives of grants: start, progress, and one end. Each step is idempotent by the grant's id. Thread safe.
/// </summary>
public sealed class GrantBook(Store store, ISettlementSink settlement, GrantBookOptions? options = null)
{
    internal const string CreateTable =
        """
        create table grants (
            id {text} not null primary key, node {text} not null, correlation {text} not null, parent {text}, kind {text} not null,
            origin {text} not null, target {text} not null, subject {text} not null, links {text} not null, started {bigint} not null,
            last_proof {bigint} not null, sequence {bigint} not null, quantities {text} not null, state {text} not null,
            ended {bigint}, reason {text}) {strict}
        """;

    /// <summary>Before it, a grant's ports stood in memory alone; those of old rows took one each.</summary>
    internal const string AddPorts = "alter table grants add column ports {bigint} not null default 1";

    /// <summary>Before it, what outlived its process was closed whatever it was.</summary>
    internal const string AddSilence = "alter table grants add column silent_seconds {bigint}";

    internal const string AddCalled = "alter table grants add column called {text}";

    internal const string CreateIndex = "create index grants_state on grants (state, node)";

    readonly GrantBookOptions _options = options ?? new();
    readonly ConcurrentDictionary<string, OpenGrant> _open = new(StringComparer.Ordinal);

    /// <summary>Grants open in this process.</summary>
    public int Open => _open.Count;

    /// <summary>Told on any thread of a grant that was closed since it gave no sign of life, once that is durable.</summary>
    public Action<string> Silenced { get; set; } = static _ => { };

    /// <summary>The hold of an open grant on the limits; the default value when it is not open in this process, or holds none.</summary>
    public Grant HeldBy(string id) => _open.TryGetValue(id, out var open) ? open.Grant : default;

    /// <summary>Begins a grant durably; false when the id was used before. The grant is then not taken over.</summary>
    public Task<bool> StartAsync(GrantStart start) => store.WriteAsync(transaction => Start(transaction, start));

    /// <summary>Begins a grant within the caller's transaction; false when the id was used before.</summary>
    public bool Start(StoreTransaction transaction, GrantStart start)
    {
        var row = GrantRow.Of(start, _options.Node, out var chain);
        if (transaction.Execute(GrantRow.Insert, row) == 0)
            return false;
        transaction.AfterCommit(() => _open[start.Id] = new OpenGrant(row, chain, start.Grant, start.SilentAfter ?? _options.SilentAfter));
        return true;
    }

    /// <summary>
    /// Notes what was used so far and a proof of life. Kept in memory and written by <see cref="TickAsync"/>. A sequence that is not higher than
    /// the last is ignored, and so is a grant that is not open.
    /// </summary>
    public void Progress(string id, long sequence, GrantQuantities quantities, Instant proofOfLife)
    {
        if (_open.TryGetValue(id, out var open))
            open.Note(sequence, quantities, proofOfLife);
    }

    /// <summary>The same by who does not count sequences: it is the next.</summary>
    public void Prove(string id, GrantQuantities quantities, Instant proofOfLife)
    {
        if (_open.TryGetValue(id, out var open))
            open.NoteNext(quantities, proofOfLife);
    }

    /// <summary>Ends a grant and hands it to settlement, durably; false when it is not open.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="quantities">What was used in all; null: what was last noted.</param>
    /// <param name="ended">When service ended.</param>
    public Task<bool> CompleteAsync(string id, GrantQuantities? quantities, Instant ended) =>
        store.WriteAsync(transaction => Complete(transaction, id, quantities, ended));

    /// <inheritdoc cref="CompleteAsync"/>
    public bool Complete(StoreTransaction transaction, string id, GrantQuantities? quantities, Instant ended) =>
        End(transaction, id, quantities, ended, GrantEnding.Completed);

    /// <summary>Ends a grant that came to nothing: it is not charged. False when it is not open.</summary>
    public Task<bool> AbortAsync(string id, string reason, Instant ended) => store.WriteAsync(transaction => Abort(transaction, id, reason, ended));

    /// <inheritdoc cref="AbortAsync"/>
    public bool Abort(StoreTransaction transaction, string id, string reason, Instant ended)
    {
        var changed = transaction.Execute(
            "update grants set state = 'aborted', ended = @ended, reason = @reason where id = @id and state = 'open'", new { id, reason, ended });
        transaction.AfterCommit(() => Forget(id));
        return changed > 0;
    }

    /// <summary>
    /// At the start of the process: closes what this node's last one left open, each at the last proof of life that was written, and hands
    /// it to settlement; goes on with calls, whose ends have not gone. Gives the number of both.
    /// </summary>
    /// <param name="hold">Takes from the limits again what a call that goes on holds, by origin, target and session; null takes nothing.</param>
    public Task<int> RecoverAsync(Func<string, string, CorrelationId, Grant>? hold = null) => store.WriteAsync(transaction =>
    {
        var left = transaction.Query<GrantRow>("select * from grants where state = 'open' and node = @node", new { node = _options.Node });
        foreach (var row in left)
        {
            if (_open.ContainsKey(row.Id))
                continue;
            if (row.Kind == GrantKind.Call)
                Resume(row, hold);
            else
                End(transaction, row.Id, null, row.LastProof, GrantEnding.Recovered);
        }

        return left.Count;
    });

    /// <summary>When an open grant of this process began; null when it is not open here.</summary>
    public Instant? StartedAt(string id) => _open.TryGetValue(id, out var open) ? open.Started : null;

    /// <summary>
    /// Takes what another node left open, that will not come back to do so: calls, whose ends have not gone, go on as this node's; all else is closed at
    /// the last proof of life that was written, and handed to settlement. In turns of <see cref="GrantBookOptions.ReapBatch"/>; gives the number of this one. Nothing when the node is back, or another
    /// has closed them.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="epoch">Which of its lives is over.</param>
    /// <param name="hold">As for <see cref="RecoverAsync"/>.</param>
    /// <param name="taken">Told, within the transaction, that calls were taken over.</param>
    public Task<int> TakeOverAsync(
        string node, long epoch, Func<string, string, CorrelationId, Grant>? hold = null, Action<StoreTransaction>? taken = null) => store.WriteAsync(transaction =>
    {
        if (!SliceTable.IsDead(transaction, node, epoch))
            return 0;
        var left = transaction.Query<GrantRow>(
            "select * from grants where state = 'open' and node = @node order by id limit @most", new { node, most = _options.ReapBatch });
        var (count, calls) = (0, 0);
        foreach (var row in left)
        {
            if (row.Kind != GrantKind.Call)
            {
                count += End(transaction, row.Id, null, row.LastProof, GrantEnding.Recovered) ? 1 : 0;
                continue;
            }

            transaction.Execute("update grants set node = @own where id = @id and state = 'open'", new { own = _options.Node, id = row.Id });
            transaction.AfterCommit(() => Resume(row with { Node = _options.Node }, hold));
            calls++;
        }

        if (calls > 0)
            taken?.Invoke(transaction);
        return count + calls;
    });

    /// <summary>
    /// One turn, called every second or so: writes progress that is due, and closes grants that have been silent for too long, each at its last
    /// proof of life. Gives the number closed.
    /// </summary>
    public async Task<int> TickAsync(Instant now)
    {
        var due = new List<(string Id, long Sequence, GrantQuantities Quantities, Instant LastProof)>();
        var silent = new List<(string Id, Instant LastProof)>();
        foreach (var (id, open) in _open)
        {
            if (open.IsSilent(now, out var lastProof) && silent.Count < _options.ReapBatch)
                silent.Add((id, lastProof));
            else if (open.TryTakeDue(now, _options.WriteEvery, out var sequence, out var quantities, out lastProof))
                due.Add((id, sequence, quantities, lastProof));
        }

        if (due.Count + silent.Count == 0)
            return 0;
        return await store.WriteAsync(transaction =>
        {
            foreach (var (id, sequence, quantities, lastProof) in due)
            {
                transaction.Execute(
                    """
                    update grants set sequence = @sequence, quantities = @quantities, last_proof = @lastProof
                    where id = @id and state = 'open' and sequence < @sequence
                    """,
                    new { id, sequence, quantities = GrantRow.Write(quantities), lastProof });
            }

            return silent.Count(grant => End(transaction, grant.Id, null, grant.LastProof, GrantEnding.Silent));
        }).ConfigureAwait(false);
    }

    void Resume(GrantRow row, Func<string, string, CorrelationId, Grant>? hold)
    {
        var correlation = CorrelationId.TryParse(row.Correlation, out var known) ? known : default;
        var silent = row.SilentSeconds is { } seconds ? Duration.FromSeconds(seconds) : _options.SilentAfter;
        var open = new OpenGrant(row, row.ReadLinks(), hold?.Invoke(row.Origin, row.Target, correlation) ?? default, silent);
        open.Note(row.Sequence, row.ReadQuantities(), row.LastProof);
        _open[row.Id] = open;
    }

    bool End(StoreTransaction transaction, string id, GrantQuantities? quantities, Instant ended, GrantEnding ending)
    {
        var open = _open.GetValueOrDefault(id);
        if ((open?.Row ?? transaction.Single<GrantRow>("select * from grants where id = @id and state = 'open'", new { id })) is not { } row)
            return false;
        var used = quantities ?? open?.Quantities ?? row.ReadQuantities();
        ended = Instant.Max(ended, row.Started);
        // A call that another node began, and that is hung up here before it is taken over: what was noted of it last is not all that it lasted.
        if (quantities is null && open is null && row.Kind == GrantKind.Call && ending == GrantEnding.Completed)
            used = used with { DurationMs = (long)(ended - row.Started).TotalMilliseconds };
        // Another node that shares the store may end it too: whoever comes first has done so.
        if (transaction.Execute(
                "update grants set state = 'completed', ended = @ended, reason = @ending, quantities = @quantities where id = @id and state = 'open'",
                new { id, ended, ending, quantities = GrantRow.Write(used) }) == 0)
            return false;
        settlement.Record(transaction, row.Completed(open?.Chain ?? row.ReadLinks(), ended, used, ending));
        transaction.AfterCommit(() =>
        {
            Forget(id);
            if (ending == GrantEnding.Silent)
                Silenced(id);
        });
        return true;
    }

    void Forget(string id)
    {
        if (_open.TryRemove(id, out var open))
            open.Grant.Release();
    }
}

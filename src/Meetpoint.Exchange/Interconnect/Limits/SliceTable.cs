using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>A node as others see it. Alive until its beat has stood still for too long, as each observer's own clock tells.</summary>
sealed record SliceNode(string Node, long Epoch, long Beat);

/// <summary>What a node asks for of one slice, or gives back of it.</summary>
/// <param name="Key">Which.</param>
/// <param name="Limits">The whole limits.</param>
/// <param name="InUse">What the node uses.</param>
/// <param name="Part">What it may use by now; never made less by the answer, but by a limit that is overrun.</param>
/// <param name="GivesBack">True: nothing is asked for beyond the part.</param>
sealed record SliceAsk(SliceKey Key, DirectionLimits Limits, SliceAmounts InUse, SliceAmounts Part, bool GivesBack);

/// <summary>One turn of a node at the table.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Run">Which process of that name.</param>
/// <param name="Epoch">Its epoch; nought before it has one.</param>
/// <param name="Dead">Nodes whose beat has stood still.</param>
/// <param name="Asks">What it asks for.</param>
/// <param name="Left">Grants that the node's last process left open.</param>
sealed record SliceTurn(string Node, string Run, long Epoch, IReadOnlyList<SliceNode> Dead, IReadOnlyList<SliceAsk> Asks, GrantsLeftOpen Left);

/// <summary>What came of a turn.</summary>
/// <param name="Epoch">The node's epoch from now on.</param>
/// <param name="HasJoined">True: the node had none, or was taken for dead; it holds nothing, and no ask was answered.</param>
/// <param name="Parts">The part that each ask came to, in order.</param>
/// <param name="Others">The other nodes that are alive.</param>
/// <param name="Lacking">Slices of which another node cannot serve one more.</param>
sealed record SliceTurnResult(
    long Epoch, bool HasJoined, IReadOnlyList<SliceAmounts> Parts, IReadOnlyList<SliceNode> Others, IReadOnlySet<SliceKey> Lacking);

/// <summary>A node whose life is over.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Epoch">Which life.</param>
sealed record DeadNode(string Node, long Epoch);

/// <summary>Another process runs under this node's name, and came later: it has the name.</summary>
public sealed class NodeSupersededException(string node)
    : Exception($"Another process has taken the name \"{node}\" in this database since. Give each process that shares it a name of its own.");

/// <summary>
/// The nodes that share a store and what each holds of every limit. What is held is the larger of what a node may use and what it uses, so
/// that the sum over all never passes the limit by what is handed out here.
/// </summary>
/// <remarks>Every turn begins with a write to one row, so that turns follow one another in both databases.</remarks>
static class SliceTable
{
    /// <summary>The tables.</summary>
    public static Migration Migration { get; } = new(
        "limits-001",
        "nodes and their slices of limits",
        "create table limit_turns (id {bigint} primary key, turns {bigint} not null) {strict}",
        "insert into limit_turns (id, turns) values (1, 0)",
        """
        create table limit_nodes (
            node {text} not null primary key, run {text} not null, epoch {bigint} not null, beat {bigint} not null, alive {bigint} not null) {strict}
        """,
        """
        create table limit_slices (
            agreement {text} not null, a_to_b {bigint} not null, node {text} not null,
            meetings {bigint} not null, ports {bigint} not null, rate {bigint} not null, lacks {bigint} not null,
            primary key (agreement, a_to_b, node)) {strict}
        """,
        "create index limit_slices_by_node on limit_slices (node)",
        "create index limit_slices_lacking on limit_slices (node) where lacks = 1");

    /// <summary>A node's turn: its proof of life, the end of the dead, and its asks.</summary>
    /// <exception cref="NodeSupersededException">The name belongs to a later process.</exception>
    public static SliceTurnResult Run(StoreTransaction transaction, SliceTurn turn)
    {
        transaction.Execute("update limit_turns set turns = turns + 1 where id = 1");
        var isIn = turn.Epoch != 0 && transaction.Execute(
            "update limit_nodes set beat = beat + 1 where node = @node and epoch = @epoch and alive = 1", new { turn.Node, turn.Epoch }) == 1;
        var epoch = isIn ? turn.Epoch : Join(transaction, turn);
        foreach (var dead in turn.Dead)
            Bury(transaction, dead);
        var others = transaction.Query<SliceNode>("select node, epoch, beat from limit_nodes where alive = 1 and node <> @node", new { turn.Node });
        var lacking = transaction.Query<SliceKey>(
            "select distinct agreement, a_to_b from limit_slices where lacks = 1 and node <> @node", new { turn.Node }).ToHashSet();
        var left = turn.Left.Read(transaction, turn.Node, isFirst: turn.Epoch == 0);
        SliceAmounts[] parts = isIn ? [.. turn.Asks.Select(ask => Answer(transaction, turn.Node, ask, others.Count + 1, left.GetValueOrDefault(ask.Key)))] : [];
        return new SliceTurnResult(epoch, !isIn, parts, others, lacking);
    }

    /// <summary>The node leaves: all that it holds is free at once.</summary>
    public static void Leave(StoreTransaction transaction, string node, long epoch)
    {
        transaction.Execute("update limit_turns set turns = turns + 1 where id = 1");
        if (transaction.Execute("update limit_nodes set alive = 0 where node = @node and epoch = @epoch and alive = 1", new { node, epoch }) == 1)
            transaction.Execute("delete from limit_slices where node = @node", new { node });
    }

    /// <summary>Dead nodes that left grants open.</summary>
    public static IReadOnlyList<DeadNode> DeadWithGrants(StoreReader reader) => reader.Query<DeadNode>(
        """
        select node, epoch from limit_nodes
        where alive = 0 and exists (select 1 from grants where grants.state = 'open' and grants.node = limit_nodes.node)
        """);

    /// <summary>Whether that life of the node is over and no other has begun; until the end of the transaction none can.</summary>
    public static bool IsDead(StoreTransaction transaction, string node, long epoch)
    {
        transaction.Execute("update limit_turns set turns = turns + 1 where id = 1");
        return transaction.Single<string>("select node from limit_nodes where node = @node and epoch = @epoch and alive = 0", new { node, epoch }) is not null;
    }

    // Who starts a process under a node's name vouches that the one before it is gone: what that held is free, and it is fenced off.
    static long Join(StoreTransaction transaction, SliceTurn turn)
    {
        var (standing, run) = transaction.Single<(long, string)>("select epoch, run from limit_nodes where node = @node", new { turn.Node });
        if (turn.Epoch != 0 && run != turn.Run)
            throw new NodeSupersededException(turn.Node);
        transaction.Execute("delete from limit_slices where node = @node", new { turn.Node });
        transaction.Execute(
            """
            insert into limit_nodes (node, run, epoch, beat, alive) values (@node, @run, @epoch, 0, 1)
            on conflict (node) do update set run = @run, epoch = @epoch, beat = 0, alive = 1
            """,
            new { turn.Node, turn.Run, epoch = standing + 1 });
        return standing + 1;
    }

    static void Bury(StoreTransaction transaction, SliceNode dead)
    {
        if (transaction.Execute("update limit_nodes set alive = 0 where node = @node and epoch = @epoch and beat = @beat and alive = 1", dead) == 1)
            transaction.Execute("delete from limit_slices where node = @node", dead);
    }

    static SliceAmounts Answer(StoreTransaction transaction, string node, SliceAsk ask, int nodes, SliceAmounts left)
    {
        var (agreement, aToB) = ask.Key;
        var others = transaction.Query<SliceAmounts>(
            "select meetings, ports, rate from limit_slices where agreement = @agreement and a_to_b = @aToB and node <> @node",
            new { agreement, aToB, node }).Aggregate(default(SliceAmounts), static (sum, held) => sum + held);
        var free = SliceAmounts.Max(SliceAmounts.Of(ask.Limits) - others - left, default);
        var least = SliceShare.Least(ask.Limits, ask.InUse);
        var wanted = ask.GivesBack ? ask.Part : SliceAmounts.Max(
            SliceAmounts.Max(SliceShare.Want(ask.Limits, ask.InUse, nodes, othersLack: false), least), ask.Part);
        var part = SliceAmounts.Min(wanted, free);
        var held = SliceAmounts.Max(part, ask.InUse with { Rate = 0 }) + left;
        transaction.Execute(
            """
            insert into limit_slices (agreement, a_to_b, node, meetings, ports, rate, lacks)
            values (@agreement, @aToB, @node, @Meetings, @Ports, @Rate, @lacks)
            on conflict (agreement, a_to_b, node) do update set meetings = @Meetings, ports = @Ports, rate = @Rate, lacks = @lacks
            """,
            new { agreement, aToB, node, held.Meetings, held.Ports, held.Rate, lacks = !ask.GivesBack && !least.IsWithin(part) });
        return part;
    }
}

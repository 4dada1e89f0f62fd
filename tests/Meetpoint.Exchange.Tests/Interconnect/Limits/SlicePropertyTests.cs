using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Interconnect.Limits;

/// <summary>Several nodes on one store in virtual time: takes, releases, crashes, restarts and cuts, drawn from a printed seed.</summary>
public sealed class SlicePropertyTests(ITestOutputHelper output) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-slices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 15)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task RandomLife_SumNeverExceedsTheLimit_AndAllComesBackAfterACrash(int seed)
    {
        output.WriteLine($"seed {seed}");
        var chance = new Random(seed);
        await using var store = SqliteStore.Open(
            new SqliteStoreOptions(Path.Combine(_folder, "s.db")) { Inline = true, SyncCommits = false }, Migrations.All);
        var limits = new DirectionLimits { Ports = chance.Next(1, 40), Meetings = chance.Next(1, 6), CallsPerSecond = chance.Next(1, 200) };
        var world = new World(store, limits, chance);
        for (var i = 0; i < 2_000; i++)
            await world.StepAsync();

        // All die but one, which comes by everything within the lease time, however it was shared out.
        await world.LeaveOneAsync();
        (await world.OfSurvivorAsync()).ShouldBe((limits.Ports!.Value, limits.Meetings!.Value), $"seed {seed}: {limits}");
        world.Taken.ShouldBeGreaterThan(20, "it was used");
    }

    sealed class World(Store store, DirectionLimits limits, Random chance)
    {
        readonly List<LeasingNode> _nodes = [];
        long _nowNs;
        int _names;

        public int Taken { get; private set; }

        public async Task StepAsync()
        {
            _nowNs += chance.NextInt64(MonotonicTime.Second / 10);
            foreach (var due in _nodes.Where(node => node.NextNs <= _nowNs))
            {
                due.NextNs = _nowNs + LeasingNode.TurnNs;
                (await due.TurnAsync(_nowNs)).ShouldBeNull();
            }

            var node = _nodes.Count == 0 ? null : _nodes[chance.Next(_nodes.Count)];
            switch (chance.Next(100))
            {
                case 0 when _nodes.Count < 4:
                    _nodes.Add(Start($"node-{_names++}"));
                    break;
                case 1 when node is not null && chance.Next(3) == 0:
                    Crash(node);
                    if (chance.Next(2) == 0)
                        _nodes.Add(Start(node.Name));
                    break;
                case 2 when node is not null && chance.Next(3) == 0:
                    while (node.Slice.InUse.Ports > 0)
                        node.Release(GrantKind.Participant);
                    while (node.Slice.InUse.Meetings > 0)
                        node.Release(GrantKind.Meeting);
                    await node.Book.LeaveAsync();
                    Crash(node);
                    break;
                case < 25 when node is { Slice.InUse.Ports: > 0 }:
                    node.Release(GrantKind.Participant);
                    break;
                case < 30 when node is { Slice.InUse.Meetings: > 0 }:
                    node.Release(GrantKind.Meeting);
                    break;
                case < 70 when node is not null:
                    Take(node, GrantKind.Participant);
                    break;
                case < 80 when node is not null:
                    Take(node, GrantKind.Meeting);
                    break;
            }

            _nodes.Sum(each => each.Slice.InUse.Ports).ShouldBeLessThanOrEqualTo(limits.Ports!.Value);
            _nodes.Sum(each => each.Slice.InUse.Meetings).ShouldBeLessThanOrEqualTo(limits.Meetings!.Value);
            store.Read(reader => reader.Single<long?>("select sum(rate) from limit_slices") ?? 0).ShouldBeLessThanOrEqualTo(limits.CallsPerSecond!.Value);
        }

        public async Task LeaveOneAsync()
        {
            if (_nodes.Count == 0)
                _nodes.Add(Start("last"));
            while (_nodes.Count > 1)
                Crash(_nodes[1]);
            for (var endNs = _nowNs + LimitBook.LeaseNs; _nowNs <= endNs; _nowNs += LeasingNode.TurnNs)
                (await _nodes[0].TurnAsync(_nowNs)).ShouldBeNull();
        }

        public async Task<(int Ports, int Meetings)> OfSurvivorAsync()
        {
            var node = _nodes[0];
            while (node.TryTake(GrantKind.Meeting, _nowNs) == TakeResult.Taken)
            {
            }

            for (; node.TryTake(GrantKind.Participant, _nowNs) == TakeResult.Taken; _nowNs += MonotonicTime.Second)
                (await node.TurnAsync(_nowNs)).ShouldBeNull();
            return (node.Slice.InUse.Ports, node.Slice.InUse.Meetings);
        }

        void Take(LeasingNode node, GrantKind kind) => Taken += node.TryTake(kind, _nowNs) == TakeResult.Taken ? 1 : 0;

        void Crash(LeasingNode node)
        {
            _nodes.Remove(node);
            node.Dispose();
        }

        // Clocks have nothing in common but their rate, and that to 500 parts in a million.
        LeasingNode Start(string name) => new(
            name, store, limits, originNs: chance.NextInt64(1_000) * MonotonicTime.Second, rate: 1 + ((chance.NextDouble() - 0.5) / 1_000))
        {
            NextNs = _nowNs,
        };
    }
}

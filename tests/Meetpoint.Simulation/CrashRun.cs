using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Simulation.Kit;
using NodaTime;
using Shouldly;

namespace Meetpoint.Simulation;

/// <summary>One run of booking, meeting and leaving in which power fails at a write that follows from the seed.</summary>
sealed class CrashRun(int seed, IReadOnlyList<long> totals)
{
    const string Agreement = "albion-liberty";
    const string Month = "2026-01";

    /// <summary>What a crash may cost of a session's measured time: what is used is measured and written every second.</summary>
    const double LostSeconds = 1.5;

    readonly Dictionary<string, string> _acknowledged = [];
    readonly List<(Instant From, Instant Until)> _bobWasIn = [];
    SimulatedExchange? _victim;
    double _restartAfter;
    Instant? _bobCameIn;

    /// <summary>Writes of both exchanges when nothing fails.</summary>
    public static IReadOnlyList<long> WritesOfAWholeRun()
    {
        using var world = new SimulatedWorld(0, faultDisks: true);
        var (id, phones) = new CrashRun(0, []).Script(world);
        Assert.NotNull(id);
        Assert.All(phones, phone => Assert.False(phone.IsIn));
        return [.. world.Exchanges.Select(exchange => exchange.Disk!.Operations)];
    }

    public void Run()
    {
        var chance = new Random(seed);
        using var world = new SimulatedWorld(seed, faultDisks: true);
        _victim = world.Exchanges[chance.Next(2)];
        var first = _victim.Disk!.Operations + 1;
        var at = chance.NextInt64(first, Math.Max(first + 1, totals[_victim.Party.Index - 1]));
        _victim.Disk.CrashAt(at);
        _restartAfter = 0.2 + (chance.NextDouble() * 6);
        var (id, phones) = Script(world);
        if (_victim.IsRunning && !_victim.Disk.Crashed)
            _victim.Disk.CrashAt(long.MaxValue); // this run took fewer writes
        Pass(world, phones, 100);
        Check(world, id);
        if (id is not null && world.Albion.Find(id) is { State: MeetingState.Confirmed })
            JoinAgain(world, id, phones);
        CheckUsage(world);
        world.AssertNoFaults(but: "the connection ended within a message"); // power goes between two segments too
    }

    /// <summary>Books, joins from both sides, talks, leaves; gives up what a crash does not let happen.</summary>
    (string? Id, SimulatedPhone[] Phones) Script(SimulatedWorld world)
    {
        var phones = new[] { world.Phone(world.Albion, 0, 440), world.Phone(world.Liberty, 0, 880) };
        Pass(world, phones, 1);
        string? id = null;
        if (world.Albion.IsRunning)
            world.Albion.Schedule(Requests.Meeting(world, "user0@liberty.example") with { Rooms = ["room0@liberty.example"] }, out id);
        Pass(world, phones, 3);
        foreach (var phone in phones)
            TryDial(phone, id);
        Pass(world, phones, 8);
        foreach (var phone in phones)
        {
            phone.HangUp();
            Pass(world, phones, 1);
        }

        Pass(world, phones, 4);
        return (id, phones);
    }

    static void TryDial(SimulatedPhone phone, string? id)
    {
        if (id is not null && phone.Exchange.IsRunning && !phone.Exchange.Disk!.Crashed && phone.Exchange.Find(id)?.HalfOf(phone.Exchange.Name)?.Join is { } join)
            phone.Dial(join.Code);
    }

    /// <summary>Lets time pass; when power fails the process is killed at once, and started again later.</summary>
    void Pass(SimulatedWorld world, SimulatedPhone[] phones, double seconds)
    {
        var end = world.Virtual.NowNs + (long)(seconds * 1e9);
        while (world.Virtual.NowNs < end)
        {
            world.Virtual.RunUntil(() => _victim is { IsRunning: true, Disk.Crashed: true }, Math.Min(100_000_000, end - world.Virtual.NowNs));
            if (_victim is { IsRunning: true, Disk.Crashed: true })
            {
                _victim.Kill();
                var restart = world.Virtual.NowNs + (long)(_restartAfter * 1e9);
                world.Virtual.At(restart, () => _restarting = true);
            }

            if (_restarting)
            {
                _restarting = false;
                _victim!.Restart(seed % 2 == 0 ? seed : null);
                foreach (var phone in phones.Where(phone => phone.Exchange == _victim))
                    phone.HangUp();
            }

            Watch(world, phones[1]);
        }
    }

    bool _restarting;

    /// <summary>Notes when bob was really in, and which usage both sides have agreed on.</summary>
    void Watch(SimulatedWorld world, SimulatedPhone bob)
    {
        if (bob.IsIn && bob.Exchange.IsRunning)
            _bobCameIn ??= world.Now;
        else if (_bobCameIn is { } since)
        {
            _bobWasIn.Add((since, world.Now));
            _bobCameIn = null;
        }

        foreach (var exchange in world.Exchanges.Where(exchange => exchange.IsRunning && !exchange.Disk!.Crashed))
        {
            foreach (var entry in exchange.Usage(Agreement).Where(entry => entry.State == UsageState.Agreed))
                _acknowledged[$"{exchange.Name} {entry.Id}"] = entry.ContentHash();
        }
    }

    void Check(SimulatedWorld world, string? id)
    {
        if (id is null)
            return;
        var (ours, theirs) = (world.Albion.Find(id), world.Liberty.Find(id));
        var said = $"seed {seed}: {_victim!.Name} crashed; Albion {ours?.State}, Liberty {theirs?.State}";
        if (ours?.State == MeetingState.Confirmed)
        {
            theirs?.State.ShouldBe(MeetingState.Confirmed, said);
            world.Exchanges.ShouldAllBe(exchange => exchange.HoldsOf(id) > 0, said);
            return;
        }

        (ours is null || ours.State is MeetingState.Failed or MeetingState.Cancelled).ShouldBeTrue(said);
        (theirs is null || theirs.State is MeetingState.Failed or MeetingState.Cancelled).ShouldBeTrue(said);
        world.Exchanges.ShouldAllBe(exchange => exchange.HoldsOf(id) == 0, said);
    }

    void JoinAgain(SimulatedWorld world, string id, SimulatedPhone[] phones)
    {
        foreach (var phone in phones)
        {
            phone.HangUp();
            TryDial(phone, id);
        }

        Pass(world, phones, 6);
        phones.ShouldAllBe(phone => phone.IsIn, $"seed {seed}: the meeting can be joined again; {string.Join(", ", phones.Select(phone => $"{phone.Address} {phone.Current?.State} {phone.RefusedWith}"))}");
        phones[0].Hears(880).ShouldBeTrue($"seed {seed}: heard again");
        phones[1].Hears(440).ShouldBeTrue($"seed {seed}: heard again");
        foreach (var phone in phones)
            phone.HangUp();
        Pass(world, phones, 6);
    }

    void CheckUsage(SimulatedWorld world)
    {
        foreach (var (key, hash) in _acknowledged)
        {
            var (name, id) = (key[..key.IndexOf(' ', StringComparison.Ordinal)], key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            var kept = world.Exchange(name).Usage(Agreement).FirstOrDefault(entry => entry.Id == id);
            (kept?.State, kept?.ContentHash()).ShouldBe((UsageState.Agreed, hash), $"seed {seed}: {name} lost {id}, which was agreed");
        }

        var statements = world.Exchanges.Select(exchange => exchange.Node.Settlements.Statements.Build(Agreement, Month)!).ToList();
        statements[0].Digest().ShouldBe(statements[1].Digest(), $"seed {seed}: both statements; {Lines(world)}");
        world.Exchanges.ShouldAllBe(exchange => exchange.Usage(Agreement).All(entry => entry.State == UsageState.Agreed), $"seed {seed}: nobody cheated; {Lines(world)}");
        var bobs = world.Liberty.Usage(Agreement).Where(entry => entry.Party == "user0@liberty.example").OrderBy(entry => entry.Started).ToList();
        for (var i = 1; i < bobs.Count; i++)
            bobs[i].Started.ShouldBeGreaterThanOrEqualTo(bobs[i - 1].Ended, $"seed {seed}: a second is charged twice; {Lines(world)}");
        var used = _bobWasIn.Sum(span => (span.Until - span.From).TotalSeconds);
        var charged = bobs.Sum(entry => entry.BillableMs) / 1000.0;
        charged.ShouldBeLessThanOrEqualTo(used + 1, $"seed {seed}: more is charged than was used; {Lines(world)}");
        charged.ShouldBeGreaterThanOrEqualTo(used - LostSeconds - 1, $"seed {seed}: used {used} s; {Lines(world)}");
    }

    static string Lines(SimulatedWorld world) => string.Join("\n", world.Exchanges.SelectMany(exchange => exchange.Usage(Agreement).Select(entry => $"{exchange.Name}: {entry}")));
}

using System.Diagnostics;
using System.Globalization;
using Meetpoint.Demo;
using NodaTime;

namespace Meetpoint.Interop.Killed;

/// <summary>Rounds over one pair of exchanges, each with several meetings at once and one kill; the stores grow from round to round.</summary>
sealed class KilledRun(KillingWorld world) : IAsyncDisposable
{
    /// <summary>Within which a round's first visits are over, kills and restarts included.</summary>
    static readonly TimeSpan PassLimit = TimeSpan.FromMinutes(2);

    /// <summary>Within which a store that has something to write writes it.</summary>
    static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(1);

    /// <summary>Writes after a restart among which the second kill of a round falls: recovery, and what it sends.</summary>
    const int RecoveryWrites = 40;

    readonly List<IReadOnlyList<Attendee>> _pairs =
    [
        .. Enumerable.Range(0, KillingWorld.Meetings).Select(i => (IReadOnlyList<Attendee>)
        [
            new Attendee(world, world.Exchanges[0], world.People[0][i], world.People[1][i].ToneHz),
            new Attendee(world, world.Exchanges[1], world.People[1][i], world.People[0][i].ToneHz),
        ]),
    ];

    long[] _writes = [0, 0];
    int _rounds;

    /// <summary>Writes of Albion and of Liberty in a round without a kill; known after <see cref="MeasureAsync"/>.</summary>
    public IReadOnlyList<long> Writes => _writes;

    /// <summary>A round without a kill, to count the writes among which kills are drawn.</summary>
    public async Task MeasureAsync()
    {
        var before = world.Exchanges.Select(exchange => world.GateOf(exchange).Writes).ToArray();
        var meetings = NewMeetings();
        await Task.WhenAll(FirstPass(meetings).Append(NewBooking().AskAsync()));
        await Task.WhenAll(meetings.Select(meeting => meeting.SettleAsync()));
        _writes = [.. world.Exchanges.Select((exchange, i) => world.GateOf(exchange).Writes - before[i])];
        Assert.All(_writes, writes => Assert.True(writes > 0, "expected the gate to see each store's writes"));
    }

    /// <summary>One round by its seed; what happened, in a line.</summary>
    public async Task<string> RoundAsync(int seed)
    {
        var began = TimeProvider.System.GetTimestamp();
        var chance = new Random(seed);
        var victim = world.Exchanges[chance.Next(2)];
        var total = _writes[victim == world.Exchanges[0] ? 0 : 1];
        var at = 1 + chance.NextInt64(total);
        var again = chance.Next(8) == 0 ? 1 + chance.Next(RecoveryWrites) : 0;
        var askAt = world.GateOf(world.Exchanges[0]).Writes + chance.NextInt64(_writes[0]);

        var kills = world.Kills;
        world.GateOf(victim).Arm(at);
        var restarted = world.RestartWhenKilledAsync(victim, again);
        var meetings = NewMeetings();
        var booking = NewBooking();
        var visits = Task.WhenAll(FirstPass(meetings));
        await Task.WhenAll(visits, AskAsync(booking, askAt, visits));
        if (world.Kills == kills && !victim.Process.Exited.IsCompleted)
            world.GateOf(victim).Arm(1); // this round took fewer writes: its next one, or nothing is on and it has none
        if (!await restarted.IsDoneWithinAsync(WriteLimit) && world.Kills == kills && !victim.Process.Exited.IsCompleted)
            Kill(victim.Process.Id);
        await restarted;
        await Task.WhenAll(meetings.Select(meeting => meeting.VisitSinceLastKillAsync()));
        await Task.WhenAll(meetings.Select(meeting => meeting.SettleAsync()).Append(booking.CheckAsync()));
        await CheckStatementsAsync();
        return string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: {victim.Party.Domain} killed at write {at} of {total}{(again > 0 ? $" and {again} after its restart" : "")}, {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    static void Kill(int id)
    {
        try
        {
            Process.GetProcessById(id).Kill();
        }
        catch (ArgumentException)
        {
            // Its next write came after all, and was its last.
        }
    }

    /// <summary>Everything that was ever acknowledged, once more, and the statements by the exchanges' own comparison.</summary>
    public async Task CheckAllAsync()
    {
        foreach (var exchange in world.Exchanges)
        {
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            var cursor = "";
            do
            {
                var page = await exchange.Api.GetAsync($"usage?limit=200&agreement={KillingWorld.Agreement}{cursor}");
                foreach (var item in page["items"]!.AsArray())
                    found[(string)item!["id"]!] = (string)item["state"]!;
                cursor = (bool)page["hasMore"]! ? $"&cursor={Uri.EscapeDataString((string)page["next"]!)}" : "";
            }
            while (cursor.Length > 0);
            foreach (var ((_, record), text) in world.Acknowledged.Where(each => each.Key.Exchange == exchange.Party.Domain))
                Assert.True(found.GetValueOrDefault(record) == "agreed", $"expected {exchange.Party.Domain} to keep {text}; instead: {found.GetValueOrDefault(record) ?? "nothing"}");
        }

        var compared = await world.Exchanges[0].Api.GetAsync($"agreements/{KillingWorld.Agreement}/statement/comparison");
        Assert.True((bool)compared["areEqual"]!, $"expected equal statements; instead: {compared}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var attendee in _pairs.SelectMany(pair => pair))
            await attendee.DisposeAsync();
        await world.DisposeAsync();
    }

    static IEnumerable<Task> FirstPass(IReadOnlyList<KilledMeeting> meetings) => meetings.Select(async meeting =>
    {
        await meeting.BookAsync();
        await meeting.VisitAsync();
    });

    /// <summary>Asks when the organiser's exchange has come to that write, or when all else of the round is over.</summary>
    async Task AskAsync(AbandonedBooking booking, long at, Task visits)
    {
        var gate = world.GateOf(world.Exchanges[0]);
        await Expect.EventuallyAsync(() => Task.FromResult(gate.Writes >= at || visits.IsCompleted ? gate : null), PassLimit, "the round's first visits to be over");
        await booking.AskAsync();
    }

    IReadOnlyList<KilledMeeting> NewMeetings()
    {
        foreach (var attendee in _pairs.SelectMany(pair => pair))
            attendee.Reset();
        return [.. _pairs.Select(pair => new KilledMeeting(world, pair))];
    }

    /// <summary>Each at an hour of its own, since all are of one room.</summary>
    AbandonedBooking NewBooking()
    {
        var number = ++_rounds;
        return new AbandonedBooking(world, $"Abandoned {number}.", SystemClock.Instance.GetCurrentInstant() + Duration.FromDays(1) + Duration.FromHours(2 * number));
    }

    Task<object> CheckStatementsAsync()
    {
        var last = "";
        return Expect.EventuallyAsync<object>(
            async () =>
            {
                var digests = new List<string?>();
                foreach (var exchange in world.Exchanges)
                    digests.Add((string?)(await exchange.Api.TryGetAsync($"agreements/{KillingWorld.Agreement}/statement"))?["digest"]);
                last = string.Join(" and ", digests);
                return digests[0] is not null && digests[0] == digests[1] ? digests : null;
            },
            TimeSpan.FromSeconds(10), "equal statements", () => $"{last}\n{world.Logs()}");
    }
}

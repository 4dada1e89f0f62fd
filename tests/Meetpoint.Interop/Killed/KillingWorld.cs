using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.KilledAtWrite;
using NodaTime;

namespace Meetpoint.Interop.Killed;

/// <summary>Two exchanges as processes whose stores' writes are counted, and that kill themselves at one of them and are started again.</summary>
sealed class KillingWorld : IAsyncDisposable
{
    /// <summary>Meetings at one time; each has a phone on either side.</summary>
    public const int Meetings = 1;

    /// <summary>The agreement that both settle by.</summary>
    public const string Agreement = "albion-liberty";

    const int RoomNumber = 9;

    /// <summary>How long an exchange is away after a kill, at the most: what begins meanwhile has no witness.</summary>
    static readonly Duration _away = Duration.FromSeconds(5);

    /// <summary>How long after the end of a use both sides may still be about its record.</summary>
    static readonly Duration _settling = Duration.FromSeconds(3);

    readonly DemoWorld _world;
    readonly WriteGate[] _gates;
    readonly List<(DemoExchange Exchange, long At)> _kills = [];
    readonly List<Instant> _killInstants = [];
    readonly TaskCompletionSource?[] _down = new TaskCompletionSource?[2];

    KillingWorld(DemoWorld world)
    {
        _world = world;
        _gates = [.. Exchanges.Select(exchange => WriteGate.Open(GatePath(exchange)))];
        foreach (var exchange in Exchanges)
        {
            exchange.Environment = new Dictionary<string, string>
            {
                ["DOTNET_STARTUP_HOOKS"] = typeof(WriteGate).Assembly.Location,
                [WriteGate.PathVariable] = GatePath(exchange),
                // Processes that live for seconds do not earn what it costs to profile and recompile them.
                ["DOTNET_TieredPGO"] = "0",
                ["DOTNET_TC_CallCountThreshold"] = "7FFF",
            };
        }
    }

    /// <summary>Albion and Liberty.</summary>
    public IReadOnlyList<DemoExchange> Exchanges => _world.Exchanges;

    /// <summary>People with phones, of Albion and of Liberty.</summary>
    public IReadOnlyList<IReadOnlyList<Resident>> People { get; private set; } = [];

    /// <summary>A room of Liberty's that nobody dials.</summary>
    public Resident Room { get; private set; } = null!;

    /// <summary>Where everything is kept.</summary>
    public string Folder => _world.Folder;

    /// <summary>How often an exchange was killed so far.</summary>
    public int Kills
    {
        get
        {
            lock (_kills)
                return _kills.Count;
        }
    }

    /// <summary>Usage records that an exchange has shown as agreed, with what it showed: none may be lost or change.</summary>
    public Dictionary<(string Exchange, string Record), string> Acknowledged { get; } = [];

    public static async Task<KillingWorld> StartAsync(int second, string folder)
    {
        var plan = WorldPlan.At(second);
        var world = new KillingWorld(await DemoWorld.PrepareAsync(plan, folder));
        try
        {
            await Task.WhenAll(world.Exchanges.Select(exchange => exchange.StartAsync()));
            world.People =
            [
                .. new[] { (plan.Albion, 440), (plan.Liberty, 880) }.Select(party => Enumerable.Range(1, Meetings)
                    .Select(number => new Resident(party.Item1, number, $"user{number}", $"User {number}", party.Item2) { Profile = "generic" }).ToList()),
            ];
            world.Room = new Resident(plan.Liberty, RoomNumber, "room", "Room", 0, IsRoom: true) { Profile = "generic" };
            var residents = world.People.SelectMany(people => people).Append(world.Room).ToList();
            var (albion, liberty) = (world.Exchanges[0], world.Exchanges[1]);
            await albion.ApplyAsync(WorldFiles.World(albion.Party, liberty.Party, liberty.IdentityKey, residents));
            await liberty.ApplyAsync(WorldFiles.World(liberty.Party, albion.Party, albion.IdentityKey, residents));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>The gate before an exchange's writes.</summary>
    public WriteGate GateOf(DemoExchange exchange) => _gates[Index(exchange)];

    /// <summary>Done when the exchange runs; at once unless it was killed.</summary>
    public Task UpAsync(DemoExchange exchange) => Volatile.Read(ref _down[Index(exchange)])?.Task ?? Task.CompletedTask;

    /// <summary>When the exchange was killed first within the span, in ticks of the system's monotonic clock; null when it was not.</summary>
    public long? KilledWithin(DemoExchange exchange, long from, long until)
    {
        lock (_kills)
            return _kills.Where(kill => kill.Exchange == exchange && kill.At >= from && kill.At <= until).Select(kill => (long?)kill.At).FirstOrDefault();
    }

    /// <summary>Waits for the exchange to be killed at its gate, and starts it again on what it left.</summary>
    /// <param name="exchange">Which.</param>
    /// <param name="again">It is killed once more at this many writes after it was started; 0: it stays.</param>
    public async Task RestartWhenKilledAsync(DemoExchange exchange, long again)
    {
        await exchange.Process.Exited;
        var down = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _down[Index(exchange)], down);
        try
        {
            Killed(exchange);
            await StartAgainAsync(exchange, again);
            if (again > 0 && await IsGoneAsync(exchange))
            {
                Killed(exchange);
                await StartAgainAsync(exchange, 0);
            }

            Volatile.Write(ref _down[Index(exchange)], null);
            down.SetResult();
        }
        catch (Exception fault)
        {
            down.SetException(fault);
            throw;
        }
    }

    /// <summary>Records that were settled so far.</summary>
    public int Settled { get; private set; }

    /// <summary>Those of them that are contested, each with what the witness saw and the kills about it.</summary>
    public List<string> Contested { get; } = [];

    /// <summary>Counts what a meeting came to.</summary>
    public void Note(IReadOnlyList<UsageLine> records)
    {
        lock (_kills)
        {
            Settled += records.Count;
            Contested.AddRange(records.Where(line => line.State != "agreed").Select(line => $"{line.Text}, witnessed {line.Witnessed}; kills: {KillsAbout(line)}"));
        }
    }

    /// <summary>Whether an exchange was killed, or was not back yet, while this was used or being settled.</summary>
    public bool IsCut(UsageLine line)
    {
        lock (_kills)
            return _killInstants.Exists(kill => kill > line.Started - _away && kill < line.Ended + _settling);
    }

    /// <summary>The last of both logs, for a failure.</summary>
    public string Logs() => string.Join("\n", Exchanges.Select(exchange => $"--- {exchange.Party.Domain}\n{exchange.Process.LogTail()}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        foreach (var gate in _gates)
            gate.Dispose();
    }

    async Task StartAgainAsync(DemoExchange exchange, long killedAt)
    {
        await exchange.Process.DisposeAsync();
        GateOf(exchange).Arm(killedAt);
        try
        {
            await exchange.StartAsync();
        }
        catch (DemoFailedException) when (killedAt > 0 && exchange.Process.Exited.IsCompleted)
        {
            // Killed before it was ready.
        }
    }

    /// <summary>Whether it comes to its second kill, which is taken back after a while.</summary>
    async Task<bool> IsGoneAsync(DemoExchange exchange)
    {
        if (!await exchange.Process.Exited.IsDoneWithinAsync(TimeSpan.FromSeconds(1)) && GateOf(exchange).TryDisarm())
            return false;
        await exchange.Process.Exited;
        return true;
    }

    string KillsAbout(UsageLine line) => string.Join(", ", _kills.Zip(_killInstants)
        .Where(kill => kill.Second > line.Started - _away && kill.Second < line.Ended + _settling).Select(kill => $"{kill.First.Exchange.Party.Domain} {kill.Second}"));

    static string GatePath(DemoExchange exchange) => Path.Combine(exchange.Folder, "gate");

    int Index(DemoExchange exchange) => exchange == Exchanges[0] ? 0 : 1;

    void Killed(DemoExchange exchange)
    {
        lock (_kills)
        {
            _kills.Add((exchange, TimeProvider.System.GetTimestamp()));
            _killInstants.Add(SystemClock.Instance.GetCurrentInstant());
        }
    }
}

using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings;
using Meetpoint.Exchange.Meetings.Booking;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Simulation.FaultFiles;
using NodaTime;

namespace Meetpoint.Simulation.Kit;

/// <summary>Exchanges, phones and rooms in one virtual time, all on the test's thread: the same seed, the same run.</summary>
sealed class SimulatedWorld : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-sim-").FullName;
    readonly WorldSetup _setup;
    readonly List<SimulatedExchange> _exchanges = [];
    readonly List<SimulatedPhone> _phones = [];

    public SimulatedWorld(int seed, WorldSetup? setup = null, VirtualNniFaults? faults = null, bool faultDisks = false, double[]? rates = null)
    {
        // With a context of the test framework's, continuations would leave the world's thread.
        SynchronizationContext.SetSynchronizationContext(null);
        Seed = seed;
        _setup = setup ?? new WorldSetup();
        Virtual = new VirtualWorld(seed);
        NniLoop = Virtual.CreateLoop("nni");
        Nni = new VirtualNniNetwork(NniLoop, new Random(seed), faults ?? new VirtualNniFaults(0, 0, 10));
        Parties = SimulatedDocuments.Parties(_setup.Parties);
        foreach (var party in Parties)
        {
            var exchange = new SimulatedExchange(this, party, _setup, _folder, faultDisks ? new FaultDisk() : null, rates?[party.Index - 1] ?? 1);
            _exchanges.Add(exchange);
            exchange.Start();
        }
    }

    public int Seed { get; }

    public VirtualWorld Virtual { get; }

    public VirtualEventLoop NniLoop { get; }

    public VirtualNniNetwork Nni { get; }

    public IReadOnlyList<SimulatedParty> Parties { get; }

    public IReadOnlyList<SimulatedExchange> Exchanges => _exchanges;

    public SimulatedExchange Exchange(string name) => _exchanges.First(exchange => exchange.Name == name);

    public SimulatedExchange Albion => _exchanges[0];

    public SimulatedExchange Liberty => _exchanges[1];

    public Instant Now => Instant.FromDateTimeOffset(Virtual.Time.GetUtcNow());

    /// <summary>The phone of a user of an exchange; with tone 0 it listens only.</summary>
    public SimulatedPhone Phone(SimulatedExchange exchange, int user, double toneHz = 0) => Add(new SimulatedPhone(
        this, exchange, exchange.Party.AddressOf(user), $"user{user}", toneHz, _setup.SessionSeconds));

    /// <summary>A room system of an exchange: answers when it is dialled.</summary>
    public SimulatedPhone Room(SimulatedExchange exchange, int room, double toneHz = 0) => Add(new SimulatedPhone(
        this, exchange, exchange.Party.AddressOf(_setup.Users + room), $"room{room}", toneHz));

    /// <summary>A room of an exchange that registers before it can be dialled.</summary>
    public SimulatedPhone Registering(SimulatedExchange exchange, int room, double toneHz = 0) => Add(new SimulatedPhone(
        this, exchange, exchange.Party.AddressOf(_setup.Users + _setup.Rooms + room), $"own{room}", toneHz));

    /// <summary>Lets time pass.</summary>
    public void Run(double seconds) => Virtual.RunFor((long)(seconds * MonotonicTime.Second));

    /// <summary>Lets time pass until it holds, and fails when it does not.</summary>
    public void Until(Func<bool> condition, double seconds, string what) => Until(condition, seconds, () => what);

    /// <inheritdoc cref="Until(Func{bool}, double, string)"/>
    public void Until(Func<bool> condition, double seconds, Func<string> what)
    {
        if (!Virtual.RunUntil(condition, (long)(seconds * MonotonicTime.Second)))
            Assert.Fail($"seed {Seed}: not within {seconds} s: {what()}{Diagnosis}");
    }

    /// <summary>Books a meeting and lets time pass until it stands on both exchanges; gives its id.</summary>
    public string Book(ScheduleRequest request, SimulatedExchange? organiser = null)
    {
        organiser ??= Albion;
        var refusal = organiser.Schedule(request, out var id);
        Assert.True(refusal is null, $"seed {Seed}: {refusal}");
        Until(() => organiser.Find(id)?.State == MeetingState.Confirmed, 60, () => $"{id} confirmed, it is {MeetingsJson.Text(organiser.Find(id)!)}");
        return id;
    }

    /// <summary>Lets time pass until a second after the meeting's start.</summary>
    public void RunToStart(string id, SimulatedExchange? exchange = null) =>
        Run((Occurrences.Of((exchange ?? Albion).Find(id)!)[0].Start - Now).TotalSeconds + 1);

    /// <summary>Dials every phone into its own exchange's half, and lets time pass until all are in and the halves are joined.</summary>
    public void Join(string id, params ReadOnlySpan<SimulatedPhone> phones)
    {
        var all = phones.ToArray();
        foreach (var phone in all)
            phone.Dial(phone.Exchange.CodeOf(id));
        Until(() => all.All(phone => phone.IsIn), 10, () => $"all in: {string.Join(", ", all.Select(phone => $"{phone.Address} {phone.Current?.State} {phone.RefusedWith}"))}");
    }

    /// <summary>Cuts everything between two exchanges, or mends it.</summary>
    public void Cut(SimulatedExchange one, SimulatedExchange other, bool isCut)
    {
        var (a, b) = (AddressPrefix.Parse(one.Party.Address), AddressPrefix.Parse(other.Party.Address));
        if (isCut)
            Virtual.Network.Cut(a, b);
        else
            Virtual.Network.Heal(a, b);
        Nni.SetCut(other.Name, isCut);
    }

    /// <summary>Nothing that should not be was logged.</summary>
    /// <param name="but">Words of what may be, by what the test does.</param>
    public void AssertNoFaults(string? but = null)
    {
        var faults = _exchanges.SelectMany(exchange => exchange.Faults.Where(fault => but is null || !fault.Contains(but, StringComparison.Ordinal)).Select(fault => $"{exchange.Name}: {fault}")).ToList();
        Assert.True(faults.Count == 0, $"seed {Seed}: " + string.Join("\n", faults));
    }

    /// <summary>What the logs have, for a failing test's message.</summary>
    string Diagnosis => string.Concat(_exchanges.SelectMany(exchange => exchange.Faults
        .Concat(exchange.NniEvents.Select(e => e.ToString())).Concat(exchange.Refusals.Select(reason => $"refused {reason}"))
        .Concat(exchange.IsRunning ? exchange.Node.Nni.Outbox.Status().Select(link => link.ToString()) : ["not running"])
        .Concat(exchange.IsRunning ? exchange.Node.Nni.Inbox.Parked().Select(parked => parked.ToString()) : [])
        .Select(line => $"\n{exchange.Name}: {line}")));

    public void RunOn(VirtualEventLoop loop, Action work)
    {
        // By a turn of the loop, so that it is current and its timers are seen to.
        var ran = false;
        loop.Post(() =>
        {
            work();
            ran = true;
        });
        Virtual.RunUntil(() => ran, 0);
    }

    public void Dispose()
    {
        foreach (var exchange in _exchanges)
        {
            exchange.Kill();
            exchange.Disk?.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    SimulatedPhone Add(SimulatedPhone phone)
    {
        _phones.Add(phone);
        return phone;
    }
}

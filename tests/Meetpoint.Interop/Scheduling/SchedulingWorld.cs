using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.Phones;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;

namespace Meetpoint.Interop.Scheduling;

/// <summary>
/// Two running exchanges, driven by the command line alone; the phones of their customers, which are baresip; and everybody's mailbox.
/// </summary>
public sealed class SchedulingWorld : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-scheduling-").FullName;
    readonly Dictionary<string, Phone> _phones = [];

    internal static TimeSpan Soon { get; } = TimeSpan.FromSeconds(15);

    internal DemoWorld World { get; private set; } = null!;

    internal DemoExchange Albion => World.Albion;

    internal DemoExchange Liberty => World.Liberty;

    internal Mailboxes Mail { get; private set; } = null!;

    /// <summary>Another customer of Albion's, whom nobody invites.</summary>
    internal Resident Carol { get; private set; } = null!;

    /// <summary>A gateway of Albion's to the telephone network, that presses keys only in calls that are answered.</summary>
    internal Resident Gateway { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        RealPeer.Require("baresip", "baresip-core");
        World = await DemoWorld.PrepareAsync(WorldPlan.At(165), Path.Combine(_folder, "world"));
        Mail = new Mailboxes(World.Mail);
        Carol = new Resident(World.Plan.Albion, 3, "carol", "Carol", 1_100);
        Gateway = new Resident(World.Plan.Albion, 4, "+442071230001", "+442071230001", 1_100);
        await World.StartAsync();
        await BorderWorld.ChangeAsync(Albion, world =>
        {
            var organisation = Albion.Party.OrganisationId;
            Add(world, "users", $$"""{"id":"carol","organisation":"{{organisation}}","name":"Carol","sip":"{{Carol.Address}}","mail":"{{Carol.Address}}","timeZone":"Europe/Berlin"}""");
            Add(world, "endpoints", $$$"""
                {"id":"carol-phone","user":"carol","kind":"phone","name":"Carol","sip":"{{{Carol.Address}}}","contact":"{{{Carol.Account.Contact}}}","profile":"baresip",
                 "digest":{"user":"{{{Carol.Account.DigestUser}}}","secret":"{{{Carol.Account.DigestSecret}}}"}}
                """);
            Add(world, "profiles", """{"id":"gateway","name":"Gateway to the telephone network","codecs":["PCMA","PCMU"],"prack":false,"update":false,"earlyMedia":false}""");
            Add(world, "neighbours", $$"""{"id":"gateway","provider":"albion","kind":"sip-trunk","listener":"udp","sourceAddresses":["{{Gateway.Account.Listen.Host}}"],"profile":"gateway"}""");
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (World is not null)
            await World.DisposeAsync();
        if (Mail is not null)
            await Mail.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Someone's phone, running, and not in a call.</summary>
    internal async Task<Phone> PhoneAsync(Resident resident)
    {
        if (_phones.TryGetValue(resident.User, out var running))
        {
            await running.HangUpAsync();
            return running;
        }

        return _phones[resident.User] = await World.StartPhoneAsync(resident);
    }

    /// <summary>Runs the program against an exchange.</summary>
    internal Task<CommandOutcome> RunAsync(DemoExchange exchange, params IReadOnlyList<string> arguments) => exchange.RunAsync(_folder, arguments);

    /// <summary>Runs the program against an exchange, which has to do what it is told, and gives what it answered.</summary>
    internal async Task<JsonObject> AskAsync(DemoExchange exchange, params IReadOnlyList<string> arguments)
    {
        var outcome = await RunAsync(exchange, [.. arguments, "--output", "json"]);
        Assert.True(outcome.Code == 0, $"{outcome.Line} ended with {outcome.Code}: {outcome.Text}");
        return JsonNode.Parse(outcome.Text) as JsonObject ?? [];
    }

    /// <summary>meetpoint meeting schedule: a meeting of Alice's, of ten minutes from now unless the options say otherwise; it stands once this returns.</summary>
    internal async Task<Scheduled> ScheduleAsync(string title, params IReadOnlyList<string> options)
    {
        List<string> arguments = ["meeting", "schedule", "--title", title, .. options];
        if (!options.Contains("--organiser"))
            arguments.AddRange(["--organiser", World.Alice.Address]);
        if (!options.Contains("--start"))
            arguments.AddRange(["--start", "now+1s"]);
        if (!options.Contains("--length") && !options.Contains("--end"))
            arguments.AddRange(["--length", "10m"]);
        var meeting = await AskAsync(Albion, arguments);
        Assert.Equal("Confirmed", (string?)meeting["state"]);
        return new Scheduled(this, meeting);
    }

    static void Add(JsonObject world, string kind, string item)
    {
        if (world[kind] is not JsonArray items)
            world[kind] = items = [];
        items.Add(JsonNode.Parse(item));
    }
}

/// <summary>All tests of scheduling share one world.</summary>
[CollectionDefinition(Name)]
public sealed class SchedulingCollection : ICollectionFixture<SchedulingWorld>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "scheduling";
}

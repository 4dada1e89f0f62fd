using System.Net.Security;
using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Demo;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Tests.Support;
using NodaTime.Text;
using NodaTime;

namespace Meetpoint.Interop.Border;

/// <summary>
/// Two running exchanges, and around Albion's the senders that a border has to tell apart: Albion's own network, that of a third provider whose
/// agreement the tests change, and a stranger.
/// </summary>
public sealed class BorderWorld : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-border-").FullName;

    int _version;

    internal static TimeSpan Soon { get; } = TimeSpan.FromSeconds(15);

    internal DemoWorld World { get; private set; } = null!;

    internal DemoExchange Albion => World.Albion;

    internal DemoExchange Liberty => World.Liberty;

    internal ExchangeLogFile Log { get; private set; } = null!;

    internal ExchangeLogFile LibertyLog { get; private set; } = null!;

    /// <summary>A trunk of Albion's own network, without agreement between.</summary>
    internal NetAddress OwnTrunk => Albion.Party.Address(60, 5_060);

    /// <summary>The trunk of Thames, a provider of its own that Albion's exchange serves.</summary>
    internal NetAddress ThamesTrunk => Albion.Party.Address(70, 5_060);

    /// <summary>Where nobody known sends from.</summary>
    internal NetAddress Stranger => Albion.Party.Address(99, 5_060);

    /// <summary>Contact of a room of Albion's that never answers.</summary>
    internal NetAddress Salon => Albion.Party.Address(80, 5_060);

    /// <summary>A key to Albion's API that is scoped to Albion.</summary>
    internal string ProviderKey { get; private set; } = "";

    /// <summary>A key to Albion's API that is scoped to Thames.</summary>
    internal string ThamesKey { get; private set; } = "";

    /// <summary>What Albion's own network shows over TLS.</summary>
    internal SslStreamCertificateContext TrunkCertificate { get; private set; } = null!;

    internal NetAddress SipTcp => Albion.Party.Address(1, 5_062);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        World = await DemoWorld.PrepareAsync(WorldPlan.At(160), Path.Combine(_folder, "world"));
        await Albion.ListenAsync("tcp", "tcp", SipTcp);
        await World.StartAsync();
        using var authority = new TestAuthority("Albion", TimeProvider.System.GetUtcNow());
        TrunkCertificate = SslStreamCertificateContext.Create(authority.Leaf(["network.albion.example"]), authority.Sent, offline: true);
        Log = new ExchangeLogFile(Albion.Process);
        LibertyLog = new ExchangeLogFile(Liberty.Process);
        await ChangeAsync(Albion, world =>
        {
            Add(world, "providers", """{"id":"thames","name":"Thames Tel","domains":["thames.example"],"exchange":"albion.example"}""");
            Add(world, "neighbours", $$"""{"id":"albion-network","provider":"albion","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{OwnTrunk.Host}}"]}""");
            Add(world, "neighbours", $$"""{"id":"albion-tcp","provider":"albion","kind":"sip-trunk","listener":"tcp","sourceAddresses":["{{OwnTrunk.Host}}"]}""");
            Add(world, "neighbours", $$"""{"id":"albion-tls","provider":"albion","kind":"sip-trunk","tlsNames":["network.albion.example"],"tlsCa":{{JsonValue.Create(authority.Pem).ToJsonString()}}}""");
            Add(world, "neighbours", $$"""{"id":"thames-network","provider":"thames","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{ThamesTrunk.Host}}"]}""");
            Add(world, "endpoints", $$"""{"id":"closed","organisation":"{{Albion.Party.OrganisationId}}","kind":"room","name":"Closed","sip":"closed@albion.example","contact":"sip:closed@{{Salon}}","whiteList":["nobody@albion.example"]}""");
            Add(world, "endpoints", $$"""{"id":"salon","organisation":"{{Albion.Party.OrganisationId}}","kind":"room","name":"Salon","sip":"salon@albion.example","contact":"sip:salon@{{Salon}}"}""");
        });
        // Two rooms of Liberty's that nobody dials: one for a few, and one beside it.
        await ChangeAsync(Liberty, world =>
        {
            Add(world, "endpoints", $$"""{"id":"vault","organisation":"{{Liberty.Party.OrganisationId}}","kind":"room","name":"Vault","sip":"vault@liberty.example","contact":"sip:vault@{{Liberty.Party.Address(81, 5_060)}}","whiteList":["nobody@albion.example"]}""");
            Add(world, "endpoints", $$"""{"id":"annexe","organisation":"{{Liberty.Party.OrganisationId}}","kind":"room","name":"Annexe","sip":"annexe@liberty.example","contact":"sip:annexe@{{Liberty.Party.Address(82, 5_060)}}"}""");
        });
        ThamesKey = (string)(await Albion.Api.SendAsync(HttpMethod.Post, "keys", new JsonObject { ["name"] = "thames", ["provider"] = "thames" }))["key"]!;
        ProviderKey = (string)(await Albion.Api.SendAsync(HttpMethod.Post, "keys", new JsonObject { ["name"] = "border", ["provider"] = "albion" }))["key"]!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (World is not null)
            await World.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Applies an exchange's world with a change to it.</summary>
    internal static async Task ChangeAsync(DemoExchange exchange, Action<JsonObject> change)
    {
        var world = await exchange.Api.GetAsync("world");
        change(world);
        await exchange.Api.SendAsync(HttpMethod.Post, "world", world);
    }

    /// <summary>Puts the agreement between Thames and Albion in place of the one before; null takes it away.</summary>
    internal Task AgreeAsync(string? terms) => ChangeAsync(Albion, world =>
    {
        var agreements = world["agreements"]!.AsArray();
        foreach (var old in agreements.Where(agreement => (string?)agreement!["id"] == "thames-albion").ToList())
            agreements.Remove(old);
        if (terms is not null)
            Add(world, "agreements", $$"""{"id":"thames-albion","parties":["thames","albion"],"version":{{++_version}},{{terms}}}""");
    });

    /// <summary>Changes the agreement between Albion and Liberty as one of the two has it, while something is done.</summary>
    /// <param name="exchange">Whose copy.</param>
    /// <param name="change">What is different; null takes the agreement away.</param>
    /// <param name="during">What is done under it.</param>
    internal async Task WhileAmendedAsync(DemoExchange exchange, Action<JsonObject>? change, Func<Task> during)
    {
        JsonObject? before = null;
        await ChangeAsync(exchange, world =>
        {
            var agreement = Between(world)!;
            before = agreement.DeepClone().AsObject();
            if (change is null)
                world["agreements"]!.AsArray().Remove(agreement);
            else
                change(agreement);
            agreement["version"] = 1_000 + ++_version;
        });
        try
        {
            await during();
        }
        finally
        {
            // By both, since a version goes up alone, and usage is agreed under one version only.
            before!["version"] = 1_000 + ++_version;
            foreach (var party in World.Exchanges)
            {
                await ChangeAsync(party, world =>
                {
                    if (Between(world) is { } amended)
                        world["agreements"]!.AsArray().Remove(amended);
                    world["agreements"]!.AsArray().Add(before.DeepClone());
                });
            }
        }

        static JsonObject? Between(JsonObject world) =>
            world["agreements"]!.AsArray().SingleOrDefault(each => (string?)each!["id"] == "albion-liberty")?.AsObject();
    }

    /// <summary>Changes the agreement between Albion and Liberty as both have it, word for word the same, while something is done.</summary>
    internal async Task WhileBothAmendAsync(Action<JsonObject> change, Func<Task> during)
    {
        var before = await AmendAsync(change);
        try
        {
            await during();
        }
        finally
        {
            await AmendAsync(agreement =>
            {
                agreement.Clear();
                foreach (var (name, value) in before)
                    agreement[name] = value?.DeepClone();
            });
        }

        async Task<JsonObject> AmendAsync(Action<JsonObject> amend)
        {
            var version = 1_000 + ++_version;
            JsonObject? old = null;
            foreach (var party in World.Exchanges)
            {
                await ChangeAsync(party, world =>
                {
                    var agreement = world["agreements"]!.AsArray().Single(each => (string?)each!["id"] == "albion-liberty")!.AsObject();
                    old ??= agreement.DeepClone().AsObject();
                    amend(agreement);
                    agreement["version"] = version;
                });
            }

            return old!;
        }
    }

    /// <summary>Books a meeting of Alice's that begins in a second, on Albion's exchange alone, and waits until it is on.</summary>
    /// <returns>Its id, and the code that joins it.</returns>
    internal async Task<(string Id, string Code)> MeetAsync(string title, Action<JsonObject>? change = null)
    {
        var request = Request(title, Duration.FromSeconds(1));
        change?.Invoke(request);
        var id = (string)(await Albion.Api.SendAsync(HttpMethod.Post, "meetings", request))["id"]!;
        var view = await Expect.EventuallyAsync(
            async () => await Albion.Api.TryGetAsync($"meetings/{id}") is { } seen && (string?)seen["state"] == "Confirmed" ? seen : null, Soon, $"meeting {title} to stand",
            Albion.Process.LogTail);
        return (id, ((string)view["join"]!["uri"]!)["sip:".Length..].Split('@')[0]);
    }

    /// <summary>Asks for a meeting over HTTP with a key, as a provider's own system does.</summary>
    internal Task<RawHttp.Reply> BookAsync(JsonObject request) =>
        RawHttp.SendAsync(Albion.Party.Api, ProviderKey, HttpMethod.Post, "meetings", RawHttp.Json(request));

    /// <summary>Does something to a meeting as soon as it is on.</summary>
    internal Task<JsonObject> OnAsync(string id, string action) => Expect.EventuallyAsync(
        async () =>
        {
            try
            {
                return await Albion.Api.SendAsync(HttpMethod.Post, $"meetings/{id}/{action}", (JsonObject?)null);
            }
            catch (DemoFailedException)
            {
                return null; // not on yet
            }
        },
        Soon, $"meeting {id} to be on", Albion.Process.LogTail);

    /// <summary>Runs a command of the program against Albion's exchange, and gives its exit code.</summary>
    internal async Task<int> RunAsync(params IReadOnlyList<string> arguments) => (await PrintAsync(arguments)).Code;

    /// <summary>Runs a command of the program against Albion's exchange, and gives its exit code and what it wrote.</summary>
    internal async Task<(int Code, string Text)> PrintAsync(params IReadOnlyList<string> arguments)
    {
        var outcome = await Albion.RunAsync(_folder, arguments);
        return (outcome.Code, outcome.Text);
    }

    /// <summary>What asks for a meeting of Alice's.</summary>
    internal JsonObject Request(string title, Duration fromNow, params IReadOnlyList<string> invitees) => new()
    {
        ["organiser"] = World.Alice.Address,
        ["title"] = title,
        ["start"] = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss")
            .Format((SystemClock.Instance.GetCurrentInstant() + fromNow).InUtc().LocalDateTime),
        ["length"] = "0:10:00",
        ["timeZone"] = "Etc/UTC",
        ["invitees"] = new JsonArray([.. invitees.Select(address => (JsonNode)address)]),
    };

    internal static void Add(JsonObject world, string kind, string item) => ItemsOf(world, kind).Add(JsonNode.Parse(item));

    /// <summary>Adds an item in place of the one with its id.</summary>
    internal static void Replace(JsonObject world, string kind, string item) => Replace(world, kind, JsonNode.Parse(item)!);

    /// <inheritdoc cref="Replace(JsonObject, string, string)"/>
    internal static void Replace(JsonObject world, string kind, JsonNode item)
    {
        var items = ItemsOf(world, kind);
        if (items.FirstOrDefault(known => (string?)known!["id"] == (string?)item["id"]) is { } old)
            items.Remove(old);
        items.Add(item);
    }

    static JsonArray ItemsOf(JsonObject world, string kind)
    {
        if (world[kind] is not JsonArray items)
            world[kind] = items = [];
        return items;
    }
}

/// <summary>All tests of the border share one world.</summary>
[CollectionDefinition(Name)]
public sealed class BorderCollection : ICollectionFixture<BorderWorld>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "border";
}

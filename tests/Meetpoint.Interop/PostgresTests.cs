using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Refusals;
using Meetpoint.Interop.Worlds;
using Meetpoint.Tests.Support;
using Npgsql;

namespace Meetpoint.Interop;

/// <summary>Both exchanges on PostgreSQL, each with a database of its own.</summary>
public sealed class PostgresTests(PostgresTests.OnPostgres exchanges) : IClassFixture<PostgresTests.OnPostgres>
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    /// <summary>Within which a lease that is not renewed has ended, with the answers on the way.</summary>
    static readonly TimeSpan LeaseEnds = TimeSpan.FromMilliseconds(StoreSliceSource.OwnLeaseNs / 1_000_000) + Soon;

    [Fact]
    public async Task Meeting_OnPostgres_IsBookedAndStillThereAfterBothAreKilled()
    {
        exchanges.Server.SkipWhenAbsent();
        var world = exchanges.World;
        var booking = await Booking.OfAsync(world, "On PostgreSQL");

        await Task.WhenAll(world.Exchanges.Select(exchange => exchange.Process.KillAsync()));
        await Task.WhenAll(world.Exchanges.Select(exchange => exchange.StartAsync()));

        foreach (var exchange in world.Exchanges)
        {
            var meeting = await exchange.Api.GetAsync($"meetings/{booking.Id}");
            Assert.Equal("Confirmed", (string?)meeting["state"]);
            Assert.Equal(booking.Uid, (string?)meeting["uid"]);
        }
    }

    [Fact]
    [Provokes(Wire.Sip, RefusalReason.LimitUnknown)]
    [Provokes(Wire.Api, RefusalReason.LimitUnknown)]
    public async Task Limits_WhenTheDatabaseIsAwayAndTheLeaseHasRunOut_AreUnknownOnEveryWireUntilItIsBack()
    {
        exchanges.Server.SkipWhenAbsent();
        var albion = exchanges.World.Albion;
        var thames = albion.Party.Address(70, 5_060);
        await BorderWorld.ChangeAsync(albion, world =>
        {
            BorderWorld.Add(world, "providers", """{"id":"thames","name":"Thames Tel","domains":["thames.example"],"exchange":"albion.example"}""");
            BorderWorld.Add(world, "neighbours", $$"""{"id":"thames-network","provider":"thames","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{thames.Host}}"]}""");
            BorderWorld.Add(world, "agreements", """
                {"id":"thames-albion","parties":["thames","albion"],"version":1,"stage":"commercial","services":[{"service":"meeting"}],"aToB":{"ports":10}}
                """);
        });
        var booking = await Booking.OfAsync(exchanges.World, "Without a database");
        var log = new ExchangeLogFile(albion.Process);
        var mark = log.Mark();
        using var trunk = RawSip.Bind(thames, albion.Party.Trunk);
        RawHttp.Reply? reply = null;
        var answer = "";

        await exchanges.Server.WhileAwayAsync(async () =>
        {
            reply = await Expect.EventuallyAsync(
                async () => await BookAsync() is { Status: not 503 } other ? other : null,
                LeaseEnds, "a booking to be answered otherwise than that the store is away", albion.Process.LogTail);
            answer = await trunk.InviteAsync(SipText.Invite($"sip:{booking.AlbionCode}@albion.example", trunk.Local, "sip:carol@thames.example"));
        });

        await Expect.EventuallyAsync(() => albion.Api.TryGetAsync("/health/ready"), Soon, "the exchange to have its store back", albion.Process.LogTail);
        await RefusalSeen.OnApiAsync(albion, log, mark, reply!, RefusalReason.LimitUnknown, "origin=albion", "target=liberty", "agreement=albion-liberty");
        await RefusalSeen.OnSipAsync(albion, log, mark, answer, RefusalReason.LimitUnknown, "neighbour=thames-network", "agreement=thames-albion");
        await Expect.EventuallyAsync(async () => await BookAsync() is { Status: 201 } booked ? booked : null, Soon, "a booking once the leases are renewed", albion.Process.LogTail);

        // As the operator: who has a key is found in the store.
        Task<RawHttp.Reply> BookAsync()
        {
            var request = new JsonObject
            {
                ["organiser"] = exchanges.World.Alice.Address, ["title"] = "Unknown", ["start"] = "2099-01-01T10:00:00", ["length"] = "0:10:00", ["timeZone"] = "Etc/UTC",
                ["invitees"] = new JsonArray(exchanges.World.Bob.Address),
            };
            return RawHttp.SendAsync(albion.Socket, HttpMethod.Post, "meetings", RawHttp.Json(request));
        }
    }

    /// <summary>Two exchanges on PostgreSQL.</summary>
    public sealed class OnPostgres() : TwoExchanges(113)
    {
        internal PostgresServer Server { get; } = new();

        /// <inheritdoc/>
        public override async ValueTask InitializeAsync()
        {
            await Server.InitializeAsync();
            if (Server.IsInstalled)
                await base.InitializeAsync();
        }

        /// <inheritdoc/>
        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Server.DisposeAsync();
        }

        private protected override async Task<DemoWorld> PrepareAsync(WorldPlan plan)
        {
            await using var connection = new NpgsqlConnection(Server.ConnectionString);
            await connection.OpenAsync();
            foreach (var party in (PartyPlan[])[plan.Albion, plan.Liberty])
            {
                await using var create = new NpgsqlCommand($"CREATE DATABASE {party.Id}", connection);
                await create.ExecuteNonQueryAsync();
            }

            return await DemoWorld.PrepareAsync(
                plan, Path.Combine(Folder, "world"), id => new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = id }.ConnectionString);
        }
    }
}

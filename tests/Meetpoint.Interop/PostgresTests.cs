using Meetpoint.Demo.World;
using Meetpoint.Interop.Worlds;
using Meetpoint.Tests.Support;
using Npgsql;

namespace Meetpoint.Interop;

/// <summary>Both exchanges on PostgreSQL, each with a database of its own.</summary>
public sealed class PostgresTests(PostgresTests.OnPostgres exchanges) : IClassFixture<PostgresTests.OnPostgres>
{
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

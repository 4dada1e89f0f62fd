using Meetpoint.Exchange.Storage;
using Meetpoint.Tests.Support;

namespace Meetpoint.Exchange.Tests.Calls.Registrations;

public sealed class RegistrationBookOnSqliteTests : RegistrationBookContract
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-registrations-").FullName;

    protected override Store Open(IReadOnlyList<Migration> migrations) =>
        SqliteStore.Open(new SqliteStoreOptions(Path.Combine(_folder, "store.db")) { Inline = true }, migrations);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class RegistrationBookOnPostgresTests(PostgresServer server) : RegistrationBookContract, IClassFixture<PostgresServer>
{
    protected override Store Open(IReadOnlyList<Migration> migrations)
    {
        server.SkipWhenAbsent();
        var options = new PostgresStoreOptions(server.ConnectionString) { Schema = "t" + Guid.NewGuid().ToString("N"), Inline = true };
        return PostgresStore.Open(options, migrations);
    }
}

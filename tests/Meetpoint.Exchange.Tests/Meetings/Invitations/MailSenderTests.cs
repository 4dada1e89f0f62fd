using Meetpoint.Exchange.Storage;
using Meetpoint.Tests.Support;

namespace Meetpoint.Exchange.Tests.Meetings.Invitations;

public sealed class MailSenderOnSqliteTests : MailSenderContract
{
    readonly string folder = Directory.CreateTempSubdirectory("meetpoint-mail-").FullName;

    protected override Store Open(IReadOnlyList<Migration> migrations) =>
        SqliteStore.Open(new SqliteStoreOptions(Path.Combine(folder, "store.db")) { Inline = true }, migrations);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

public sealed class MailSenderOnPostgresTests(PostgresServer server) : MailSenderContract, IClassFixture<PostgresServer>
{
    protected override Store Open(IReadOnlyList<Migration> migrations)
    {
        server.SkipWhenAbsent();
        var options = new PostgresStoreOptions(server.ConnectionString) { Schema = "t" + Guid.NewGuid().ToString("N"), Inline = true };
        return PostgresStore.Open(options, migrations);
    }
}

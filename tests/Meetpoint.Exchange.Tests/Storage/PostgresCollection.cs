using Meetpoint.Tests.Support;

namespace Meetpoint.Exchange.Tests.Storage;

/// <summary>One server for all test classes that need one; each test has a schema of its own.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}

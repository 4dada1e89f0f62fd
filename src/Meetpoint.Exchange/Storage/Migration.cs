using System.Security.Cryptography;
using System.Text;

namespace Meetpoint.Exchange.Storage;

/// <summary>
/// One step of the schema, applied once in a transaction of its own. Never edited after release: a change is a further step.
/// </summary>
/// <remarks>
/// Statements are in the subset that SQLite and PostgreSQL share, with these tokens where they differ:
/// {text} (compared by bytes in both), {bigint} (integers, booleans as 0 and 1, instants), {double}, {blob},
/// {strict} (closes a create table: SQLite then checks types as PostgreSQL does). Constraints are immediate, never deferred,
/// since a failing commit would take the work of others with it.
/// </remarks>
/// <param name="Id">Unique and stable: the slice and a number, such as "nni-001".</param>
/// <param name="Name">What it does, in a few words.</param>
/// <param name="Statements">Executed in this order.</param>
public sealed record Migration(string Id, string Name, params string[] Statements)
{
    /// <summary>SHA-256 of the statements in hexadecimal, kept beside the id so that an edited step is noticed.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(";\n", Statements))));
}

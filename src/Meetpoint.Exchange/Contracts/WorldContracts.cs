using System.Text.Json.Nodes;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A version that an agreement had.</summary>
/// <param name="Version">1, 2, 3, ...</param>
/// <param name="Hash">SHA-256 of its canonical form, which both parties can compare.</param>
/// <param name="StoredAt">When this exchange took it in.</param>
/// <param name="Terms">The agreement as it was.</param>
public sealed record AgreementVersionView(long Version, string Hash, Instant StoredAt, JsonObject Terms);

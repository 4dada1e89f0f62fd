using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Settlement;

/// <summary>SHA-256 over canonical JSON, in lower-case hexadecimal.</summary>
static class CanonicalHash
{
    public static string Of(JsonNode? json) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(json)));
}

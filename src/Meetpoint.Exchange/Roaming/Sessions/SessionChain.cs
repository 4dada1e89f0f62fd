using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>The chain by which each side proves what reports it had, in which order: each link is SHA-256 over the one before and the digest of a report.</summary>
static class SessionChain
{
    /// <summary>The link of a report after another.</summary>
    /// <param name="previous">In hexadecimal; empty before the first.</param>
    /// <param name="report">What was accepted.</param>
    public static string Next(string previous, AccountingReport report) => Next(previous, report.Digest);

    /// <inheritdoc cref="Next(string, AccountingReport)"/>
    public static string Next(string previous, byte[] digest)
    {
        Span<byte> both = stackalloc byte[2 * SHA256.HashSizeInBytes];
        both.Clear();
        if (previous.Length == 2 * SHA256.HashSizeInBytes)
            Convert.FromHexString(previous, both, out _, out _);
        digest.CopyTo(both[SHA256.HashSizeInBytes..]);
        return Convert.ToHexStringLower(SHA256.HashData(both));
    }

    /// <summary>By which the same report is known when it comes again.</summary>
    public static long MarkOf(AccountingReport report) => BinaryPrimitives.ReadInt64BigEndian(report.Digest);
}

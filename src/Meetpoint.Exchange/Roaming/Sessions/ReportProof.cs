using System.Security.Cryptography;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>What is kept of one report, to prove it.</summary>
/// <param name="Place">1 for the first of its session, in the order in which they came.</param>
/// <param name="Status">What it reported.</param>
/// <param name="Received">When it came.</param>
/// <param name="Event">When it happened, by the access server.</param>
/// <param name="Seconds">Acct-Session-Time; null without.</param>
/// <param name="OctetsIn">From the user.</param>
/// <param name="OctetsOut">To the user.</param>
/// <param name="PacketsIn">From the user.</param>
/// <param name="Digest">SHA-256 of its attributes.</param>
/// <param name="Raw">Those attributes, of what began and what ended it; null of an interim.</param>
/// <param name="PacketsOut">To the user.</param>
sealed record ReportProof(
    long Place, AccountingStatus Status, Instant Received, Instant Event, long? Seconds, long OctetsIn, long OctetsOut, long PacketsIn, byte[] Digest, byte[]? Raw,
    long PacketsOut);

/// <summary>Some reports of a session, packed: what waits in its row, and what is written in a row of its own when enough of them do. Immutable.</summary>
/// <remarks>One octet of version, then report after report: times as distances, numbers in as few octets as they take.</remarks>
sealed class ProofBlock
{
    /// <summary>Reports that wait in the row of their session: each makes that row longer by some 65 octets, and a row of their own costs as much as the session's.</summary>
    public const int Limit = 8;

    const byte Version = 1;
    const byte HasSeconds = 1, HasRaw = 2;

    ProofBlock(byte[] octets, int count, bool hasRaw) => (Octets, Count, IsFull) = (octets, count, hasRaw || count >= Limit);

    /// <summary>Without any.</summary>
    public static ProofBlock Empty { get; } = new([Version], 0, false);

    /// <summary>As it is stored.</summary>
    public byte[] Octets { get; }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>True when it is to be written: nothing that is larger than an interim waits.</summary>
    public bool IsFull { get; }

    /// <summary>With one more. Raw is kept of what began and what ended it.</summary>
    public ProofBlock Add(AccountingReport report, long place)
    {
        var raw = report.Status is AccountingStatus.InterimUpdate ? null : report.Kept;
        var writer = new PackedWriter(stackalloc byte[1_024]);
        writer.Raw(Octets);
        writer.Number(place);
        writer.Octet((byte)report.Status);
        writer.Octet((byte)((report.SessionSeconds is null ? 0 : HasSeconds) | (raw is null ? 0 : HasRaw)));
        writer.Signed(report.Received.ToUnixTimeTicks());
        writer.Signed(report.Event.ToUnixTimeTicks() - report.Received.ToUnixTimeTicks());
        if (report.SessionSeconds is { } seconds)
            writer.Number(seconds);
        writer.Number(report.OctetsIn);
        writer.Number(report.OctetsOut);
        writer.Number(report.PacketsIn);
        writer.Number(report.PacketsOut);
        writer.Raw(report.Digest);
        if (raw is not null)
            writer.Octets(raw);
        return new ProofBlock(writer.ToArray(), Count + 1, raw is not null);
    }

    /// <summary>One that waits in a row.</summary>
    public static ProofBlock Waiting(ReadOnlySpan<byte> octets, int count) => count == 0 ? Empty : new ProofBlock(octets.ToArray(), count, false);

    /// <summary>The reports, in the order in which they came.</summary>
    public static IEnumerable<ReportProof> Read(byte[] octets)
    {
        var reader = new PackedReader(octets);
        if (reader.Octet() is var version && version != Version)
            throw new InvalidDataException($"Version {version} of packed reports is not known here.");
        var reports = new List<ReportProof>();
        while (!reader.IsAtEnd)
            reports.Add(ReadOne(ref reader));
        return reports;
    }

    static ReportProof ReadOne(ref PackedReader reader)
    {
        var place = reader.Number();
        var status = (AccountingStatus)reader.Octet();
        var has = reader.Octet();
        var received = reader.Signed();
        var at = received + reader.Signed();
        var seconds = (has & HasSeconds) != 0 ? reader.Number() : default(long?);
        var (octetsIn, octetsOut, packetsIn, packetsOut) = (reader.Number(), reader.Number(), reader.Number(), reader.Number());
        var digest = reader.Raw(SHA256.HashSizeInBytes).ToArray();
        return new ReportProof(
            place, status, Instant.FromUnixTimeTicks(received), Instant.FromUnixTimeTicks(at), seconds, octetsIn, octetsOut, packetsIn, digest,
            (has & HasRaw) != 0 ? reader.Octets().ToArray() : null, packetsOut);
    }
}

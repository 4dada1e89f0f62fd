using System.Buffers.Binary;
using System.Security.Cryptography;
using Meetpoint.Exchange.Roaming.Sessions;
using NodaTime;

namespace Meetpoint.Exchange.Tests.Roaming.Sessions;

/// <summary>Reports of one session at one access server, told by seconds since noon.</summary>
static class Reports
{
    public static readonly Instant Noon = Instant.FromUtc(2026, 11, 22, 12, 0);

    public static readonly ReportSource Source = new("liberty", "albion", "albion.example", "liberty-nas");

    public static Instant At(long seconds) => Noon + Duration.FromSeconds(seconds);

    public static AccountingReport Start(long at, string id = "a1") => Make(AccountingStatus.Start, at, id);

    public static AccountingReport Interim(long at, long? seconds, long octetsIn, long octetsOut, string id = "a1") =>
        Make(AccountingStatus.InterimUpdate, at, id) with { SessionSeconds = seconds, HasOctets = true, HasGigawords = true, OctetsIn = octetsIn, OctetsOut = octetsOut, Digest = Digest(3, at, seconds ?? -1, octetsIn, octetsOut) };

    public static AccountingReport Stop(long at, long? seconds, long octetsIn, long octetsOut, string id = "a1") =>
        Interim(at, seconds, octetsIn, octetsOut, id) with { Status = AccountingStatus.Stop, TerminateCause = 1, Digest = Digest(2, at, seconds ?? -1, octetsIn, octetsOut) };

    public static AccountingReport Restart(long at) => Make(AccountingStatus.AccountingOn, at, "");

    static AccountingReport Make(AccountingStatus status, long at, string id) => new()
    {
        Source = Source,
        Nas = "nas-1",
        SessionId = id,
        Status = status,
        Received = At(at),
        Event = At(at),
        Person = "p-1",
        Hotspot = "isocc=us,cc=1,ac=212,network=LIBERTY",
        Kept = [1, 2, 3],
        Digest = Digest((long)status, at, id.Length == 0 ? 0 : id[^1]),
    };

    static byte[] Digest(params long[] numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(long)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(i * sizeof(long)), numbers[i]);
        return SHA256.HashData(bytes);
    }

    /// <summary>The session that comes of them.</summary>
    public static RoamingSession Session(params IEnumerable<AccountingReport> reports) => reports.Aggregate(new RoamingSession(), (session, report) => session.Apply(report).Session);
}

using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Settlement;

/// <summary>What this exchange itself saw of what another measured: the rooms answer it, and the ends of calls. Called on the store's writer thread; must not block.</summary>
public interface IUsageWitness
{
    /// <summary>What was seen of that participant or cascade; null when nothing was.</summary>
    /// <param name="reader">The transaction that asks: what came just before, in the same commit, is seen too.</param>
    /// <param name="record">What the other measured.</param>
    UsageObservation? Observe(StoreReader reader, UsageRecord record);

    /// <summary>The record was countersigned by what was observed of it: that stands for no other record any more.</summary>
    void Agreed(StoreTransaction transaction, UsageRecord record)
    {
    }
}

/// <summary>One side's own view of a usage.</summary>
/// <param name="Started">First sign of it.</param>
/// <param name="Ended">Last sign of it; null while it goes on.</param>
/// <param name="PacketsIn">Packets received from the measuring side; null where they cannot be told apart.</param>
/// <param name="PacketsOut">Packets sent to the measuring side; null where they cannot be told apart.</param>
/// <param name="BytesIn">Octets from the user of a roaming session, as it was reported here too; null for all else.</param>
/// <param name="BytesOut">The same to the user.</param>
public sealed record UsageObservation(
    Instant Started, Instant? Ended, long? PacketsIn = null, long? PacketsOut = null, long? BytesIn = null, long? BytesOut = null)
{
    /// <summary>How long it was, in milliseconds, where that is not the time from start to end: what the access server counted; null otherwise.</summary>
    public long? BillableMs { get; init; }

    /// <summary>How well this side heard it, of each of its own legs; null where that was not measured.</summary>
    public IReadOnlyList<LegQuality>? Quality { get; init; }
}

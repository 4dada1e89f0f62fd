using System.Runtime.InteropServices;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What every call reads of an agreement in one direction: one cache line. The rest stands in <see cref="AgreementLink"/>.</summary>
[StructLayout(LayoutKind.Sequential, Size = CacheLines<byte>.LineBytes)]
struct LinkRow
{
    /// <summary>Stands for no link.</summary>
    public const int None = -1;

    public long ValidFromTicks;
    public long ValidUntilTicks;
    public ulong Profiles;
    public uint Services;
    public int From;
    public int To;

    /// <summary>Another agreement of the same pair, such as the next year's.</summary>
    public int Next;

    /// <summary>Place of this node's slice of the limits.</summary>
    public int Slice;

    /// <summary>The same of the limits of roaming; none where it has none.</summary>
    public int RoamingSlice;
    public bool Carries;
    public bool Transit;
    public bool IsTrial;
    public bool IsDraft;

    public readonly bool IsInForce(long nowTicks) => Carries && nowTicks >= ValidFromTicks && nowTicks < ValidUntilTicks;

    public readonly bool Covers(Service service) => (Services & (1u << (int)service)) != 0;

    public readonly bool Admits(int profile) => (Profiles & (1UL << profile)) != 0;
}

/// <summary>What every call reads of its destination. The rest stands in <see cref="Destination"/>.</summary>
[StructLayout(LayoutKind.Sequential, Size = CacheLines<byte>.LineBytes / 2)]
struct DestinationRow
{
    /// <summary>Stands for no destination.</summary>
    public const int None = -1;

    /// <summary>A bit for each way.</summary>
    public ulong All;

    /// <summary>Index of the neighbour that is the one way; -1 when there are more, or it is this exchange.</summary>
    public int OnlyNeighbour;
    public int Provider;

    /// <summary>The one link that lets transit through to its provider.</summary>
    public TransitTable.Single Transit;
    public bool HasWhiteList;
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Rooms;

/// <summary>Up to fifteen participants with their levels, as a packet names them.</summary>
struct ContributorList
{
    Ids _ids;
    Levels _levels;

    public int Count { readonly get; private set; }

    [UnscopedRef]
    public readonly ReadOnlySpan<uint> Participants => ((ReadOnlySpan<uint>)_ids)[..Count];

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> LevelOf => ((ReadOnlySpan<byte>)_levels)[..Count];

    public void Clear() => Count = 0;

    /// <summary>Adds one; past the fifteenth, and for one who is there already, nothing happens.</summary>
    public void Add(uint participantId, byte level)
    {
        if (Count == RtpHeader.MaxCsrcs || Participants.Contains(participantId))
            return;
        _ids[Count] = participantId;
        _levels[Count] = level;
        Count++;
    }

    [InlineArray(RtpHeader.MaxCsrcs)]
    struct Ids
    {
        uint _first;
    }

    [InlineArray(RtpHeader.MaxCsrcs)]
    struct Levels
    {
        byte _first;
    }
}

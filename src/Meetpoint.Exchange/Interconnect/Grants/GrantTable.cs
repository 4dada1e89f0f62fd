namespace Meetpoint.Exchange.Interconnect;

/// <summary>What a grant holds. Lives in a table and is used again; the generation tells the uses apart and is odd while held.</summary>
struct GrantState
{
    public uint Generation;
    public int NextFree;
    public CorrelationId Correlation;
    public World? World;
    public string? Parent;
    public ulong Admissible;
    public int Origin;
    public int Target;
    public int Sender; // index of the neighbour, -1 for none
    public int Destination; // or DestinationRow.None: then the routes are the target's
    public int First; // links, or LinkRow.None
    public int Second;
    public int FirstSlice;
    public int SecondSlice;
    public int Ports;
    public GrantKind Kind;
    public bool IsEmergency;
}

/// <summary>
/// The places of grants: taken and given back without a lock, the last given back first, since it is still in the cache. Grows by
/// chunks up to a bound and never moves.
/// </summary>
sealed class GrantTable
{
    const int ChunkBits = 10;
    const int ChunkSize = 1 << ChunkBits;

    readonly Lock _growing = new();
    readonly GrantState[]?[] _chunks;
    long _free; // high half: a count against ABA; low half: a slot plus one, nought when empty
    int _slots;

    /// <summary>A table of at most this many grants, rounded up to whole chunks.</summary>
    public GrantTable(int maxGrants) => _chunks = new GrantState[]?[(maxGrants + ChunkSize - 1) / ChunkSize];

    /// <summary>Grants held now, by counting: a counter would be one more word that all calls write to.</summary>
    public int CountHeld()
    {
        var held = 0;
        foreach (var chunk in _chunks)
        {
            if (chunk is null)
                break;
            foreach (ref var state in chunk.AsSpan())
                held += (int)(Volatile.Read(ref state.Generation) & 1);
        }

        return held;
    }

    public ref GrantState this[int slot] => ref _chunks[slot >> ChunkBits]![slot & (ChunkSize - 1)];

    /// <summary>Takes a place; -1 when all are held.</summary>
    public int Take()
    {
        while (true)
        {
            var head = Volatile.Read(ref _free);
            var slot = (int)(head & 0xFFFF_FFFF) - 1;
            if (slot < 0)
            {
                if (!TryGrow())
                    return -1;
                continue;
            }

            var next = Volatile.Read(ref this[slot].NextFree);
            if (Interlocked.CompareExchange(ref _free, Tagged(head, next), head) == head)
                return slot;
        }
    }

    /// <summary>Opens the handle of a place whose state is written.</summary>
    public Grant Open(int slot)
    {
        ref var state = ref this[slot];
        var generation = unchecked(state.Generation + 1);
        Volatile.Write(ref state.Generation, generation);
        return new Grant(this, slot, generation);
    }

    /// <summary>Gives back what the grant holds; only the first call with this generation does.</summary>
    public bool Release(int slot, uint generation)
    {
        ref var state = ref this[slot];
        if (Interlocked.CompareExchange(ref state.Generation, unchecked(generation + 1), generation) != generation)
            return false;
        var slices = state.World!.Slices;
        if (state.FirstSlice != LinkRow.None)
            slices[state.FirstSlice].Release(state.Kind, state.Ports);
        if (state.SecondSlice != LinkRow.None)
            slices[state.SecondSlice].Release(state.Kind, state.Ports);
        state.World = null;
        state.Parent = null;
        Push(slot, slot);
        return true;
    }

    void Push(int first, int last)
    {
        while (true)
        {
            var head = Volatile.Read(ref _free);
            Volatile.Write(ref this[last].NextFree, (int)(head & 0xFFFF_FFFF));
            if (Interlocked.CompareExchange(ref _free, Tagged(head, first + 1), head) == head)
                return;
        }
    }

    bool TryGrow()
    {
        lock (_growing)
        {
            if ((Volatile.Read(ref _free) & 0xFFFF_FFFF) != 0)
                return true;
            var chunk = _slots >> ChunkBits;
            if (chunk == _chunks.Length)
                return false;
            var states = new GrantState[ChunkSize];
            for (var i = 0; i < ChunkSize - 1; i++)
                states[i].NextFree = _slots + i + 2;
            Volatile.Write(ref _chunks[chunk], states);
            Push(_slots, _slots + ChunkSize - 1);
            _slots += ChunkSize;
            return true;
        }
    }

    static long Tagged(long head, int slotPlusOne) => unchecked((long)(((ulong)head & 0xFFFF_FFFF_0000_0000) + 0x1_0000_0000UL) | (uint)slotPlusOne);
}

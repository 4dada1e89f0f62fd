namespace Meetpoint.Media.Jitter;

/// <summary>What waits in a slot of the store.</summary>
enum StoredKind : byte
{
    Empty,
    Audio,

    /// <summary>Audio of which the sender says that it is silence.</summary>
    SilentAudio,

    Noise,

    /// <summary>A packet of the stream that carries no audio (a key press): it is neither lost nor played.</summary>
    Skip,
}

/// <summary>Encoded packets by sequence number until their time comes: a ring, so that reordering costs nothing.</summary>
/// <param name="maxPayload">Bytes of the longest payload.</param>
sealed class PacketStore(int maxPayload)
{
    /// <summary>Slots of the ring: 640 ms of 10 ms packets, over three times the longest delay.</summary>
    public const int Capacity = 64;

    readonly Slot[] _slots = new Slot[Capacity];
    readonly byte[] _payloads = new byte[Capacity * maxPayload];
    long _newest = -1;

    public int Count { get; private set; }

    /// <summary>Bytes of the longest payload that is kept.</summary>
    public int MaxPayload => maxPayload;

    /// <summary>Puts a packet in; false when it is there already.</summary>
    public bool Add(long sequence, long timestamp, StoredKind kind, ReadOnlySpan<byte> payload)
    {
        ref var slot = ref _slots[sequence & (Capacity - 1)];
        if (slot.Kind != StoredKind.Empty)
            return false;
        slot = new Slot { Sequence = sequence, Timestamp = timestamp, Kind = kind, Length = payload.Length };
        payload.CopyTo(_payloads.AsSpan((int)(sequence & (Capacity - 1)) * maxPayload));
        _newest = Math.Max(_newest, sequence);
        Count++;
        return true;
    }

    /// <summary>The first packet at or after <paramref name="from"/>; false when there is none.</summary>
    public bool TryFirst(long from, out long sequence, out long timestamp, out StoredKind kind)
    {
        if (Count > 0)
        {
            for (var at = from; at <= _newest; at++)
            {
                ref readonly var slot = ref _slots[at & (Capacity - 1)];
                if (slot.Kind == StoredKind.Empty || slot.Sequence != at)
                    continue;
                (sequence, timestamp, kind) = (at, slot.Timestamp, slot.Kind);
                return true;
            }
        }

        (sequence, timestamp, kind) = (0, 0, StoredKind.Empty);
        return false;
    }

    public bool Contains(long sequence) => KindOf(sequence) != StoredKind.Empty;

    public StoredKind KindOf(long sequence)
    {
        ref readonly var slot = ref _slots[sequence & (Capacity - 1)];
        return slot.Sequence == sequence ? slot.Kind : StoredKind.Empty;
    }

    public ReadOnlySpan<byte> PayloadOf(long sequence)
    {
        var index = (int)(sequence & (Capacity - 1));
        return _payloads.AsSpan(index * maxPayload, _slots[index].Length);
    }

    public void Remove(long sequence)
    {
        ref var slot = ref _slots[sequence & (Capacity - 1)];
        if (slot.Kind == StoredKind.Empty || slot.Sequence != sequence)
            return;
        slot.Kind = StoredKind.Empty;
        Count--;
    }

    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
        _newest = -1;
    }

    struct Slot
    {
        public long Sequence;
        public long Timestamp;
        public int Length;
        public StoredKind Kind;
    }
}

namespace Meetpoint.Exchange.Interconnect;

/// <summary>The places of slices: grows by chunks, never moves, never forgets. Reading is lock free; adding is the caller's to guard.</summary>
sealed class SliceCells
{
    const int ChunkBits = 10;
    const int ChunkSize = 1 << ChunkBits;

    CacheLines<SliceCell>[] _chunks = [];

    /// <summary>Number of places.</summary>
    public int Count { get; private set; }

    /// <summary>A slice, in place.</summary>
    public ref SliceCell this[int place] => ref _chunks[place >> ChunkBits][place & (ChunkSize - 1)];

    /// <summary>Asks for a slice before it is needed.</summary>
    public void Prefetch(int place) => _chunks[place >> ChunkBits].Prefetch(place & (ChunkSize - 1));

    /// <summary>A new place. One caller at a time.</summary>
    public int Add()
    {
        if (Count == _chunks.Length * ChunkSize)
            Volatile.Write(ref _chunks, [.. _chunks, new CacheLines<SliceCell>(ChunkSize)]);
        this[Count].Begin();
        return Count++;
    }
}

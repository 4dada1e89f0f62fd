namespace Meetpoint.Net;

/// <summary>
/// Bytes that outlive the call in which they came: rented from a <see cref="BufferPool"/>, shared by counting references, and given back
/// by the last <see cref="Release"/>.
/// </summary>
/// <remarks>
/// It starts with one reference, which is the renter's. Counting is thread safe; the bytes are not, so who shares them only reads.
/// </remarks>
public sealed class PooledBuffer
{
    readonly BufferPool _pool;
    readonly byte[] _bytes;
    int _references;

    internal PooledBuffer(BufferPool pool, int capacity)
    {
        _pool = pool;
        _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    }

    /// <summary>How many bytes are in use; 0 to <see cref="Capacity"/>.</summary>
    public int Length { get; private set; }

    /// <summary>How many fit.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>The bytes in use. Not to be touched after the holder's Release.</summary>
    public Span<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>The bytes in use, for what needs a Memory.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Sets how many bytes are in use; what was not written is of an earlier use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than fit.</exception>
    public void SetLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_bytes.Length, nameof(length));
        Length = length;
    }

    /// <summary>Adds a holder, who must Release it. Only while holding it.</summary>
    public PooledBuffer AddReference()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    /// <summary>Gives up one reference; the last puts the buffer back.</summary>
    /// <exception cref="InvalidOperationException">It was released more often than held, a fault of the caller.</exception>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left == 0)
            _pool.Return(this);
        else if (left < 0)
            throw new InvalidOperationException("a pooled buffer was released twice");
    }

    internal void Start(int length)
    {
        _references = 1;
        Length = length;
    }
}

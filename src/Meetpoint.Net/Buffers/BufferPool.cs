namespace Meetpoint.Net;

/// <summary>Buffers of one size, bounded in number: who finds none must drop or wait, so no flood fills memory.</summary>
/// <remarks>Thread safe. Allocates only up to the limit, and then never again.</remarks>
public sealed class BufferPool
{
    readonly Lock _lock = new();
    readonly PooledBuffer[] _free;
    readonly int _bufferBytes;
    int _freeCount;
    int _made;

    /// <summary>A pool of at most <paramref name="maxBuffers"/> buffers of <paramref name="bufferBytes"/> each.</summary>
    public BufferPool(int bufferBytes, int maxBuffers)
    {
        _bufferBytes = bufferBytes;
        _free = new PooledBuffer[maxBuffers];
    }

    /// <summary>How many are rented now.</summary>
    public int Rented
    {
        get
        {
            lock (_lock)
                return _made - _freeCount;
        }
    }

    /// <summary>Rents one and copies the bytes into it. Null when all are rented or the bytes do not fit.</summary>
    public PooledBuffer? TryCopy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bufferBytes || TryRent() is not { } buffer)
            return null;
        buffer.SetLength(bytes.Length);
        bytes.CopyTo(buffer.Span);
        return buffer;
    }

    /// <summary>Rents one of full length, held once. Null when all are rented.</summary>
    public PooledBuffer? TryRent()
    {
        PooledBuffer buffer;
        lock (_lock)
        {
            if (_freeCount > 0)
                buffer = _free[--_freeCount];
            else if (_made < _free.Length)
            {
                _made++;
                buffer = new PooledBuffer(this, _bufferBytes);
            }
            else
            {
                return null;
            }
        }

        buffer.Start(_bufferBytes);
        return buffer;
    }

    internal void Return(PooledBuffer buffer)
    {
        lock (_lock)
            _free[_freeCount++] = buffer;
    }
}

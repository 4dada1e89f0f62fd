using System.Buffers;

namespace Meetpoint.Net;

/// <summary>Bytes that wait to be sent on a stream, in one rented array that grows as needed and goes back when empty.</summary>
struct StreamSendBuffer
{
    const int FirstBytes = 4096;

    byte[]? _bytes;
    int _start;

    /// <summary>How many bytes wait.</summary>
    internal int Count { get; private set; }

    internal readonly ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_start, Count);

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes is null || _start + Count + bytes.Length > _bytes.Length)
            MakeRoom(Count + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_start + Count));
        Count += bytes.Length;
    }

    internal void Consume(int count)
    {
        _start += count;
        Count -= count;
        if (Count == 0)
            Release();
    }

    internal void Release()
    {
        if (_bytes is not null)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
        _start = Count = 0;
    }

    void MakeRoom(int needed)
    {
        var old = _bytes;
        if (old is not null && needed <= old.Length / 2)
        {
            old.AsSpan(_start, Count).CopyTo(old);
            _start = 0;
            return;
        }

        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, needed * 2));
        if (old is not null)
        {
            old.AsSpan(_start, Count).CopyTo(grown);
            ArrayPool<byte>.Shared.Return(old);
        }

        _bytes = grown;
        _start = 0;
    }
}

namespace Meetpoint.Media.Recording;

/// <summary>Bytes that are written one after the other, and what was written can be written over. It grows and does not shrink. One thread.</summary>
class GrowingBytes
{
    byte[] _buffer = new byte[4096];

    /// <summary>Bytes that were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>Begins anew.</summary>
    public void Clear() => Length = 0;

    /// <summary>Bytes that were written already, to be read or written over.</summary>
    public Span<byte> At(int at, int count) => _buffer.AsSpan(at, count);

    /// <summary>So many bytes at the end, to be written.</summary>
    public Span<byte> Take(int count)
    {
        if (Length + count > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        var taken = _buffer.AsSpan(Length, count);
        Length += count;
        return taken;
    }
}

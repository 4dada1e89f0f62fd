namespace Meetpoint.Net.Tests.Streams;

/// <summary>A stream receiver that keeps what it hears.</summary>
sealed class StreamProbe : IStreamReceiver
{
    internal bool Opened { get; private set; }

    internal int OpenedCount { get; private set; }

    internal List<byte> Bytes { get; } = [];

    internal string? Closed { get; private set; }

    internal int ClosedCount { get; private set; }

    internal IStream? Stream { get; private set; }

    /// <summary>False once a call came off the loop.</summary>
    internal bool AlwaysOnLoop { get; private set; } = true;

    internal required IEventLoop Loop { get; init; }

    internal Action<IStream, byte[]>? Answer { get; init; }

    internal StreamProbe Accepted(IStream stream)
    {
        AlwaysOnLoop &= Loop.IsCurrent;
        Stream = stream;
        return this;
    }

    public void OnOpened(IStream stream)
    {
        AlwaysOnLoop &= Loop.IsCurrent;
        Opened = true;
        OpenedCount++;
        Stream = stream;
    }

    public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
    {
        AlwaysOnLoop &= Loop.IsCurrent;
        Bytes.AddRange(bytes);
        Answer?.Invoke(stream, bytes.ToArray());
    }

    public void OnClosed(IStream stream, string reason)
    {
        AlwaysOnLoop &= Loop.IsCurrent;
        Closed = reason;
        ClosedCount++;
    }
}

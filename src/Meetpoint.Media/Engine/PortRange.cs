namespace Meetpoint.Media.Engine;

/// <summary>The even ports of a range, handed out in turn, so that one that was given back rests for as long as may be. Thread safe.</summary>
sealed class PortRange
{
    readonly Lock _lock = new();
    readonly Queue<int> _free = new();

    public PortRange(int minPort, int maxPort)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minPort, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPort, ushort.MaxValue);
        for (var port = (minPort + 1) & ~1; port + 1 <= maxPort; port += 2)
            _free.Enqueue(port);
        if (_free.Count == 0)
            throw new ArgumentOutOfRangeException(nameof(maxPort), $"There is no pair of ports from {minPort} to {maxPort}");
    }

    public int FreePairs
    {
        get
        {
            lock (_lock)
                return _free.Count;
        }
    }

    /// <summary>The next even port; false when all are taken.</summary>
    public bool TryTake(out int port)
    {
        lock (_lock)
            return _free.TryDequeue(out port);
    }

    public void Return(int port)
    {
        lock (_lock)
            _free.Enqueue(port);
    }
}

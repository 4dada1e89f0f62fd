namespace Meetpoint.Media.Engine;

/// <summary>The even ports of a range, handed out in turn, so that one that was given back rests for as long as may be. Thread safe.</summary>
sealed class PortRange
{
    readonly Lock _lock = new();
    readonly Queue<int> _free = new();
    readonly int _first;
    readonly int _last;

    public PortRange(int minPort, int maxPort)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minPort, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPort, ushort.MaxValue);
        _first = (minPort + 1) & ~1;
        _last = maxPort - 1;
        for (var port = _first; port <= _last; port += 2)
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

    /// <summary>Whether this even port is one of the range.</summary>
    public bool Contains(int port) => port >= _first && port <= _last;

    /// <summary>Takes this even port out of turn; false when somebody has it. Looks through all that are free.</summary>
    public bool TryTake(int port)
    {
        lock (_lock)
        {
            var found = false;
            for (var left = _free.Count; left > 0; left--)
            {
                var free = _free.Dequeue();
                if (free == port)
                    found = true;
                else
                    _free.Enqueue(free);
            }

            return found;
        }
    }

    /// <summary>Gives a port back; one that is not of the range was only lent to it.</summary>
    public void Return(int port)
    {
        if (!Contains(port))
            return;
        lock (_lock)
            _free.Enqueue(port);
    }
}

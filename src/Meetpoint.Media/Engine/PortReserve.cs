using System.Collections.Concurrent;
using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>Open pairs of ports of one loop, kept ahead so that one can be told to a peer at once.</summary>
sealed class PortReserve(INetwork network, IEventLoop loop, PortRange range, NetAddress bind, int pairs)
{
    /// <summary>Ports that turn out to be another program's before giving up, each time.</summary>
    const int MaxTaken = 64;

    readonly ConcurrentQueue<PortPair> _open = new();
    int _wanted;

    /// <summary>
    /// Takes an open pair; from any thread. In a rush that outruns the reserve it promises a number that is opened when the loop comes to it.
    /// </summary>
    /// <returns>False when every port of the range is taken.</returns>
    public bool TryTakeOrPromise(out PortPair? port, out int number)
    {
        if (!_open.TryDequeue(out port) && loop.IsCurrent)
            port = Open();
        Refill();
        number = port?.Port ?? 0;
        return port is not null || range.TryTake(out number);
    }

    /// <summary>Opens a promised pair; null when another program has it. On the loop.</summary>
    public PortPair? OpenPromised(int number)
    {
        var port = PortPair.TryOpen(network, bind, number, loop);
        if (port is null)
            range.Return(number);
        return port;
    }

    /// <summary>Takes the pair of this number out of the reserve; null when it is not in it. On the loop.</summary>
    public PortPair? TryTake(int number)
    {
        PortPair? found = null;
        for (var left = _open.Count; left > 0 && _open.TryDequeue(out var pair); left--)
        {
            if (found is null && pair.Port == number)
                found = pair;
            else
                _open.Enqueue(pair);
        }

        return found;
    }

    /// <summary>Opens as many as are wanted, on the loop.</summary>
    public void Refill()
    {
        if (Interlocked.Exchange(ref _wanted, 1) == 0)
            loop.Post(OpenMissing);
    }

    /// <summary>Opens the next free pair of the range. On the loop.</summary>
    public PortPair? Open()
    {
        for (var tries = 0; tries < MaxTaken && range.TryTake(out var number); tries++)
        {
            if (PortPair.TryOpen(network, bind, number, loop) is { } port)
                return port;
            range.Return(number); // to the end of the queue: perhaps it is free later
        }

        return null;
    }

    /// <summary>Closes a pair and gives its numbers back. On the loop.</summary>
    public void Close(PortPair port)
    {
        port.Dispose();
        range.Return(port.Port);
    }

    /// <summary>Closes what is in reserve. On the loop.</summary>
    public void CloseAll()
    {
        while (_open.TryDequeue(out var port))
            Close(port);
    }

    void OpenMissing()
    {
        Volatile.Write(ref _wanted, 0);
        while (_open.Count < pairs && Open() is { } port)
            _open.Enqueue(port);
    }
}

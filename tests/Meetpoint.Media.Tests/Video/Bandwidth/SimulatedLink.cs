using Meetpoint.Net;

namespace Meetpoint.Media.Tests.Video.Bandwidth;

/// <summary>A bottleneck in virtual time: a queue of limited length before a line of a given rate, then a way of fixed delay, with loss by chance.</summary>
sealed class SimulatedLink(long bitsPerSecond, int seed = 1)
{
    readonly Queue<Packet> _queue = new();
    readonly Queue<Packet> _onTheirWay = new();
    readonly Random _random = new(seed);
    long _freeNs;
    long _arrivedNs;
    long _queuedBytes;

    /// <summary>Of the line; 0 stands still.</summary>
    public long BitsPerSecond { get; set; } = bitsPerSecond;

    public long DelayNs { get; init; } = 25 * MonotonicTime.Millisecond;

    /// <summary>Up to so much is added to the delay, drawn anew for each packet; none overtakes another.</summary>
    public long JitterNs { get; init; }

    /// <summary>The queue holds what the line sends in this time.</summary>
    public long QueueNs { get; init; } = 400 * MonotonicTime.Millisecond;

    /// <summary>Lost on the line, by chance.</summary>
    public double Loss { get; set; }

    /// <summary>How long a packet would wait that came now.</summary>
    public long WaitNs => BitsPerSecond == 0 ? 0 : _queuedBytes * 8 * MonotonicTime.Second / BitsPerSecond;

    public long Dropped { get; private set; }

    public void Send(SimulatedFlow flow, ushort sequence, int bytes, long nowNs)
    {
        // A line that stands still keeps the queue of its last rate: here as much as of one that takes 1 Mbit/s.
        if (_queuedBytes + bytes > QueueNs * Math.Max(BitsPerSecond, 1_000_000) / (8 * MonotonicTime.Second))
        {
            Dropped++;
            return;
        }

        _queuedBytes += bytes;
        _queue.Enqueue(new Packet(flow, sequence, bytes, nowNs));
    }

    /// <summary>Hands over all that arrives up to a time.</summary>
    public void Run(long nowNs)
    {
        while (BitsPerSecond > 0 && _queue.TryPeek(out var packet))
        {
            var leavesNs = Math.Max(_freeNs, packet.AtNs) + (packet.Bytes * 8L * MonotonicTime.Second / BitsPerSecond);
            if (leavesNs > nowNs)
                break;
            _freeNs = leavesNs;
            _queue.Dequeue();
            _queuedBytes -= packet.Bytes;
            if (_random.NextDouble() < Loss)
                continue;
            _arrivedNs = Math.Max(_arrivedNs, leavesNs + DelayNs + _random.NextInt64(JitterNs + 1));
            _onTheirWay.Enqueue(packet with { AtNs = _arrivedNs });
        }

        if (BitsPerSecond == 0)
            _freeNs = nowNs;
        while (_onTheirWay.TryPeek(out var packet) && packet.AtNs <= nowNs)
        {
            _onTheirWay.Dequeue();
            packet.Flow.OnArrived(packet.Sequence, packet.Bytes, packet.AtNs);
        }
    }

    readonly record struct Packet(SimulatedFlow Flow, ushort Sequence, int Bytes, long AtNs);
}

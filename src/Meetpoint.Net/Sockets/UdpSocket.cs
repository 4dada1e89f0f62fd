using Meetpoint.Net.Native;

namespace Meetpoint.Net;

/// <summary>
/// A UDP socket of a <see cref="ThreadEventLoop"/>: receives and sends in batches and allocates nothing for a datagram.
/// </summary>
/// <remarks>
/// ICMP errors are ignored: they can be forged, and a socket that serves many peers must not fail for one. For the loop's thread,
/// except <see cref="Dispose"/> and <see cref="Counters"/>.
/// </remarks>
public sealed unsafe class UdpSocket : PollSource, IDatagramSocket
{
    internal int QueuedFirst = -1;
    internal int QueuedLast = -1;
    internal int QueuedCount;
    internal bool IsWaiting;
    internal readonly int Family;

    /// <summary>Batches that one Deliver takes; more than a receive buffer holds, and an end to it when they come faster than they are read.</summary>
    const int MaxBatchesAtOnce = 256;

    /// <summary>Batches of a turn on a socket that stamps arrivals.</summary>
    const int MaxBatchesInTurn = 8;

    const int Flags = Libc.MsgDontWait | Libc.MsgNoSignal;

    readonly ThreadEventLoop _loop;
    readonly IDatagramReceiver _receiver;
    long _received;
    long _sent;
    long _droppedFull;
    long _droppedUnsendable;
    volatile bool _closed;
    long _readyTurn;
    bool _waits;
    bool _stamps;

    internal UdpSocket(NetAddress local, ThreadEventLoop loop, IDatagramReceiver receiver, SocketOptions options)
    {
        _loop = loop;
        _receiver = receiver;
        Family = NativeSocket.FamilyOf(local);
        var fd = NativeSocket.Open(Family, Libc.SockDatagram);
        if (Family == Libc.AfInet6)
            NativeSocket.Set(fd, Libc.IpProtoIPv6, Libc.IPv6Only, options.DualStack ? 0 : 1);
        if (options.ReusePort)
            NativeSocket.Set(fd, Libc.SolSocket, Libc.SoReusePort, 1);
        if (options.ReceiveBufferBytes > 0)
            NativeSocket.Set(fd, Libc.SolSocket, Libc.SoReceiveBuffer, options.ReceiveBufferBytes);
        if (options.SendBufferBytes > 0)
            NativeSocket.Set(fd, Libc.SolSocket, Libc.SoSendBuffer, options.SendBufferBytes);
        NativeSocket.Bind(fd, local, Family);
        Descriptor = fd;
        Local = NativeSocket.LocalOf(fd);
        loop.RunOnLoop(StartWatching);
    }

    /// <inheritdoc/>
    public NetAddress Local { get; }

    /// <summary>What became of its datagrams; may be a little old when read off the loop.</summary>
    public DatagramCounters Counters => new(_received, _sent, _droppedFull, _droppedUnsendable);

    /// <inheritdoc/>
    /// <remarks>On the loop only. Dropped and counted when it cannot go; nothing is done on a closed socket.</remarks>
    public void Send(ReadOnlySpan<byte> payload, in NetAddress to)
    {
        if (_closed)
            return;
        if (payload.Length > DatagramReceiveSlab.DatagramBytes || !_loop.SendQueue.TryAdd(this, payload, to))
            _droppedUnsendable++;
    }

    /// <inheritdoc/>
    /// <remarks>What waits, waits in the kernel's receive buffer, and its time is the kernel's.</remarks>
    public bool DeliversAtOnce
    {
        get => !_waits;
        set
        {
            if (_closed || value == !_waits)
                return;
            _waits = !value;
            if (_waits)
                StampArrivals();
            if (_waits)
                _loop.Unwatch(this);
            else
                _loop.Watch(this, Libc.EpollIn); // level-triggered: what waits is told at the next turn
        }
    }

    /// <inheritdoc/>
    public void StampArrivals()
    {
        if (_stamps || _closed)
            return;
        NativeSocket.Set(Descriptor, Libc.SolSocket, Libc.SoTimestampNs, 1);
        _stamps = true;
    }

    /// <inheritdoc/>
    public void Deliver()
    {
        for (var batches = 0; batches < MaxBatchesAtOnce && !_closed && Receive(_loop.NowNs, inBatch: true) == DatagramReceiveSlab.BatchSize; batches++)
        {
        }
    }

    /// <summary>Sends what is queued and closes. From any thread; off the loop it happens soon.</summary>
    public void Dispose() => _loop.RunOnLoop(Close);

    /// <inheritdoc/>
    /// <remarks>
    /// One of many sockets, as of a call, has a single datagram; what is more is told at the next turn. A socket that is ready at two turns in a
    /// row is a busy one, and is read by batches.
    /// </remarks>
    protected internal override void OnReady(uint ready, long nowNs)
    {
        var turn = _loop.Turn;
        var count = Receive(nowNs, inBatch: _stamps || turn == _readyTurn + 1);
        // Who asks for the times of arrival wants to hear of all that came before he does anything else.
        for (var batches = 1; _stamps && count == DatagramReceiveSlab.BatchSize && batches < MaxBatchesInTurn && !_closed; batches++)
            count = Receive(nowNs, inBatch: true);
        _readyTurn = turn;
    }

    int Receive(long nowNs, bool inBatch)
    {
        var slab = _loop.ReceiveSlab;
        slab.Lend();
        var count = inBatch ? slab.Receive(Descriptor) : slab.ReceiveOne(Descriptor);
        for (var i = 0; i < count && !_closed; i++)
        {
            if (slab.IsTruncated(i))
                continue;
            _received++;
            try
            {
                var arrivedNs = _stamps ? _loop.FromUnixNs(slab.ArrivedUnixNs(i)) : nowNs;
                _receiver.OnDatagram(this, slab.Payload(i), slab.From(i), arrivedNs);
            }
            catch (Exception exception)
            {
                // The other datagrams of the batch are not lost for it.
                _loop.Report(exception);
            }
        }

        slab.Return();
        return count;
    }

    /// <inheritdoc/>
    protected internal override void OnLoopStopped()
    {
        _closed = true;
        _ = Libc.Close(Descriptor);
    }

    internal void SendBatch(Libc.MessageHeader* headers, int count)
    {
        var done = 0;
        while (done < count)
        {
            var sent = count - done == 1 ? SendOne(headers + done) : Libc.SendMany(Descriptor, headers + done, (uint)(count - done), Flags);
            if (sent > 0)
            {
                done += sent;
                _sent += sent;
                continue;
            }

            switch (Libc.LastSystemError)
            {
                case Libc.EIntr:
                    break;
                case Libc.EAgain or Libc.ENoBufs:
                    // Waiting would delay every other datagram of the loop. UDP may lose; what must arrive is repeated by its protocol.
                    _droppedFull += count - done;
                    return;
                default:
                    _droppedUnsendable++;
                    done++;
                    break;
            }
        }
    }

    /// <summary>A lone datagram, as of a media leg at its tick, is spared what the batch call copies in and out.</summary>
    int SendOne(Libc.MessageHeader* header)
    {
        var vector = header->Vectors;
        return Libc.SendTo(Descriptor, vector->Base, vector->Length, Flags, header->Name, header->NameLength) < 0 ? -1 : 1;
    }

    void StartWatching()
    {
        if (!_closed && !_waits)
            _loop.Watch(this, Libc.EpollIn);
    }

    void Close()
    {
        if (_closed)
            return;
        if (QueuedCount > 0)
            _loop.SendQueue.Flush(this);
        _closed = true;
        _loop.Unwatch(this);
        _ = Libc.Close(Descriptor);
    }
}

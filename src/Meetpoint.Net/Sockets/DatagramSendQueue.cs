using System.Runtime.InteropServices;
using Meetpoint.Net.Native;

namespace Meetpoint.Net;

/// <summary>
/// What the sockets of one loop send in a turn: copied into one arena, chained by socket, and handed to the kernel with one sendmmsg a
/// socket when the turn ends or the queue is full.
/// </summary>
sealed unsafe class DatagramSendQueue(ThreadEventLoop loop) : ITurnEnd, IDisposable
{
    internal const int Capacity = 256;
    internal const int MaxPerSocket = 64;
    const int ArenaBytes = 512 * 1024;
    const int End = -1;

    readonly byte* _arena = (byte*)NativeMemory.Alloc(ArenaBytes);
    readonly byte* _names = (byte*)NativeMemory.AllocZeroed(Capacity * SocketAddressCodec.MaxBytes);
    readonly uint* _nameLengths = (uint*)NativeMemory.AllocZeroed(Capacity * sizeof(uint));
    readonly Libc.IoVector* _vectors = (Libc.IoVector*)NativeMemory.AllocZeroed((nuint)(Capacity * sizeof(Libc.IoVector)));
    readonly Libc.MessageHeader* _headers = (Libc.MessageHeader*)NativeMemory.AllocZeroed((nuint)(Capacity * sizeof(Libc.MessageHeader)));
    readonly int[] _next = new int[Capacity];
    readonly UdpSocket?[] _waiting = new UdpSocket?[Capacity];
    int _count;
    int _arenaUsed;
    int _waitingCount;
    bool _announced;

    /// <summary>Copies the datagram into the queue. False when the socket's family cannot reach the address.</summary>
    internal bool TryAdd(UdpSocket socket, ReadOnlySpan<byte> payload, in NetAddress to)
    {
        if (_count == Capacity || _arenaUsed + payload.Length > ArenaBytes)
            FlushAll();
        var entry = _count;
        var name = _names + (entry * SocketAddressCodec.MaxBytes);
        var nameLength = SocketAddressCodec.Write(name, to, socket.Family);
        if (nameLength == 0)
            return false;
        _nameLengths[entry] = nameLength;
        _vectors[entry].Base = _arena + _arenaUsed;
        _vectors[entry].Length = payload.Length;
        payload.CopyTo(new Span<byte>(_arena + _arenaUsed, payload.Length));
        _arenaUsed += payload.Length;
        _count++;
        Chain(socket, entry);
        if (socket.QueuedCount == MaxPerSocket)
            Flush(socket);
        return true;
    }

    /// <summary>Sends what the socket has queued; it may queue again.</summary>
    internal void Flush(UdpSocket socket)
    {
        var count = 0;
        for (var entry = socket.QueuedFirst; entry != End; entry = _next[entry])
        {
            ref var header = ref _headers[count++];
            header.Name = _names + (entry * SocketAddressCodec.MaxBytes);
            header.NameLength = _nameLengths[entry];
            header.Vectors = _vectors + entry;
            header.VectorCount = 1;
        }

        socket.QueuedFirst = socket.QueuedLast = End;
        socket.QueuedCount = 0;
        if (count > 0)
            socket.SendBatch(_headers, count);
    }

    public void OnTurnEnd(long nowNs)
    {
        _announced = false;
        FlushAll();
    }

    public void Dispose()
    {
        NativeMemory.Free(_arena);
        NativeMemory.Free(_names);
        NativeMemory.Free(_nameLengths);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_headers);
    }

    void Chain(UdpSocket socket, int entry)
    {
        _next[entry] = End;
        if (socket.QueuedLast != End)
            _next[socket.QueuedLast] = entry;
        else
            socket.QueuedFirst = entry;
        socket.QueuedLast = entry;
        socket.QueuedCount++;
        if (!socket.IsWaiting)
        {
            socket.IsWaiting = true;
            _waiting[_waitingCount++] = socket;
        }

        if (!_announced)
        {
            _announced = true;
            loop.AtTurnEnd(this);
        }
    }

    void FlushAll()
    {
        for (var i = 0; i < _waitingCount; i++)
        {
            var socket = _waiting[i]!;
            _waiting[i] = null;
            socket.IsWaiting = false;
            Flush(socket);
        }

        _waitingCount = _count = _arenaUsed = 0;
    }
}

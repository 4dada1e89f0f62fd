using System.Runtime.InteropServices;
using Meetpoint.Net.Native;

namespace Meetpoint.Net;

/// <summary>
/// Native memory into which one system call receives up to 64 datagrams. It belongs to a loop, and is lent to receivers for the batch.
/// </summary>
/// <remarks>4 MB of address space; the kernel backs only the pages that datagrams touch, so small ones cost 64 pages.</remarks>
sealed unsafe class DatagramReceiveSlab : IDisposable
{
    internal const int BatchSize = 64;

    /// <summary>No UDP datagram is larger.</summary>
    internal const int DatagramBytes = 65_536;

    readonly byte* _payloads = (byte*)NativeMemory.Alloc(BatchSize * DatagramBytes);
    readonly byte* _names = (byte*)NativeMemory.AllocZeroed(BatchSize * SocketAddressCodec.MaxBytes);
    readonly Libc.IoVector* _vectors = (Libc.IoVector*)NativeMemory.AllocZeroed((nuint)(BatchSize * sizeof(Libc.IoVector)));
    readonly Libc.TimestampMessage* _controls = (Libc.TimestampMessage*)NativeMemory.AllocZeroed((nuint)(BatchSize * sizeof(Libc.TimestampMessage)));
    readonly Libc.MessageHeader* _headers = (Libc.MessageHeader*)NativeMemory.AllocZeroed((nuint)(BatchSize * sizeof(Libc.MessageHeader)));

    const int NoDescriptor = -1;

    int _dirty = BatchSize;
    bool _isLent;

    internal DatagramReceiveSlab()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _vectors[i].Base = _payloads + (i * DatagramBytes);
            _vectors[i].Length = DatagramBytes;
            _headers[i].Name = _names + (i * SocketAddressCodec.MaxBytes);
            _headers[i].Vectors = _vectors + i;
            _headers[i].VectorCount = 1;
            _headers[i].Control = (byte*)(_controls + i);
        }

        BindCalls();
    }

    /// <summary>
    /// Looks up what this loop will call of the C library, by calls that do nothing: the first call of each allocates and takes its time, and one that is
    /// seldom needed, as for two datagrams at once, would do so in the middle of a tick.
    /// </summary>
    void BindCalls()
    {
        uint nameLength = 0;
        _ = Libc.ReceiveMany(NoDescriptor, _headers, 0, 0, null);
        _ = Libc.ReceiveFrom(NoDescriptor, _payloads, 0, 0, _names, &nameLength);
        _ = Libc.SendMany(NoDescriptor, _headers, 0, 0);
        _ = Libc.SendTo(NoDescriptor, _payloads, 0, 0, _names, 0);
    }

    /// <summary>Lends it to one receiver: until <see cref="Return"/> nobody else may fill it.</summary>
    /// <exception cref="InvalidOperationException">It is lent: someone who hears what came in asked for more.</exception>
    internal void Lend()
    {
        if (_isLent)
            throw new InvalidOperationException("Deliver was called while a datagram or the bytes of a stream were being handed over on the same loop");
        _isLent = true;
    }

    /// <summary>What was handed over is no longer looked at.</summary>
    internal void Return() => _isLent = false;

    /// <summary>All of the slab, for a stream to read into between batches.</summary>
    internal Span<byte> StreamBytes => new(_payloads, DatagramBytes);

    /// <summary>Receives what is there. Gives 0 when nothing is, and on errors that a neighbour's ICMP may cause.</summary>
    internal int Receive(int fd)
    {
        // The kernel writes to the lengths of what it fills; one more may be touched where a datagram could not be copied.
        for (var i = 0; i < _dirty; i++)
        {
            _headers[i].NameLength = SocketAddressCodec.MaxBytes;
            _headers[i].ControlLength = sizeof(Libc.TimestampMessage);
        }

        var count = Math.Max(0, Libc.ReceiveMany(fd, _headers, BatchSize, Libc.MsgDontWait, null));
        _dirty = Math.Min(count + 1, BatchSize);
        return count;
    }

    /// <summary>
    /// Receives one datagram, without its time: 0 when none is there. Cheaper than a batch of one, which copies headers in and out and looks for
    /// a second.
    /// </summary>
    internal int ReceiveOne(int fd)
    {
        uint nameLength = SocketAddressCodec.MaxBytes;
        var length = Libc.ReceiveFrom(fd, _payloads, DatagramBytes, Libc.MsgDontWait, _names, &nameLength);
        if (length < 0)
            return 0;
        _headers[0].Moved = (uint)length;
        _headers[0].Flags = 0; // the buffer takes any datagram whole
        return 1;
    }

    internal Span<byte> Payload(int index) => new(_vectors[index].Base, (int)_headers[index].Moved);

    internal NetAddress From(int index) => SocketAddressCodec.Read(_headers[index].Name);

    /// <summary>When the kernel took it in, in nanoseconds of wall time since 1970; 0 on a socket that did not ask.</summary>
    internal long ArrivedUnixNs(int index)
    {
        ref readonly var control = ref _controls[index];
        return _headers[index].ControlLength >= sizeof(Libc.TimestampMessage) && control.Level == Libc.SolSocket && control.Type == Libc.SoTimestampNs
            ? (control.Time.Seconds * MonotonicTime.Second) + control.Time.Nanoseconds
            : 0;
    }

    internal bool IsTruncated(int index) => (_headers[index].Flags & Libc.MsgTruncated) != 0;

    public void Dispose()
    {
        NativeMemory.Free(_payloads);
        NativeMemory.Free(_names);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_controls);
        NativeMemory.Free(_headers);
    }
}

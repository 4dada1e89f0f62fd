using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;
using Meetpoint.Net.Native;

namespace Meetpoint.Exchange.Support.Trace;

/// <summary>
/// The newest messages in a file of fixed size that is mapped into memory: what was written is in the hands of the kernel, so it outlives the
/// process however that ends.
/// </summary>
/// <remarks>
/// One writer (<see cref="Append"/>, <see cref="Dispose"/>: one thread), any number of readers on other threads, which never hold the writer up: they
/// copy a record and look afterwards whether it was overwritten meanwhile. Positions count bytes ever written and never go back, also over restarts;
/// the byte at a position stands at its remainder by the capacity. Messages are kept as they were on the wire, secrets included: the file has mode
/// 0600, and what leaves the process is masked (<see cref="TraceMask"/>).
/// </remarks>
sealed unsafe class TraceRing : IDisposable
{
    /// <summary>Records begin at multiples of this.</summary>
    public const int Align = 16;

    /// <summary>Marks the rest of the file as empty.</summary>
    public const uint FillerBit = 0x8000_0000;

    const ulong Magic = 0x31_4543_4152_5450; // "PTRACE1"
    const int FrontBytes = 4_096;

    /// <summary>Once so much is written it is let go of: hardly anybody reads it, and the whole ring would be resident otherwise.</summary>
    const ulong ReleaseBytes = 4 << 20;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;
    readonly byte* _front;
    readonly byte* _data;
    readonly ulong _capacity;
    ulong _released;
    bool _isDisposed;

    [StructLayout(LayoutKind.Sequential)]
    struct Front
    {
        public ulong Magic;
        public ulong Capacity;
        public ulong Head; // behind the newest record
        public ulong Tail; // the oldest record that is whole
    }

    TraceRing(MemoryMappedFile file, ulong capacity)
    {
        _file = file;
        _capacity = capacity;
        _view = file.CreateViewAccessor(0, FrontBytes + (long)capacity);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _front = start + _view.PointerOffset;
        _data = _front + FrontBytes;
        ref var front = ref *(Front*)_front;
        var isOurs = front.Magic == Magic && front.Capacity == capacity && front.Tail <= front.Head && front.Head - front.Tail <= capacity
            && (front.Head | front.Tail) % Align == 0;
        if (!isOurs)
            front = new Front { Magic = Magic, Capacity = capacity };
        _released = front.Head;
    }

    /// <summary>Opens the file, or makes it with its room on the disk taken and mode 0600; what is in it stays when the size is the same.</summary>
    /// <exception cref="IOException">Another process has it, or there is no room.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static TraceRing Open(TraceOptions options)
    {
        var bytes = Math.Clamp(options.Bytes, TraceLimits.LeastBytes, TraceLimits.MostBytes) / FrontBytes * FrontBytes;
        var stream = OpenKept(options.Path, bytes) ?? Create(options.Path, bytes);
        try
        {
            stream.SetLength(bytes);
            var file = MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
            return new TraceRing(file, (ulong)(bytes - FrontBytes));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes a record over the oldest ones. Allocates nothing.</summary>
    /// <param name="header">All but its length, position and sum, which are set here.</param>
    /// <param name="names">Listener, party and provider one after the other, as long as the header says.</param>
    /// <param name="message">As many bytes as are kept.</param>
    public void Append(ref TraceRecordHeader header, ReadOnlySpan<byte> names, ReadOnlySpan<byte> message)
    {
        if (_isDisposed)
            return;
        ref var front = ref *(Front*)_front;
        var used = TraceRecordHeader.Size + names.Length + message.Length;
        var length = (uint)((used + Align - 1) / Align * Align);
        var head = front.Head;
        var rest = _capacity - (head % _capacity);
        if (rest < length)
        {
            Reserve(ref front, head, rest);
            ref var filler = ref *(TraceRecordHeader*)(_data + (head % _capacity));
            filler.Length = (uint)rest | FillerBit;
            filler.Crc = 0;
            filler.Position = head;
            head += rest;
            Volatile.Write(ref front.Head, head);
        }

        Reserve(ref front, head, length);
        header.Length = length;
        header.Position = head;
        var start = _data + (head % _capacity);
        *(TraceRecordHeader*)start = header;
        var behind = new Span<byte>(start + TraceRecordHeader.Size, (int)length - TraceRecordHeader.Size);
        names.CopyTo(behind);
        message.CopyTo(behind[names.Length..]);
        behind[(names.Length + message.Length)..].Clear();
        ((TraceRecordHeader*)start)->Crc = Sum(new ReadOnlySpan<byte>(start, used));
        Volatile.Write(ref front.Head, head + length);
        if (head + length - _released >= ReleaseBytes)
            Release(head + length);
    }

    /// <summary>Lets go of what was written up to a position.</summary>
    void Release(ulong end)
    {
        var first = _released % _capacity;
        var length = Math.Min(end - _released, _capacity);
        var untilWrap = Math.Min(length, _capacity - first);
        MappedFilePages.Release(_data + first, (nuint)untilWrap);
        MappedFilePages.Release(_data, (nuint)(length - untilWrap));
        _released = end;
    }

    /// <summary>
    /// Takes the record at a position, or the oldest one after it that is whole, and moves the position behind it. False when there is none yet.
    /// </summary>
    public bool TryRead(ref ulong position, TraceRecord record)
    {
        var handle = _view.SafeMemoryMappedViewHandle;
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld); // the mapping stays while it is read
            return TryReadHeld(ref position, record);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (isHeld)
                handle.DangerousRelease();
        }
    }

    /// <summary>Unmaps it once nobody reads; what stands in the file stays there. By the writer.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    /// <summary>The file that is there; null when there is none, or one of another size, which is deleted.</summary>
    static FileStream? OpenKept(string path, long bytes)
    {
        if (!File.Exists(path))
            return null;
        var kept = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None); // throws while another process has it
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(kept.SafeFileHandle, OwnerOnly);
        if (kept.Length == bytes)
            return kept;
        kept.Dispose();
        File.Delete(path);
        return null;
    }

    /// <summary>Room is taken at once: a mapped page that the disk has no room for would end the process.</summary>
    static FileStream Create(string path, long bytes)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, PreallocationSize = bytes };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = OwnerOnly;
        return new FileStream(path, how);
    }

    bool TryReadHeld(ref ulong position, TraceRecord record)
    {
        ref var front = ref *(Front*)_front;
        position = (position + Align - 1) / Align * Align;
        while (true)
        {
            var head = Volatile.Read(ref front.Head);
            position = Math.Max(position, Volatile.Read(ref front.Tail));
            if (position >= head)
                return false;
            var offset = position % _capacity;
            var start = (TraceRecordHeader*)(_data + offset);
            var (length, stamp) = (start->Length, start->Position);
            var room = Math.Min(head - position, _capacity - offset);
            var isFiller = (length & FillerBit) != 0;
            length &= ~FillerBit;
            var isSane = stamp == position && length <= room && length % Align == 0 && length > 0;
            if (isSane && !isFiller)
                record.Take(new ReadOnlySpan<byte>(start, (int)length));
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref front.Tail) > position)
                continue; // it was overwritten while it was read
            if (isSane && (isFiller || record.IsWhole))
            {
                position += length;
                if (!isFiller)
                    return true;
            }
            else
            {
                position += Align; // torn by a machine that lost its power: the next that is whole is looked for
            }
        }
    }

    /// <summary>CRC-32C of a record behind its sum.</summary>
    internal static uint Sum(ReadOnlySpan<byte> record)
    {
        var crc = uint.MaxValue;
        var rest = record[8..];
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(rest))
            crc = BitOperations.Crc32C(crc, word);
        foreach (var b in rest[(rest.Length / 8 * 8)..])
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>Gives up the oldest records until there is room; readers see that before anything is written over them.</summary>
    void Reserve(ref Front front, ulong head, ulong length)
    {
        var tail = front.Tail;
        while (head + length - tail > _capacity)
        {
            var oldest = ((TraceRecordHeader*)(_data + (tail % _capacity)))->Length & ~FillerBit;
            tail = oldest > 0 && oldest % Align == 0 && tail + oldest <= head ? tail + oldest : head;
        }

        if (tail == front.Tail)
            return;
        Volatile.Write(ref front.Tail, tail);
        Interlocked.MemoryBarrier();
    }
}

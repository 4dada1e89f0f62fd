using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Meetpoint.KilledAtWrite;

/// <summary>
/// The writes of one exchange's store, counted over all of its processes, and the one at which it is to be killed: two numbers in a file that the
/// process and its test both have in memory.
/// </summary>
/// <remarks>Thread safe, between processes too.</remarks>
public sealed unsafe partial class WriteGate : IDisposable
{
    /// <summary>The environment variable that tells a process the gate's file.</summary>
    public const string PathVariable = "MEETPOINT_KILL_GATE";

    const int Bytes = 64;
    const int SigKill = 9;
    const long Reached = -1;

    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;
    readonly long* _numbers; // writes so far; the one that is the last: 0 for none, Reached once a process has come to it; 1 for a full disk

    WriteGate(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Bytes);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _numbers = (long*)start;
    }

    /// <summary>Writes, cuts, syncs and deletions so far.</summary>
    public long Writes => Volatile.Read(ref _numbers[0]);

    /// <summary>Opens the gate of a file, which is made when it is not there.</summary>
    public static WriteGate Open(string path) => new(MemoryMappedFile.CreateFromFile(
        new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite),
        null, Bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false));

    /// <summary>The process that comes to this many more writes is killed instead of the last of them; 0: none is.</summary>
    public void Arm(long more) => Volatile.Write(ref _numbers[1], more == 0 ? 0 : Writes + more);

    /// <summary>Nobody is killed from here on. False when a process has come to its last write already: it is ending, or has ended.</summary>
    public bool TryDisarm() => Interlocked.Exchange(ref _numbers[1], 0) != Reached;

    /// <summary>True while nothing can be written since the disk is full.</summary>
    public bool IsFull
    {
        get => Volatile.Read(ref _numbers[2]) != 0;
        set => Volatile.Write(ref _numbers[2], value ? 1 : 0);
    }

    /// <summary>Counts a write that is about to be made. Does not return from the last.</summary>
    public void Pass()
    {
        var write = Interlocked.Increment(ref _numbers[0]);
        if (Interlocked.CompareExchange(ref _numbers[1], Reached, write) == write)
            _ = Kill(Environment.ProcessId, SigKill);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

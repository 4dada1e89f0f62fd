using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Meetpoint.Tests.Support.SqliteNative;

namespace Meetpoint.KilledAtWrite;

/// <summary>
/// The system's own VFS, made SQLite's default under another name, with the gate before whatever changes the database, its journal or its log.
/// Files are the system's; only their table of functions is a copy with four of them changed.
/// </summary>
static unsafe class KillingVfs
{
    static readonly ConcurrentDictionary<nint, nint> _tables = new();
    static WriteGate _gate = null!;
    static Vfs* _system;

    /// <summary>A file's table of functions, with the system's behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Table
    {
        public Methods Ours;
        public Methods* System;
    }

    /// <summary>Once, before the first connection.</summary>
    public static void Install(WriteGate gate)
    {
        _gate = gate;
        _system = FindVfs(null);
        var ours = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs)); // for as long as the process lives
        *ours = *_system;
        ours->Next = null;
        ours->Name = (byte*)Marshal.StringToCoTaskMemUTF8("killing");
        ours->Open = &Open;
        ours->Delete = &Delete;
        if (RegisterVfs(ours, makeDefault: 1) != Ok)
            throw new InvalidOperationException("SQLite would not register the VFS.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* outFlags)
    {
        var result = _system->Open(_system, name, file, flags, outFlags);
        if (result == Ok && (flags & (OpenMainDatabase | OpenMainJournal | OpenWal)) != 0)
            file->Methods = (Methods*)_tables.GetOrAdd((nint)file->Methods, static system => (nint)CopyOf((Methods*)system));
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Delete(Vfs* vfs, byte* name, int syncFolder)
    {
        _gate.Pass();
        return _system->Delete(_system, name, syncFolder);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Write(OpenFile* file, void* buffer, int count, long offset)
    {
        _gate.Pass();
        return _gate.IsFull ? Full : System(file)->Write(file, buffer, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Truncate(OpenFile* file, long length)
    {
        _gate.Pass();
        return System(file)->Truncate(file, length);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Sync(OpenFile* file, int flags)
    {
        _gate.Pass();
        return System(file)->Sync(file, flags);
    }

    static Methods* System(OpenFile* file) => ((Table*)file->Methods)->System;

    static Table* CopyOf(Methods* system)
    {
        var table = (Table*)NativeMemory.AllocZeroed((nuint)sizeof(Table));
        table->System = system;
        table->Ours = *system;
        table->Ours.Version = 2; // the copy ends before the functions of memory-mapped reads
        table->Ours.Write = &Write;
        table->Ours.Truncate = &Truncate;
        table->Ours.Sync = &Sync;
        return table;
    }
}

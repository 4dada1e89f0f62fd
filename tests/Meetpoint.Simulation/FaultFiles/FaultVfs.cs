using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Meetpoint.Tests.Support.SqliteNative;

namespace Meetpoint.Simulation.FaultFiles;

/// <summary>The registered VFS: the system's own, with opening and deleting seen by the disk.</summary>
sealed unsafe class FaultVfs : IDisposable
{
    readonly Vfs* native;
    GCHandle handle;

    public FaultVfs(string name, FaultDisk disk)
    {
        var system = FindVfs(null);
        handle = GCHandle.Alloc(disk);
        native = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *native = *system; // the rest of the system's functions look at no field of the VFS that they are called on
        native->Version = 2;
        native->Next = null;
        native->FileBytes = sizeof(OpenFile) + system->FileBytes;
        native->Name = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        native->AppData = GCHandle.ToIntPtr(handle);
        native->Open = &Open;
        native->Delete = &Delete;
        if (RegisterVfs(native, 0) != Ok)
            throw new InvalidOperationException($"SQLite would not register the VFS {name}.");
    }

    public void Dispose()
    {
        if (!handle.IsAllocated)
            return;
        _ = UnregisterVfs(native);
        Marshal.FreeCoTaskMem((nint)native->Name);
        NativeMemory.Free(native);
        handle.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* outFlags)
    {
        file->Methods = null; // until it is open there is nothing to close
        try
        {
            var disk = Disk(vfs);
            if (disk.Crashed)
                return IoError;
            var tracked = name is not null && (flags & (OpenMainDatabase | OpenMainJournal | OpenWal)) != 0;
            var path = tracked ? Marshal.PtrToStringUTF8((nint)name)! : null;
            var existed = path is not null && File.Exists(path);
            var system = FindVfs(null);
            var result = system->Open(system, name, FaultFile.System(file), flags, outFlags);
            if (result != Ok)
                return result;
            if (path is not null)
                disk.Opened(path, existed);
            file->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(new FaultFile(disk, path)));
            file->Methods = FaultFile.Methods;
            return Ok;
        }
        catch (Exception)
        {
            return IoError; // an exception must not cross into C
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Delete(Vfs* vfs, byte* name, int syncDirectory)
    {
        try
        {
            if (!Disk(vfs).Delete(Marshal.PtrToStringUTF8((nint)name)!, syncDirectory != 0))
                return IoError;
            var system = FindVfs(null);
            return system->Delete(system, name, 0);
        }
        catch (Exception)
        {
            return IoError;
        }
    }

    static FaultDisk Disk(Vfs* vfs) => (FaultDisk)GCHandle.FromIntPtr(vfs->AppData).Target!;
}

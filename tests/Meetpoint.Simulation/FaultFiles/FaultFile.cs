using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Meetpoint.Tests.Support.SqliteNative;

namespace Meetpoint.Simulation.FaultFiles;

/// <summary>An open file: passes on to the system's, tells the disk what is written, and fails once the power is gone.</summary>
sealed unsafe class FaultFile(FaultDisk owner, string? name)
{
    readonly FaultDisk disk = owner;
    readonly string? path = name;
    readonly int epoch = owner.Epoch;

    /// <summary>One table for every file, as in C.</summary>
    public static Methods* Methods { get; } = CreateMethods();

    bool Dead => disk.IsDead(epoch);

    /// <summary>The system's file, which stands behind ours in SQLite's memory.</summary>
    public static OpenFile* System(OpenFile* file) => file + 1;

    static FaultFile Of(OpenFile* file) => (FaultFile)GCHandle.FromIntPtr(file->Handle).Target!;

    static Methods* CreateMethods()
    {
        var methods = (Methods*)NativeMemory.AllocZeroed((nuint)sizeof(Methods));
        methods->Version = 2; // no memory-mapped reads: they would see past a crash
        methods->Close = &Close;
        methods->Read = &Read;
        methods->Write = &Write;
        methods->Truncate = &Truncate;
        methods->Sync = &Sync;
        methods->FileSize = &FileSize;
        methods->Lock = &Lock;
        methods->Unlock = &Unlock;
        methods->CheckReservedLock = &CheckReservedLock;
        methods->FileControl = &FileControl;
        methods->SectorSize = &SectorSize;
        methods->DeviceCharacteristics = &DeviceCharacteristics;
        methods->ShmMap = &ShmMap;
        methods->ShmLock = &ShmLock;
        methods->ShmBarrier = &ShmBarrier;
        methods->ShmUnmap = &ShmUnmap;
        return methods;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Close(OpenFile* file)
    {
        var result = System(file)->Methods->Close(System(file));
        GCHandle.FromIntPtr(file->Handle).Free();
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Read(OpenFile* file, void* buffer, int count, long offset) =>
        Of(file).Dead ? IoError : System(file)->Methods->Read(System(file), buffer, count, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Write(OpenFile* file, void* buffer, int count, long offset)
    {
        var self = Of(file);
        var alive = self.path is null ? !self.Dead : self.disk.Write(self.epoch, self.path, offset, new ReadOnlySpan<byte>(buffer, count));
        return alive ? System(file)->Methods->Write(System(file), buffer, count, offset) : IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Truncate(OpenFile* file, long length)
    {
        var self = Of(file);
        var alive = self.path is null ? !self.Dead : self.disk.Truncate(self.epoch, self.path, length);
        return alive ? System(file)->Methods->Truncate(System(file), length) : IoError;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Sync(OpenFile* file, int flags)
    {
        var self = Of(file);
        var alive = self.path is null ? !self.Dead : self.disk.Sync(self.epoch, self.path);
        return alive ? Ok : IoError; // the system's cache outlives a test: really syncing would only be slow
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int FileSize(OpenFile* file, long* size) =>
        Of(file).Dead ? IoError : System(file)->Methods->FileSize(System(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Lock(OpenFile* file, int level) =>
        Of(file).Dead ? IoError : System(file)->Methods->Lock(System(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int Unlock(OpenFile* file, int level) => System(file)->Methods->Unlock(System(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int CheckReservedLock(OpenFile* file, int* result) =>
        Of(file).Dead ? IoError : System(file)->Methods->CheckReservedLock(System(file), result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int FileControl(OpenFile* file, int operation, void* argument) =>
        System(file)->Methods->FileControl(System(file), operation, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int SectorSize(OpenFile* file) => System(file)->Methods->SectorSize(System(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int DeviceCharacteristics(OpenFile* file) => System(file)->Methods->DeviceCharacteristics(System(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int ShmMap(OpenFile* file, int page, int pageBytes, int extend, void** memory) =>
        Of(file).Dead ? IoError : System(file)->Methods->ShmMap(System(file), page, pageBytes, extend, memory);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int ShmLock(OpenFile* file, int offset, int count, int flags) =>
        (flags & ShmLockFlag) != 0 && Of(file).Dead ? IoError : System(file)->Methods->ShmLock(System(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void ShmBarrier(OpenFile* file) => System(file)->Methods->ShmBarrier(System(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int ShmUnmap(OpenFile* file, int delete) => System(file)->Methods->ShmUnmap(System(file), delete);
}

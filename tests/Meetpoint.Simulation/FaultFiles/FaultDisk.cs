using System.Globalization;

namespace Meetpoint.Simulation.FaultFiles;

/// <summary>
/// A disk under SQLite that can lose power. Registered as a VFS of its own name (<see cref="VfsName"/>, for
/// <see cref="Meetpoint.Exchange.Storage.SqliteStoreOptions.Vfs"/>); files stand in a real folder, but after a crash they hold
/// only what had been synced.
/// </summary>
/// <remarks>
/// Use: open the store on it; <see cref="CrashAt"/> a number of <see cref="Operations"/> drawn from a seed, or
/// <see cref="Crash"/>; from there on every operation fails; dispose the store; <see cref="Restart"/>; open the store again. Locks and
/// shared memory are the system's own. Nothing is really synced, so it is fast. Thread safe.
/// </remarks>
public sealed class FaultDisk : IDisposable
{
    static long _disks; // VFS names are global to the process

    readonly Lock gate = new();
    readonly Dictionary<string, DiskFile> files = new(StringComparer.Ordinal);
    readonly FaultVfs vfs;
    long crashAt = long.MaxValue;

    /// <summary>Registers the VFS.</summary>
    public FaultDisk()
    {
        VfsName = "fault" + Interlocked.Increment(ref _disks).ToString(CultureInfo.InvariantCulture);
        vfs = new FaultVfs(VfsName, this);
    }

    /// <summary>The name under which SQLite knows the disk.</summary>
    public string VfsName { get; }

    /// <summary>Writes, cuts, syncs and deletions so far: the points at which power can fail.</summary>
    public long Operations { get; private set; }

    /// <summary>Syncs so far.</summary>
    public long Syncs { get; private set; }

    /// <summary>True from the crash to the restart.</summary>
    public bool Crashed { get; private set; }

    /// <summary>Counts the restarts; a handle opened before one never works again.</summary>
    internal int Epoch { get; private set; }

    /// <summary>Power fails in the operation of this number, counted as <see cref="Operations"/> does; it may be kept in part and fails.</summary>
    public void CrashAt(long operation)
    {
        lock (gate)
            crashAt = operation;
    }

    /// <summary>Power fails now.</summary>
    public void Crash()
    {
        lock (gate)
            Crashed = true;
    }

    /// <summary>
    /// Power is back. The files hold what was synced; with a seed also any part of what was not.
    /// Power need not have been lost before.
    /// </summary>
    public void Restart(int? seed = null)
    {
        lock (gate)
        {
            var chance = seed is { } value ? new Random(value) : null;
            foreach (var (path, file) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                // A new inode, so that a forgotten handle of before neither sees it nor holds a lock on it.
                File.Delete(path);
                File.Delete(path + "-shm");
                if (file.LosePower(chance) is { } content)
                    File.WriteAllBytes(path, content);
            }

            files.Clear();
            Crashed = false;
            crashAt = long.MaxValue;
            Epoch++;
        }
    }

    /// <summary>Takes the VFS back. All stores on it must be closed.</summary>
    public void Dispose() => vfs.Dispose();

    internal bool IsDead(int epoch) => Crashed || epoch != Epoch;

    internal void Opened(string path, bool existed)
    {
        lock (gate)
        {
            if (files.TryGetValue(path, out var file))
            {
                if (!existed)
                    file.CreateAgain();
            }
            else
            {
                files[path] = existed ? new DiskFile(File.ReadAllBytes(path), durableName: true) : new DiskFile([], durableName: false);
            }
        }
    }

    internal bool Write(int epoch, string path, long offset, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (IsDead(epoch))
                return false;
            files[path].Write(offset, bytes);
            return Count();
        }
    }

    internal bool Truncate(int epoch, string path, long length)
    {
        lock (gate)
        {
            if (IsDead(epoch))
                return false;
            files[path].Truncate(length);
            return Count();
        }
    }

    internal bool Sync(int epoch, string path)
    {
        lock (gate)
        {
            if (IsDead(epoch) || !Count())
                return false;
            Syncs++;
            var file = files[path];
            if (file.NewName)
                SyncFolder(Path.GetDirectoryName(path)!);
            file.Sync();
            return true;
        }
    }

    /// <summary>A deletion that is not synced is a file that may come back, whole or cut to nothing.</summary>
    internal bool Delete(string path, bool synced)
    {
        lock (gate)
        {
            if (Crashed || !Count())
                return false;
            if (synced)
                files.Remove(path);
            else if (files.TryGetValue(path, out var file))
                file.Unlink();
            return true;
        }
    }

    void SyncFolder(string folder)
    {
        foreach (var path in files.Where(f => f.Value.Unlinked && Path.GetDirectoryName(f.Key) == folder).Select(f => f.Key).ToArray())
            files.Remove(path);
    }

    bool Count()
    {
        Operations++;
        Crashed |= Operations >= crashAt;
        return !Crashed;
    }
}

using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Meetpoint.Exchange.Storage;

/// <summary>Makes the names in a folder durable: a new file's content can be on the disk while its name is not (fsync(2)).</summary>
static class DirectorySync
{
    const int ReadOnly = 0;

    /// <summary>Syncs the folder. Does nothing on Windows, where a file's name is journaled with it.</summary>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = open(folder, ReadOnly);
        if (descriptor < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{folder} cannot be opened to sync it.");
        try
        {
            if (fsync(descriptor) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{folder} cannot be synced.");
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    [DllImport("libc", SetLastError = true)]
    static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true)]
    static extern int close(int descriptor);
}

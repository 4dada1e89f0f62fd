using System.Runtime.InteropServices;

namespace Meetpoint.Net.Native;

/// <summary>What of a file that is mapped for all to see is resident in this process. Thread safe.</summary>
public static unsafe class MappedFilePages
{
    /// <summary>
    /// Lets go of the whole pages of a stretch: what was written there stays in the kernel's cache and goes to the file as it would have, and whoever touches it
    /// again has it back. Where the system does not know of this nothing happens.
    /// </summary>
    /// <param name="start">Within a mapping of a file that is shared; of any other mapping the content would be lost.</param>
    /// <param name="length">Bytes.</param>
    public static void Release(byte* start, nuint length)
    {
        var page = (nuint)Environment.SystemPageSize;
        var first = ((nuint)start + page - 1) / page * page;
        var end = ((nuint)start + length) / page * page;
        if (end > first && RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            _ = Libc.Advise((byte*)first, (nint)(end - first), Libc.AdviseDontNeed);
    }
}

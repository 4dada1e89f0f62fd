using Meetpoint.Net;

namespace Meetpoint.Bench.Harness;

/// <summary>What a loop has allocated.</summary>
static class AllocatedBytes
{
    /// <summary>Managed bytes, since its thread began. From any other thread.</summary>
    public static long On(ThreadEventLoop loop)
    {
        using var read = new ManualResetEventSlim();
        long bytes = 0;
        loop.Post(() =>
        {
            bytes = GC.GetAllocatedBytesForCurrentThread();
            read.Set();
        });
        read.Wait();
        return bytes;
    }
}

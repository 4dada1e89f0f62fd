namespace Meetpoint.Tests.Support;

/// <summary>What the current thread allocates.</summary>
static class Allocations
{
    /// <summary>Bytes that this thread has allocated, at the begin of a stretch in which it is to allocate nothing.</summary>
    /// <remarks>
    /// A thread takes memory in pieces of some 8 KiB and allocates out of its piece. A collection, whichever thread caused it, takes the piece back, and what was left of it counts as
    /// allocated from then on. So a collection comes first: from it on the thread has no piece until it allocates.
    /// </remarks>
    public static long Begin()
    {
        GC.Collect(0);
        return GC.GetAllocatedBytesForCurrentThread();
    }
}

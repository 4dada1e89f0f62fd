using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Asks for a cache line before it is needed. Admission draws a dozen lines out of tens of megabytes; one after the other they would cost
/// more than all that is computed.
/// </summary>
static class Prefetch
{
    /// <summary>Begins to fetch the line of this place; nothing where the processor cannot be told.</summary>
    public static unsafe void Of<T>(ref readonly T place)
        where T : unmanaged
    {
        // A hint: should the collector move the object meanwhile, a wrong line is fetched and nothing else happens.
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
    }
}

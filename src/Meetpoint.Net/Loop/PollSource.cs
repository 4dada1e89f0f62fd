namespace Meetpoint.Net;

/// <summary>A file descriptor that a <see cref="ThreadEventLoop"/> watches.</summary>
/// <remarks>An abstract class rather than a delegate, so that no event allocates.</remarks>
public abstract class PollSource
{
    internal int Slot = -1;

    /// <summary>The descriptor, non-blocking and open for as long as it is watched.</summary>
    protected internal int Descriptor { get; protected set; } = -1;

    /// <summary>It became ready. On the loop; level-triggered, so what is left is told again at the next turn.</summary>
    /// <param name="ready">The EPOLL bits.</param>
    /// <param name="nowNs">The loop's time.</param>
    protected internal abstract void OnReady(uint ready, long nowNs);

    /// <summary>The loop ends: close the descriptor and tell no one.</summary>
    protected internal abstract void OnLoopStopped();
}

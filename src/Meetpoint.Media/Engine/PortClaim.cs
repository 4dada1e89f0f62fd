using Meetpoint.Net;

namespace Meetpoint.Media.Engine;

/// <summary>
/// Opens a port of a given number for a loop. It may be free, be none of the range, or stand open in the reserve of any loop: that is asked of
/// one loop after the other, since only its loop may take it out.
/// </summary>
sealed class PortClaim(MediaLoop[] loops, PortRange range, int number, MediaLoop claimant, Action<PortPair?> opened)
{
    int _asked;

    /// <summary>Opens it and tells, on the claimant's loop; null when it is in use.</summary>
    public void Begin()
    {
        if (!range.Contains(number) || range.TryTake(number))
            claimant.Loop.Post(Open);
        else
            loops[0].Loop.Post(Ask);
    }

    /// <summary>On the loop whose turn it is.</summary>
    void Ask()
    {
        var asked = loops[_asked];
        if (asked.Ports.TryTake(number) is { } pair)
        {
            asked.Ports.Refill();
            if (asked == claimant)
            {
                opened(pair);
                return;
            }

            // Its sockets are of that loop.
            pair.Dispose();
            claimant.Loop.Post(Open);
            return;
        }

        if (++_asked < loops.Length)
            loops[_asked].Loop.Post(Ask);
        else
            claimant.Loop.Post(() => opened(null));
    }

    void Open() => opened(claimant.Ports.OpenPromised(number));
}

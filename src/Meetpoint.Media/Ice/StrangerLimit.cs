using Meetpoint.Media.Rooms;
using Meetpoint.Net;

namespace Meetpoint.Media.Ice;

/// <summary>How often addresses that never showed our password are listened to: a hash and an answer for each datagram is what a flood would want.</summary>
sealed class StrangerLimit
{
    readonly (NetAddress Address, PacketRate Rate, long SeenNs)[] _strangers = new (NetAddress, PacketRate, long)[IceLiteAgent.MaxStrangers];
    PacketRate _all = new(IceLiteAgent.MaxStrangerChecksPerSecondInAll, 0);

    /// <summary>False when it, or all of them together, sent too much.</summary>
    public bool TryTake(in NetAddress from, long nowNs)
    {
        var oldest = 0;
        for (var i = 0; i < _strangers.Length; i++)
        {
            if (_strangers[i].Address == from)
                return Take(ref _strangers[i], nowNs);
            if (_strangers[i].SeenNs < _strangers[oldest].SeenNs)
                oldest = i;
        }

        _strangers[oldest] = (from, new PacketRate(IceLiteAgent.MaxStrangerChecksPerSecond, nowNs), nowNs);
        return Take(ref _strangers[oldest], nowNs);
    }

    bool Take(ref (NetAddress Address, PacketRate Rate, long SeenNs) stranger, long nowNs)
    {
        stranger.SeenNs = nowNs;
        return stranger.Rate.TryTake(IceLiteAgent.MaxStrangerChecksPerSecond, IceLiteAgent.MaxStrangerChecksPerSecond, nowNs)
            && _all.TryTake(IceLiteAgent.MaxStrangerChecksPerSecondInAll, IceLiteAgent.MaxStrangerChecksPerSecondInAll, nowNs);
    }
}

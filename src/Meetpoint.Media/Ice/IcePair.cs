using Meetpoint.Net;

namespace Meetpoint.Media.Ice;

/// <summary>A way between one of our sockets and an address of the peer that a right check came by.</summary>
struct IcePair
{
    public NetAddress Remote;
    public int Socket;

    /// <summary>Of the credentials by which it was checked last: 0 the first, more after each restart.</summary>
    public int Generation;

    /// <summary>What the peer gives the candidate at its end.</summary>
    public uint Priority;

    public bool IsNominated;
    public long CheckedNs;
}

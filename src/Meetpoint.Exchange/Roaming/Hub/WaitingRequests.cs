using Meetpoint.Net;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>Requests that wait a moment for a connection to their home, which is being opened: after a start, or when one was lost. On the hub's loop.</summary>
sealed class WaitingRequests
{
    /// <summary>At one time; those beyond are rejected.</summary>
    const int Max = 1_000;

    /// <summary>No client has given up by then.</summary>
    const long PatienceNs = 3 * MonotonicTime.Second;

    readonly List<PendingRequest> _waiting = [];

    /// <summary>Lets one wait, with a copy of what came. False when too many do.</summary>
    public bool TryAdd(PendingRequest pending, in RadiusPacket packet, long nowNs)
    {
        if (_waiting.Count >= Max)
            return false;
        pending.Keep(packet.Bytes);
        pending.WaitsUntilNs = nowNs + PatienceNs;
        _waiting.Add(pending);
        return true;
    }

    /// <summary>Lets one wait on; false when it has waited long enough.</summary>
    public bool TryKeep(PendingRequest pending, long nowNs)
    {
        if (nowNs >= pending.WaitsUntilNs)
            return false;
        _waiting.Add(pending);
        return true;
    }

    /// <summary>All of them, which wait no more.</summary>
    public PendingRequest[] TakeAll()
    {
        if (_waiting.Count == 0)
            return [];
        PendingRequest[] all = [.. _waiting];
        _waiting.Clear();
        return all;
    }

    /// <summary>True when one has waited long enough.</summary>
    public bool IsAnyOver(long nowNs) => _waiting.Count > 0 && nowNs >= _waiting[0].WaitsUntilNs;
}

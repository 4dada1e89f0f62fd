namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>The packets last sent to one peer, by transport sequence number: counts the numbers, and knows when each left. Not thread safe.</summary>
public sealed class SendHistory
{
    /// <summary>Packets that are remembered, a power of two: at 10 Mbit/s some two seconds, longer than feedback may take.</summary>
    public const int MaxRemembered = 2048;

    readonly SentPacket[] _packets = new SentPacket[MaxRemembered];
    uint _next = 1;

    /// <summary>The transport sequence number that the next packet gets.</summary>
    public ushort NextSequence => (ushort)_next;

    /// <summary>Bytes that were sent and of which nothing was told yet, those forgotten excepted.</summary>
    public long BytesOnTheirWay { get; private set; }

    /// <summary>Notes a packet that leaves now; its transport sequence number.</summary>
    internal ushort Add(int bytes, byte probe, long nowNs)
    {
        ref var slot = ref _packets[Slot(_next)];
        if (slot.State == SentPacketState.OnItsWay)
            BytesOnTheirWay -= slot.Bytes;
        slot = new SentPacket(nowNs, _next, (ushort)Math.Min(bytes, ushort.MaxValue), probe, SentPacketState.OnItsWay);
        BytesOnTheirWay += slot.Bytes;
        return (ushort)_next++;
    }

    /// <summary>Takes what a receiver tells of a number. False when it tells nothing new: unknown, forgotten, or known to have arrived.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="arrived">Whether it did.</param>
    /// <param name="packet">The packet as it was before.</param>
    internal bool TryTake(ushort sequence, bool arrived, out SentPacket packet)
    {
        var extended = (uint)(_next + (short)(sequence - (ushort)_next));
        ref var slot = ref _packets[Slot(extended)];
        packet = slot;
        if (slot.Bytes == 0 || slot.Sequence != extended || slot.State == SentPacketState.Arrived || (!arrived && slot.State == SentPacketState.Missing))
            return false;
        if (slot.State == SentPacketState.OnItsWay)
            BytesOnTheirWay -= slot.Bytes;
        slot = slot with { State = arrived ? SentPacketState.Arrived : SentPacketState.Missing };
        return true;
    }

    static int Slot(uint extended) => (int)(extended & (MaxRemembered - 1));
}

using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Media.Recording;

/// <summary>A packet of pictures, in its turn.</summary>
/// <param name="Timestamp">Of the picture, at 90 kHz.</param>
/// <param name="Marker">It is the last of its picture.</param>
/// <param name="Codec">By its payload type.</param>
readonly record struct OrderedPacket(uint Timestamp, bool Marker, VideoCodec Codec);

/// <summary>Takes packets in order.</summary>
interface IOrderedPackets
{
    /// <summary>The next one; the bytes are lent for the call.</summary>
    void OnPacket(in OrderedPacket packet, ReadOnlySpan<byte> payload);

    /// <summary>Some are missing before the next one, and will not come.</summary>
    void OnLost();
}

/// <summary>
/// Puts the packets of a line into their order: what was lost on the way to this exchange comes late, when its sender has sent it again. What has not come after
/// <see cref="PatienceNs"/> is lost.
/// </summary>
/// <remarks>One thread; nothing is allocated once it has seen a window of packets.</remarks>
sealed class PacketOrder(IOrderedPackets output)
{
    /// <summary>Packets that may wait for one before them.</summary>
    public const int Window = 512;

    /// <summary>Several round trips of asking for it again.</summary>
    public const long PatienceNs = 400 * MonotonicTime.Millisecond;

    readonly Slot[] _slots = new Slot[Window];
    SequenceExtender _extender;
    long _next = -1;
    int _waiting;

    /// <summary>Takes a packet; what is longer than a packet can be is passed over.</summary>
    public void Add(in RtpPacket packet, VideoCodec codec, long nowNs)
    {
        var payload = packet.Payload;
        if (payload.Length > VideoRoomOptions.MaxPacketBytes)
            return;
        var extended = _extender.Extend(packet.SequenceNumber);
        if (_next < 0)
            _next = extended;
        if (extended < _next)
            return; // lost already
        while (extended - _next >= Window)
            Skip();
        ref var slot = ref _slots[extended % Window];
        if (slot.Extended == extended && slot.IsThere)
            return;
        slot.Data ??= new byte[VideoRoomOptions.MaxPacketBytes];
        payload.CopyTo(slot.Data);
        (slot.IsThere, slot.Extended, slot.Length, slot.SinceNs) = (true, extended, payload.Length, nowNs);
        slot.Packet = new OrderedPacket(packet.Timestamp, packet.Marker, codec);
        _waiting++;
        Deliver();
    }

    /// <summary>Lets time pass.</summary>
    public void Tick(long nowNs)
    {
        while (_waiting > 0 && nowNs - OldestNs() >= PatienceNs)
            Skip();
    }

    /// <summary>Gives up the first that is missing, and goes on behind it.</summary>
    void Skip()
    {
        output.OnLost();
        if (_waiting == 0)
        {
            // The window is empty: whatever was asked for lies behind.
            _next = _extender.Highest;
            return;
        }

        while (!IsNextThere())
            _next++;
        Deliver();
    }

    void Deliver()
    {
        while (_waiting > 0 && IsNextThere())
        {
            ref var slot = ref _slots[_next % Window];
            slot.IsThere = false;
            _waiting--;
            _next++;
            output.OnPacket(slot.Packet, slot.Data.AsSpan(0, slot.Length));
        }
    }

    bool IsNextThere() => _slots[_next % Window] is { IsThere: true } slot && slot.Extended == _next;

    long OldestNs()
    {
        var oldest = long.MaxValue;
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.IsThere)
                oldest = Math.Min(oldest, slot.SinceNs);
        }

        return oldest;
    }

    struct Slot
    {
        public bool IsThere;
        public long Extended;
        public long SinceNs;
        public int Length;
        public OrderedPacket Packet;
        public byte[]? Data;
    }
}

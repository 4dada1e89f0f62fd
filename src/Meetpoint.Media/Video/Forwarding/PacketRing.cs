using System.Runtime.CompilerServices;
using Meetpoint.Net;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// What was sent in a line, by its sequence number: for a receiver that lost some, whatever came since, keyframes and switches too. The
/// payloads stand once with their source (<see cref="PacketStore"/>).
/// </summary>
sealed class PacketRing
{
    /// <summary>Packets that are remembered.</summary>
    public const int Capacity = PacketStore.Capacity;

    /// <summary>How often one packet is sent again: a way that loses it so often needs another remedy.</summary>
    public const int MaxRepeats = 8;

    /// <summary>The least time between two sendings of one packet: what is asked sooner was asked before the last could have come.</summary>
    public const long MinRepeatNs = 15 * MonotonicTime.Millisecond;

    readonly LinePacket[] _sent = new LinePacket[Capacity];

    /// <summary>Remembers a packet.</summary>
    public void Add(in LinePacket packet) => _sent[packet.Sequence % Capacity] = packet;

    /// <summary>A packet that was sent; a null reference when it is not known.</summary>
    public ref readonly LinePacket Find(ushort sequence)
    {
        ref var packet = ref _sent[sequence % Capacity];
        if (packet.Source is null || packet.Sequence != sequence)
            return ref Unsafe.NullRef<LinePacket>();
        return ref packet;
    }

    /// <summary>A packet that is to be sent again now, and counts as sent; a null reference when it is not known, or was sent just now or too often.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="roundTripNs">Round trip to the receiver.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public ref readonly LinePacket Take(ushort sequence, long roundTripNs, long nowNs)
    {
        ref var packet = ref _sent[sequence % Capacity];
        if (packet.Source is null || packet.Sequence != sequence || packet.Repeats >= MaxRepeats)
            return ref Unsafe.NullRef<LinePacket>();
        // The first request may come as soon as it can: the packet was sent at least a round trip ago, or the request is a guess.
        if (packet.Repeats > 0 && nowNs - packet.SentNs < Math.Max(MinRepeatNs, roundTripNs))
            return ref Unsafe.NullRef<LinePacket>();
        packet = packet with { SentNs = nowNs, Repeats = packet.Repeats + 1 };
        return ref packet;
    }
}

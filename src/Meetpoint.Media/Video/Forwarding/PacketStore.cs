using System.Runtime.CompilerServices;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// The last packets of one source, once for all its receivers: what a receiver lost is made again from here, over keyframes too, and
/// what came before the packet that it had to wait for.
/// </summary>
sealed class PacketStore(int maxBytes, long nowNs)
{
    /// <summary>Packets that are remembered.</summary>
    public const int Capacity = 512;

    readonly StoredPacket[] _packets = new StoredPacket[Capacity];
    readonly ByteRing _bytes = new(maxBytes, nowNs);

    /// <summary>Keeps a packet with its payload.</summary>
    public ref readonly StoredPacket Add(scoped in StoredPacket packet, ReadOnlySpan<byte> payload, long nowNs)
    {
        ref var slot = ref _packets[packet.Extended % Capacity];
        slot = packet with { Place = _bytes.Add(payload, nowNs) };
        return ref slot;
    }

    /// <summary>A packet by its extended sequence number; a null reference when it is not kept, or never came.</summary>
    public ref readonly StoredPacket Find(long extended)
    {
        ref var slot = ref _packets[(int)((ulong)extended % Capacity)];
        if (slot.Extended != extended)
            return ref Unsafe.NullRef<StoredPacket>();
        return ref slot;
    }

    /// <summary>The payload of a kept packet; empty when it is overwritten.</summary>
    public ReadOnlySpan<byte> PayloadOf(scoped in StoredPacket packet) => _bytes.Get(packet.Place);

    /// <summary>Forgets all: the source began anew.</summary>
    public void Clear() => Array.Clear(_packets);
}

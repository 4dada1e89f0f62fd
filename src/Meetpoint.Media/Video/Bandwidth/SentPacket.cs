namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>What became of a packet, as far as its receiver has told.</summary>
enum SentPacketState : byte
{
    /// <summary>Nothing was told of it.</summary>
    OnItsWay,

    /// <summary>It had not arrived; it may yet.</summary>
    Missing,

    /// <summary>It arrived.</summary>
    Arrived,
}

/// <summary>A packet that was sent with a transport sequence number.</summary>
/// <param name="SentNs">When, in monotonic nanoseconds.</param>
/// <param name="Sequence">Low 32 bits of its extended number.</param>
/// <param name="Bytes">Length of the datagram.</param>
/// <param name="Probe">Number of the probe that it went out in; 0 for none.</param>
/// <param name="State">What became of it.</param>
readonly record struct SentPacket(long SentNs, uint Sequence, ushort Bytes, byte Probe, SentPacketState State);

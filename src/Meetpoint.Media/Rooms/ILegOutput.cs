namespace Meetpoint.Media.Rooms;

/// <summary>Where a room's packets go.</summary>
public interface ILegOutput
{
    /// <summary>Sends a packet to the leg's peer; the bytes are lent for the call only.</summary>
    void Send(MediaLeg leg, ReadOnlySpan<byte> packet, bool rtcp);
}

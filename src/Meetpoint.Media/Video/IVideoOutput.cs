namespace Meetpoint.Media.Video;

/// <summary>Where a video room's packets go.</summary>
public interface IVideoOutput
{
    /// <summary>Sends a packet to the peer; the bytes are lent for the call only.</summary>
    /// <param name="peer">To whom.</param>
    /// <param name="lineId">Number of the line, which says by what transport where each has its own; <see cref="VideoRoom.AllLines"/> for the peer's only one.</param>
    /// <param name="packet">The packet, protected.</param>
    /// <param name="rtcp">It is RTCP.</param>
    void Send(VideoPeer peer, int lineId, ReadOnlySpan<byte> packet, bool rtcp);
}

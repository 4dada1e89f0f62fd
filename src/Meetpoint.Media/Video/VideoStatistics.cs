namespace Meetpoint.Media.Video;

/// <summary>Counts of a video peer.</summary>
/// <param name="PacketsReceived">RTP packets that were taken, retransmissions included.</param>
/// <param name="BytesReceived">Their bytes, headers included and encryption not.</param>
/// <param name="PacketsRejected">RTP packets thrown away: forged, of no input, too many, too long, too late.</param>
/// <param name="PacketsLost">Packets of its streams that never came, not even again.</param>
/// <param name="PacketsSent">RTP packets sent, retransmissions included.</param>
/// <param name="BytesSent">Their bytes, headers included and encryption not.</param>
/// <param name="PacketsSentAgain">Of them those that the peer had asked for.</param>
/// <param name="KeyframesAsked">Keyframes asked of it.</param>
/// <param name="KeyframesWanted">Keyframes that it asked for.</param>
/// <param name="RemoteLoss">Share of what we sent that the peer lost, 0 to 1, by its last reports.</param>
/// <param name="RoundTripMs">Round trip in milliseconds; 0 while not known.</param>
/// <param name="JitterMs">Interarrival jitter of its streams, the greatest of them, in milliseconds.</param>
/// <param name="EstimateBitsPerSecond">What the way to the peer can carry; 0 while not known.</param>
public readonly record struct VideoStatistics(
    long PacketsReceived, long BytesReceived, long PacketsRejected, long PacketsLost, long PacketsSent, long BytesSent, long PacketsSentAgain,
    long KeyframesAsked, long KeyframesWanted, double RemoteLoss, double RoundTripMs, double JitterMs, long EstimateBitsPerSecond);

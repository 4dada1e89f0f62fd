namespace Meetpoint.Media.Video.Forwarding;

/// <summary>The fields of a packet of media, or of the packet that a retransmission brings again (RFC 4588 section 4).</summary>
readonly record struct IncomingPacket(
    ushort Sequence, uint Timestamp, bool Marker, VideoCodec Codec, VideoCapture Capture, bool IsRetransmission);

using Meetpoint.Media.Video.Payloads;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>A packet as it came, without what belongs to its way: all that a line needs to send it on.</summary>
readonly record struct StoredPacket
{
    /// <summary>Extended sequence number of the source.</summary>
    public long Extended { get; init; }

    /// <summary>Timestamp of the source, 90 kHz.</summary>
    public uint Timestamp { get; init; }

    /// <summary>Running number of the picture, by its id or its timestamp.</summary>
    public ushort Picture { get; init; }

    /// <summary>Whom it shows.</summary>
    public VideoCapture Capture { get; init; }

    /// <summary>The last packet of a picture.</summary>
    public bool Marker { get; init; }

    /// <summary>Codec of the payload.</summary>
    public VideoCodec Codec { get; init; }

    /// <summary>What is in the payload.</summary>
    public VideoPayload Payload { get; init; }

    /// <summary>Where the payload stands; of length 0 for a packet that was padding alone.</summary>
    public RingPlace Place { get; init; }

    /// <summary>It carries nothing: it only took a number.</summary>
    public bool IsEmpty => Place.Length == 0;
}

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>A packet that was sent in a line, as far as it is needed to make it again.</summary>
readonly record struct LinePacket
{
    public ushort Sequence { get; init; }

    public uint Timestamp { get; init; }

    public bool Marker { get; init; }

    /// <summary>The format under which it went.</summary>
    public VideoFormat Format { get; init; }

    public VideoCapture Capture { get; init; }

    /// <summary>VP8: the picture id under which it went.</summary>
    public ushort PictureId { get; init; }

    /// <summary>VP8: the number of the base layer picture under which it went.</summary>
    public byte BaseLayerIndex { get; init; }

    /// <summary>Where its payload is kept, while <see cref="Epoch"/> is the source's.</summary>
    public VideoSource Source { get; init; }

    public int Epoch { get; init; }

    public long Extended { get; init; }

    /// <summary>Where the whole packet is kept as it was sent, in a line without a stream for retransmissions.</summary>
    public RingPlace Place { get; init; }

    /// <summary>When it was sent last.</summary>
    public long SentNs { get; init; }

    /// <summary>How often it was sent again.</summary>
    public int Repeats { get; init; }
}

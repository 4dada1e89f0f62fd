namespace Meetpoint.Media.Video;

/// <summary>
/// The pictures of a room: packets of its peers come in, and go on, without being decoded, in the lines of all who shall see them.
/// </summary>
/// <remarks>Sans-I/O, on one thread, and nothing is allocated per packet once warm.</remarks>
public sealed class VideoRoom
{
    /// <summary>Line id of RTCP that belongs to no line: the peer has one transport for all.</summary>
    public const int AllLines = -1;

    /// <summary>Time between calls of <see cref="Tick"/>.</summary>
    public const int TickMs = 20;

    /// <summary>An empty room.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="output">Where packets go.</param>
    /// <param name="events">Who hears what happens.</param>
    /// <param name="seed">Seed of SSRCs, first sequence numbers and report times; from a secret source outside of tests (RFC 3550 5.1).</param>
    public VideoRoom(VideoRoomOptions options, IVideoOutput output, IVideoRoomEvents events, int seed)
    {
    }

    /// <summary>The peers.</summary>
    public IReadOnlyList<VideoPeer> Peers => [];

    /// <summary>The codec that everybody in the room can decode: H.264 as soon as one takes nothing else; null for any.</summary>
    public VideoCodec? Wanted { get; private set; }

    /// <summary>Adds a peer; null when the room is full.</summary>
    /// <exception cref="ArgumentException">Participant id 0, an id twice, or too many lines, formats or layers.</exception>
    public VideoPeer? AddPeer(VideoPeerOptions options, long nowNs) => new(options);

    /// <summary>Changes what was settled for a peer, after another offer and answer. Lines with an id that stays go on.</summary>
    /// <exception cref="ArgumentException">An id twice, or too many lines, formats or layers.</exception>
    public void Reconfigure(VideoPeer peer, VideoPeerOptions options, long nowNs)
    {
    }

    /// <summary>Takes a peer out, with a goodbye.</summary>
    public void RemovePeer(VideoPeer peer, long nowNs)
    {
    }

    /// <summary>Takes an RTP packet of a peer, still encrypted; it is opened in place. False when it was thrown away.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="datagram">The packet.</param>
    /// <param name="inputId">The input where the transport tells it; -1 to find it by m-line, layer or source.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public bool OnRtp(VideoPeer peer, Span<byte> datagram, int inputId, long nowNs) => false;

    /// <summary>Takes an RTCP packet of a peer, opened already. What is about other sources, as those of its audio, is passed over.</summary>
    public void OnRtcp(VideoPeer peer, ReadOnlySpan<byte> compound, long nowNs)
    {
    }

    /// <summary>Every 20 ms: feedback, requests for what was lost, reports, estimates, and who is not there any more.</summary>
    public void Tick(long nowNs)
    {
    }

    /// <summary>Says who has the floor; 0 for nobody.</summary>
    public void SetSpeaker(uint participantId, long nowNs)
    {
    }

    /// <summary>Says whose content is in the content lines; 0 for nobody's.</summary>
    public void SetPresenter(uint participantId, long nowNs)
    {
    }

    /// <summary>Shows a participant in a line of a peer whoever speaks, while he has video; 0 unpins.</summary>
    public void Pin(VideoPeer peer, int outputId, uint participantId, long nowNs)
    {
    }

    /// <summary>Says how large a line is looked at, in lines of the picture; 0: it is not looked at, and nothing is sent.</summary>
    public void SetView(VideoPeer peer, int outputId, int maxHeight, long nowNs)
    {
    }

    /// <summary>The peer wants a keyframe in a line, and says so by INFO (RFC 5168).</summary>
    public void RequestKeyframe(VideoPeer peer, int outputId, long nowNs)
    {
    }
}

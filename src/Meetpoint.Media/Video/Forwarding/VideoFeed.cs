using Meetpoint.Net;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>One picture that comes in, in one or several layers: an input of a peer.</summary>
sealed class VideoFeed
{
    /// <summary>A layer without a packet for this long, while others have some, is off: browsers stop the upper ones when the way is narrow.</summary>
    const long LayerSilentNs = MonotonicTime.Second;

    /// <summary>Lines of the top layer, and so of each below by halves, until a keyframe tells.</summary>
    const int AssumedHeight = 720;

    public VideoFeed(VideoPeer peer, VideoInput input)
    {
        Peer = peer;
        Options = input;
        PayloadTypes = new PayloadTypes(input.Formats);
        Layers = new VideoSource[Math.Max(1, input.Rids.Count)];
        for (var i = 0; i < Layers.Length; i++)
            Layers[i] = new VideoSource(this, i);
        Capture = OwnCapture;
    }

    public VideoPeer Peer { get; }

    /// <summary>What was settled for it.</summary>
    public VideoInput Options { get; private set; }

    public PayloadTypes PayloadTypes { get; private set; }

    public VideoKind Kind => Options.Kind;

    /// <summary>The layers, lowest first.</summary>
    public VideoSource[] Layers { get; }

    /// <summary>Whom it shows, and by which of his cameras. Of a cascade's line it changes.</summary>
    public VideoCapture Capture { get; set; }

    /// <summary>Whom it shows; 0 for nobody.</summary>
    public uint Participant => Capture.Participant;

    /// <summary>What it shows as far as it does not stand in its packets.</summary>
    public VideoCapture OwnCapture => Options.NamesSource ? default
        : new VideoCapture(Peer.Options.ParticipantId, Kind == VideoKind.Camera ? Options.Place : default);

    /// <summary>Packets come.</summary>
    public bool IsAlive { get; set; }

    /// <summary>Codec of the last packet.</summary>
    public VideoCodec Codec { get; set; }

    /// <summary>When the last packet came, of any layer.</summary>
    public long LastPacketNs { get; set; }

    /// <summary>True when the same feed goes on under other settings.</summary>
    public bool TryReconfigure(VideoInput input)
    {
        if (input.Kind != Options.Kind || input.NamesSource != Options.NamesSource || !input.Rids.SequenceEqual(Options.Rids))
            return false;
        Options = input;
        PayloadTypes = new PayloadTypes(input.Formats);
        if (!input.NamesSource)
            Capture = OwnCapture;
        return true;
    }

    /// <summary>Packets of the layer come.</summary>
    public bool IsLayerAlive(int layer) => Layers[layer].LastPacketNs != 0 && LastPacketNs - Layers[layer].LastPacketNs < LayerSilentNs;

    /// <summary>Lines of a layer's picture.</summary>
    public int HeightOf(int layer) => Layers[layer].Height != 0 ? Layers[layer].Height : AssumedHeight >> (Layers.Length - 1 - layer);

    /// <summary>The least layer that fills so many lines, up to a layer; failing that the highest that comes. Null when nothing comes.</summary>
    public VideoSource? Choose(int height, int maxLayer)
    {
        VideoSource? best = null;
        for (var i = 0; i < Layers.Length; i++)
        {
            if (!IsLayerAlive(i))
                continue;
            if (best is not null && i > maxLayer)
                break;
            best = Layers[i];
            if (HeightOf(i) >= height)
                break;
        }

        return best;
    }
}

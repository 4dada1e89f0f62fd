namespace Meetpoint.Media.Jitter;

/// <summary>What a frame out of the jitter buffer is made of.</summary>
public enum PlayoutKind
{
    /// <summary>Nothing has come yet, or the sender is quiet.</summary>
    Silence,

    /// <summary>Decoded audio.</summary>
    Audio,

    /// <summary>Some of it stands for lost or late packets.</summary>
    Concealed,

    /// <summary>Comfort noise.</summary>
    Noise,
}

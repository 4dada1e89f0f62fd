namespace Meetpoint.Bench.MediaMix;

/// <summary>What both sides are given.</summary>
static class MixLoad
{
    /// <summary>Participants of the one room.</summary>
    public const int Legs = 20;

    /// <summary>Of them, those who talk all the time; the others send the noise of a quiet room.</summary>
    public const int Talkers = 3;

    /// <summary>Packets a second and leg, each way.</summary>
    public const int FramesPerSecond = 50;

    public const int SamplesPerFrame = 160;

    /// <summary>G.711 mu-law, RFC 3551.</summary>
    public const byte PayloadType = 0;
}

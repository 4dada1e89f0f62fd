using Meetpoint.Media.Codecs;

namespace Meetpoint.Bench.MediaMix;

/// <summary>What both sides are given.</summary>
/// <param name="Codec">Of every participant.</param>
/// <param name="Legs">Participants of the one room.</param>
/// <param name="ListenersSend">Those who do not talk send the noise of a quiet room; else nothing.</param>
/// <param name="TellsLevels">Packets tell their level (RFC 6464), as browsers' do.</param>
sealed record MixLoad(AudioCodec Codec, int Legs = 20, bool ListenersSend = true, bool TellsLevels = false)
{
    /// <summary>The most participants of a room.</summary>
    public const int MaxLegs = 300;

    /// <summary>Of them, those who talk all the time.</summary>
    public const int Talkers = 3;

    /// <summary>Of the header extension, where levels are told.</summary>
    public const int LevelExtensionId = 1;

    /// <summary>Packets a second and leg, each way.</summary>
    public const int FramesPerSecond = 50;

    /// <summary>That of RFC 3551, or the one that browsers take for Opus.</summary>
    public byte PayloadType => Codec.StaticPayloadType >= 0 ? (byte)Codec.StaticPayloadType : (byte)111;

    /// <summary>Of the PCM.</summary>
    public int SamplesPerFrame => Codec.SampleRate / FramesPerSecond;

    /// <summary>Of the RTP timestamp.</summary>
    public int TicksPerFrame => Codec.ClockRate / FramesPerSecond;
}

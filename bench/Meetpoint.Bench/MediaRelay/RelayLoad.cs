namespace Meetpoint.Bench.MediaRelay;

/// <summary>What both sides are given.</summary>
static class RelayLoad
{
    /// <summary>Calls, each with a caller and a called.</summary>
    public const int Calls = 32;

    /// <summary>RTP packets a second over all calls and both directions, of the figure.</summary>
    public const int PacketsPerSecond = 20_000;

    /// <summary>The same for the figure in the notes.</summary>
    public const int HighPacketsPerSecond = 60_000;

    /// <summary>G.711 of 20 ms: with the RTP header 172 bytes.</summary>
    public const int SamplesPerPacket = 160;

    /// <summary>mu-law, RFC 3551.</summary>
    public const byte PayloadType = 0;
}

namespace Meetpoint.Xmpp.Streams;

/// <summary>How far a stream is.</summary>
enum StreamPhase
{
    /// <summary>From the connection to the first proof.</summary>
    Negotiating,

    /// <summary>Stanzas may pass.</summary>
    Running,

    /// <summary>This end has closed its direction, and hears what is still under way.</summary>
    Closing,

    /// <summary>Nothing passes any more.</summary>
    Closed,
}

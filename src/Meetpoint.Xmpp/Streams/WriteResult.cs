namespace Meetpoint.Xmpp.Streams;

/// <summary>What became of a stanza that was to be written.</summary>
enum WriteResult
{
    /// <summary>It is on its way.</summary>
    Written,

    /// <summary>The stream takes nothing now.</summary>
    Blocked,

    /// <summary>It is larger than what we would take ourselves.</summary>
    TooLarge,
}

namespace Meetpoint.Radius.Exchanges;

/// <summary>What a request is among those that came before (RFC 5080 section 2.2.2).</summary>
public enum Arrival
{
    /// <summary>It is to be worked on.</summary>
    New,

    /// <summary>The same is being worked on: it is dropped.</summary>
    InProgress,

    /// <summary>The same was answered: the same octets go out again.</summary>
    Answered,

    /// <summary>There is no room to remember it, so it is dropped: as if the network had.</summary>
    NoRoom,
}

namespace Meetpoint.Media.Relay;

/// <summary>One of the two sides of a <see cref="MediaRelay"/>: a peer, and the ports that it sends to.</summary>
public enum RelaySide
{
    /// <summary>The one side, such as who called.</summary>
    A = 0,

    /// <summary>The other, such as who was called.</summary>
    B = 1,
}

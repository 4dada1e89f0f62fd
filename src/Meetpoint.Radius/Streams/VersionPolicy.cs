namespace Meetpoint.Radius.Streams;

/// <summary>Which forms of RADIUS a neighbour is spoken with over TLS (RFC 9765 section 3.3).</summary>
public enum VersionPolicy
{
    /// <summary>RADIUS as it always was.</summary>
    Only10,

    /// <summary>RADIUS/1.1 where the other end can, else RADIUS as it always was.</summary>
    Both,

    /// <summary>RADIUS/1.1 or no connection.</summary>
    Only11,
}

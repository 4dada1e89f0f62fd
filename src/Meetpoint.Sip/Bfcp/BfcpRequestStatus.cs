namespace Meetpoint.Sip.Bfcp;

/// <summary>How a request for a floor stands (RFC 8855 section 5.2.5).</summary>
public enum BfcpRequestStatus : byte
{
    /// <summary>Nobody has decided.</summary>
    Pending = 1,

    /// <summary>It will be granted, and waits for its turn.</summary>
    Accepted = 2,

    /// <summary>It has the floor.</summary>
    Granted = 3,

    /// <summary>It does not get it.</summary>
    Denied = 4,

    /// <summary>It was taken back before it was granted.</summary>
    Cancelled = 5,

    /// <summary>It was given back.</summary>
    Released = 6,

    /// <summary>It was taken away.</summary>
    Revoked = 7,
}

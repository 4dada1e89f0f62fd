namespace Meetpoint.Media.Dtls;

/// <summary>Who opens the association (RFC 8842; the SDP attribute a=setup).</summary>
public enum DtlsRole
{
    /// <summary>Sends the first flight: a=setup:active.</summary>
    Client,

    /// <summary>Waits for it: a=setup:passive.</summary>
    Server,
}

/// <summary>Where an endpoint stands.</summary>
public enum DtlsState
{
    /// <summary>Not started.</summary>
    New,

    /// <summary>Handshake under way.</summary>
    Handshaking,

    /// <summary>The peer is who it should be, and the keys are there.</summary>
    Connected,

    /// <summary>Closed by the peer or by us after it was connected. Keys that were taken stay good until the signalling ends the call.</summary>
    Closed,

    /// <summary>No association, see <see cref="DtlsEndpoint.Failure"/>.</summary>
    Failed,
}

/// <summary>Why there is no association.</summary>
public enum DtlsFailure
{
    /// <summary>Nothing failed.</summary>
    None = 0,

    /// <summary>No handshake within <see cref="DtlsOptions.HandshakeTimeoutNs"/>.</summary>
    TimedOut,

    /// <summary>The peer's certificate is not the one that its SDP announced (RFC 8122 6.2). Take it for an attack.</summary>
    FingerprintMismatch,

    /// <summary>The peer takes none of the SRTP profiles offered, or does not do DTLS-SRTP at all.</summary>
    NoCommonProfile,

    /// <summary>The peer sent a fatal alert, or the handshake broke a rule of the protocol.</summary>
    ProtocolError,

    /// <summary>Given up on this side before it was connected.</summary>
    Cancelled,
}

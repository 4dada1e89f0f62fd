using Meetpoint.Media.Dtls;

namespace Meetpoint.Media.Relay;

/// <summary>
/// What an offer and its answer settled of a DTLS association with the peer of a side (RFC 5763, RFC 8842). Equal terms are the same association,
/// and leave the one that stands; others begin a new one. Immutable.
/// </summary>
/// <param name="Context">Our certificate; it has to live until the relay is closed.</param>
/// <param name="Role">Ours: client where the peer is passive.</param>
/// <param name="Peer">Fingerprint of the peer's certificate, out of its SDP.</param>
/// <param name="Id">The peer's a=tls-id (RFC 8842 section 4): another one is another association. Empty where it names none.</param>
public sealed record RelayHandshake(DtlsContext Context, DtlsRole Role, DtlsFingerprint Peer, string Id = "");

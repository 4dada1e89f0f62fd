using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// What an offer and its answer settled with one side of a relay. Handed over whole, so that no packet meets half of a change. Immutable.
/// </summary>
public sealed record MediaRelaySettings
{
    /// <summary>Where the peer said that it receives RTP; not set: nothing is sent until packets show where it is.</summary>
    /// <remarks>Another address than before begins the search anew; the same one leaves what was found (RFC 4961, symmetric RTP).</remarks>
    public NetAddress Remote { get; init; }

    /// <summary>Where it receives RTCP (RFC 3605); not set: the port above.</summary>
    public NetAddress RemoteControl { get; init; }

    /// <summary>RTCP is sent to the RTP port (RFC 5761). It is taken on either port in any case.</summary>
    public bool IsMuxed { get; init; }

    /// <summary>Which way media goes, as the relay sees it: it sends to the peer, takes from it, both or neither. RTCP passes on hold too.</summary>
    public MediaDirection Direction { get; init; } = MediaDirection.SendReceive;

    /// <summary>Nothing passes in the clear: until the keys are known, nothing passes.</summary>
    public bool RequiresKeys { get; init; }

    /// <summary>Key of what is sent to the peer (SDES, RFC 4568), ours by our SDP. Set, it implies <see cref="RequiresKeys"/>.</summary>
    public SdesKey? SendKey { get; init; }

    /// <summary>Key of what comes from the peer, its own by its SDP. Set, it implies <see cref="RequiresKeys"/>.</summary>
    public SdesKey? ReceiveKey { get; init; }

    /// <summary><see cref="ReceiveKey"/> was in use before this relay took it up, in a process that is gone: its rollover counter is found by trying.</summary>
    public bool FindsRollover { get; init; }

    /// <summary>
    /// Keys of a DTLS handshake (RFC 5764), in place of the two above. The relay uses it alone from then on, and disposes of it when it is
    /// replaced or the relay closes.
    /// </summary>
    public SrtpSession? Session { get; init; }

    /// <summary>
    /// The relay agrees on the keys itself, by DTLS on its own ports (RFC 5764), in place of all of the above: on one port where
    /// <see cref="IsMuxed"/>, else on both. The same terms again leave the association and its keys as they are.
    /// </summary>
    public RelayHandshake? Handshake { get; init; }

    /// <summary>Hz of the RTP clock of the codec that the peer sends, for jitter and for the length of key presses.</summary>
    public int ClockRate { get; init; } = 8000;

    /// <summary>Payload type of telephone-event (RFC 4733) from and to the peer; -1 when it was not negotiated.</summary>
    public int TelephoneEventPayloadType { get; init; } = -1;

    /// <summary>
    /// Key presses of the peer are taken out of its stream and told by <see cref="IMediaRelayEvents.OnDigit"/>; the other side hears none of
    /// it. False: they pass.
    /// </summary>
    public bool TakesDigits { get; init; }

    /// <summary>From the peer's payload types to those of the other side.</summary>
    public PayloadTypeMap PayloadTypes { get; init; } = PayloadTypeMap.Identity;

    /// <summary>True when packets are encrypted, whether keys are known yet or not.</summary>
    public bool IsSecure => RequiresKeys || SendKey is not null || ReceiveKey is not null || Session is not null || Handshake is not null;
}

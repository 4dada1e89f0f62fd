using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>How key presses are carried.</summary>
[JsonConverter(typeof(KebabEnumConverter<DtmfMode>))]
public enum DtmfMode
{
    /// <summary>RTP telephone-event (RFC 4733).</summary>
    TelephoneEvent,

    /// <summary>SIP INFO with application/dtmf-relay.</summary>
    Info,

    /// <summary>Tones in the audio.</summary>
    Inband,
}

/// <summary>How media are offered to equipment, where calls to it are anchored. What it offers itself is taken in any form.</summary>
[JsonConverter(typeof(KebabEnumConverter<SrtpMode>))]
public enum SrtpMode
{
    /// <summary>In the clear.</summary>
    None,

    /// <summary>SRTP with keys in SDP (RFC 4568), and nothing else.</summary>
    Sdes,

    /// <summary>The same, or in the clear where it takes no keys (RFC 8643).</summary>
    SdesOffered,

    /// <summary>SRTP with keys by DTLS (RFC 5763, 5764).</summary>
    Dtls,
}

/// <summary>How a room that is dialled is offered a line of content (a=content:slides, RFC 4796). What it offers itself is taken in any form.</summary>
[JsonConverter(typeof(KebabEnumConverter<ContentMode>))]
public enum ContentMode
{
    /// <summary>Not: it sees what is presented in place of who speaks.</summary>
    None,

    /// <summary>A second line of pictures; it presents by sending in it.</summary>
    Line,

    /// <summary>The same with floor control over UDP (RFC 8855, 8856).</summary>
    BfcpUdp,

    /// <summary>The same over TCP.</summary>
    BfcpTcp,

    /// <summary>The same over DTLS (UDP/TLS/BFCP).</summary>
    BfcpDtls,

    /// <summary>The same over TLS (TCP/TLS/BFCP).</summary>
    BfcpTls,
}

/// <summary>Whether a room that is dialled is offered CLUE (RFC 8848). What it offers itself is taken in any case.</summary>
[JsonConverter(typeof(KebabEnumConverter<ClueMode>))]
public enum ClueMode
{
    /// <summary>Where it says that it speaks it: +sip.clue in the Contact that it has registered, or of an INVITE without an offer.</summary>
    WhenTold,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Not.</summary>
    Never,
}

/// <summary>How one make of equipment speaks, as data. Chosen by the neighbour's or endpoint's record, never guessed from User-Agent.</summary>
public sealed record EquipmentProfile
{
    /// <summary>The profile of whatever says nothing else.</summary>
    public const string GenericId = "generic";

    /// <summary>A world has at most this many, so that a set of them is one word.</summary>
    public const int MaxProfiles = 64;

    /// <summary>Unique among profiles.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Codecs offered and taken, in order: the encoding names of RFC 3551 and successors.</summary>
    public ImmutableArray<string> Codecs { get; init; } = ["opus", "G722", "PCMA", "PCMU"];

    /// <summary>How it presses keys.</summary>
    public DtmfMode Dtmf { get; init; } = DtmfMode.TelephoneEvent;

    /// <summary>Digest algorithms that it can be challenged with, in order; some make fails at the sight of one that it does not know (RFC 8760).</summary>
    public ImmutableArray<string> Digest { get; init; } = ["SHA-256", "MD5"];

    /// <summary>How media are offered to it.</summary>
    public SrtpMode Srtp { get; init; }

    /// <summary>How it writes presence.</summary>
    public PresenceStyle Presence { get; init; }

    /// <summary>Ready for reliable provisional answers (RFC 3262).</summary>
    public bool Prack { get; init; } = true;

    /// <summary>Ready for session timers (RFC 4028).</summary>
    public bool SessionTimers { get; init; } = true;

    /// <summary>Understands UPDATE (RFC 3311); re-INVITE is used otherwise.</summary>
    public bool Update { get; init; } = true;

    /// <summary>Sends an INVITE without an offer now and then.</summary>
    public bool LateOffer { get; init; }

    /// <summary>
    /// Hears and presses keys before its call is answered (183, RFC 3960). Where it does not, as many gateways, a call that has to pass a code, a
    /// PIN or the lobby is answered first, and its refusal is a BYE with a Reason.
    /// </summary>
    public bool EarlyMedia { get; init; } = true;

    /// <summary>The most cameras, and screens, of one room that are told apart.</summary>
    public const int MaxCameras = 3;

    /// <summary>Cameras side by side, 1 to 3: so many lines it is offered to send.</summary>
    public int Cameras { get; init; } = 1;

    /// <summary>Screens side by side that show people, 1 to 3: so many lines it is offered to be sent.</summary>
    public int Screens { get; init; } = 1;

    /// <summary>
    /// Takes H.264 in aggregates and fragments also where it offers packetization mode 0 alone, or says nothing of it, as all but old equipment does. Where it does not, it is seen and is sent no H.264.
    /// </summary>
    public bool Fragments { get; init; } = true;

    /// <summary>Whether it is offered CLUE when it is dialled, where it is a room.</summary>
    public ClueMode Clue { get; init; }

    /// <summary>How it is offered content when it is dialled, where it is a room.</summary>
    public ContentMode Content { get; init; } = ContentMode.BfcpUdp;

    /// <summary>The profiles that every world has.</summary>
    public static ImmutableArray<EquipmentProfile> BuiltIn { get; } =
    [
        new() { Id = GenericId, Name = "Any SIP user agent" },
        new() { Id = "baresip", Name = "baresip", Digest = ["MD5"], Prack = false, Update = false, Content = ContentMode.None },
        new() { Id = "sipp", Name = "SIPp", Codecs = ["PCMA", "PCMU"], Digest = ["MD5"], Prack = false, SessionTimers = false, Update = false, Content = ContentMode.None },
        new() { Id = "cisco-room", Name = "Cisco room system", Codecs = ["opus", "G722", "PCMA", "PCMU"], Srtp = SrtpMode.Sdes, LateOffer = true },
        new() { Id = "cisco-call-control", Name = "Cisco-style call control", Presence = PresenceStyle.Cisco, LateOffer = true },
        new() { Id = "microsoft-client", Name = "Microsoft-style server and clients", Presence = PresenceStyle.Microsoft },
    ];
}

using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>The life of an agreement.</summary>
[JsonConverter(typeof(KebabEnumConverter<AgreementStage>))]
public enum AgreementStage
{
    /// <summary>Talked about; carries nothing.</summary>
    Draft,

    /// <summary>Carries only the test accounts that it names.</summary>
    Trial,

    /// <summary>In force.</summary>
    Commercial,

    /// <summary>In force, with terms changed since it was signed.</summary>
    Amended,

    /// <summary>Stopped for a while; carries nothing new.</summary>
    Suspended,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>What an agreement can cover.</summary>
[JsonConverter(typeof(KebabEnumConverter<Service>))]
public enum Service
{
    /// <summary>Calls between endpoints.</summary>
    Call,

    /// <summary>Meetings: booking, participants and the cascade.</summary>
    Meeting,

    /// <summary>Looking up organisations and rooms.</summary>
    Directory,

    /// <summary>Presence.</summary>
    Presence,

    /// <summary>Text messages.</summary>
    Message,

    /// <summary>Shared voicemail.</summary>
    Voicemail,

    /// <summary>Roaming on each other's hotspots.</summary>
    Roaming,

    /// <summary>Private networks across both.</summary>
    Vpn,

    /// <summary>Wholesale capacity.</summary>
    Capacity,
}

/// <summary>Towards whom a service may be used; a and b are the parties in their order.</summary>
[JsonConverter(typeof(KebabEnumConverter<Direction>))]
public enum Direction
{
    /// <summary>Either party towards the other.</summary>
    Both,

    /// <summary>Customers of a towards b.</summary>
    AToB,

    /// <summary>Customers of b towards a.</summary>
    BToA,
}

/// <summary>Whether meetings may be recorded.</summary>
[JsonConverter(typeof(KebabEnumConverter<RecordingPermission>))]
public enum RecordingPermission
{
    /// <summary>They may not.</summary>
    None,

    /// <summary>They may, and everybody in them is told.</summary>
    Announced,
}

/// <summary>What one grant is for. Decides the service that covers it and the limits that it takes from.</summary>
[JsonConverter(typeof(KebabEnumConverter<GrantKind>))]
public enum GrantKind
{
    /// <summary>A call: one port, one call of the rate.</summary>
    Call,

    /// <summary>A meeting: one meeting.</summary>
    Meeting,

    /// <summary>A participant of a meeting: one port, one call of the rate. Its parent is the meeting.</summary>
    Participant,

    /// <summary>The link between two halves of a meeting: takes from no limit, since its meeting did. Its parent is the meeting.</summary>
    Cascade,

    /// <summary>A question to the directory: one call of the rate.</summary>
    Directory,

    /// <summary>A subscription to somebody's presence: takes from no limit.</summary>
    Presence,

    /// <summary>A text message, or a conversation: one call of the rate.</summary>
    Message,

    /// <summary>A sign that somebody writes a message: takes from no limit, or it would use up the rate of what is written.</summary>
    Composing,

    /// <summary>A customer who asks to get on line at another's hotspot: one request of the rate of roaming, which has its own.</summary>
    Roaming,
}

/// <summary>The limits that an agreement can set.</summary>
public enum LimitKind
{
    /// <summary>None was touched.</summary>
    None,

    /// <summary>Meetings at one time.</summary>
    Meetings,

    /// <summary>Participants and calls at one time.</summary>
    Ports,

    /// <summary>New calls a second.</summary>
    CallsPerSecond,

    /// <summary>Customers who ask at hotspots a second.</summary>
    RequestsPerSecond,

    /// <summary>Roaming sessions at one time.</summary>
    Sessions,
}

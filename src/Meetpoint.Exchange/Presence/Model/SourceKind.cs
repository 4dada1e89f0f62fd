using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Presence;

/// <summary>What it is that reports a state; decides what weight it has where several report.</summary>
[JsonConverter(typeof(KebabEnumConverter<SourceKind>))]
public enum SourceKind
{
    /// <summary>A client that a person uses: what it says comes of its use, and of what the person set in it.</summary>
    Client,

    /// <summary>The person chose it: stands until the person chooses again.</summary>
    Manual,

    /// <summary>A phone, or the call control on its behalf. Idle on the hook, it says nothing of where the person is.</summary>
    Phone,

    /// <summary>A calendar.</summary>
    Calendar,

    /// <summary>A meeting of the exchange, or a conference of another system.</summary>
    Conference,

    /// <summary>What a system made of all that it knows; nothing of it can be told apart.</summary>
    Aggregate,
}

/// <summary>What a device can do; several may hold.</summary>
[Flags]
public enum Capabilities
{
    /// <summary>Nothing is said.</summary>
    None = 0,

    /// <summary>Calls.</summary>
    Audio = 1,

    /// <summary>Calls with video.</summary>
    Video = 2,

    /// <summary>Text messages.</summary>
    Message = 4,

    /// <summary>Shared screens.</summary>
    Sharing = 8,
}

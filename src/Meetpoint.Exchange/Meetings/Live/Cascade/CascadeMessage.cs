using System.Text.Json;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Media.Video;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>What halves tell each other inside the cascade's dialog.</summary>
sealed record CascadeMessage
{
    /// <summary>Content-Type of the INFO.</summary>
    public const string MediaType = "application/vnd.meetpoint.cascade+json";

    /// <summary>Everyone behind the sender; null when it is not about the roster.</summary>
    public IReadOnlyList<RosterEntry>? Roster { get; init; }

    /// <summary>What somebody behind the sender has written, or shows; null when it is about something else.</summary>
    public Saying? Said { get; init; }

    /// <summary>What somebody has said, in writing; null when it is about something else.</summary>
    public Caption? Caption { get; init; }

    /// <summary>Whether somebody behind the sender decodes nothing but H.264; null when it is about something else.</summary>
    public bool? NeedsH264 { get; init; }

    /// <summary>What those behind the sender look at of what crosses; null when it is about something else.</summary>
    public VideoDemand? Looks { get; init; }

    /// <summary>How well those behind the sender are heard; null when it is about something else.</summary>
    public QualityWord? Quality { get; init; }

    /// <summary>Who asks to show content, or who does; null when it is about something else.</summary>
    public FloorWord? Floor { get; init; }

    /// <summary>That it is recorded, and the answer to that; null when it is about something else.</summary>
    public RecordingWord? Recording { get; init; }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(CascadeMessage))]
sealed partial class CascadeJson : JsonSerializerContext;

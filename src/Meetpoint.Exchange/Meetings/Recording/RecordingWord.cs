using System.Text.Json.Serialization;

namespace Meetpoint.Exchange.Meetings.Recording;

/// <summary>What is said about a recording between two halves.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordingStep>))]
enum RecordingStep
{
    /// <summary>From the side of who records: tell everybody there; nothing is written before <see cref="Announced"/>.</summary>
    Announce,

    /// <summary>The answer: everybody was told, here and behind.</summary>
    Announced,

    /// <summary>The answer is taken back: somebody has come behind who was not told yet. Nothing is written until <see cref="Announced"/>.</summary>
    Pending,

    /// <summary>The answer: here, or behind, it may not be recorded, or could not be announced.</summary>
    Refused,

    /// <summary>From the side of who records: it is over.</summary>
    Over,
}

/// <summary>Why a recording does not begin, or does not go on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordingFault>))]
enum RecordingFault
{
    /// <summary>An agreement, or a provider, does not let it.</summary>
    NotAgreed,

    /// <summary>Another half has not said that everybody there was told.</summary>
    NotAnnounced,

    /// <summary>It is recorded already, here or by another half.</summary>
    AlreadyOn,

    /// <summary>Nobody is in.</summary>
    NobodyIn,

    /// <summary>This exchange records nothing, or has no room for more.</summary>
    NoRoom,

    /// <summary>This machine cannot encode what would be recorded.</summary>
    NoCodec,

    /// <summary>It could not be written down that it begins.</summary>
    NotWritten,

    /// <summary>It was stopped, or the meeting ended, before it began.</summary>
    Stopped,
}

/// <summary>A word about a recording, over the cascade.</summary>
/// <param name="Id">Of the recording.</param>
/// <param name="Step">What is said.</param>
/// <param name="By">Who records, for people.</param>
/// <param name="Fault">Of a refusal: why.</param>
/// <param name="Obstacle">Of a refusal: the agreement, or the exchange that did not answer.</param>
sealed record RecordingWord(string Id, RecordingStep Step, string By, RecordingFault? Fault = null, string? Obstacle = null)
{
    /// <summary>Characters of an id, a name, or an obstacle.</summary>
    public const int MaxText = 100;

    /// <summary>Whether anybody may be told it.</summary>
    public bool IsSound => Id is { Length: > 0 and <= MaxText } && By is { Length: <= MaxText } && Obstacle is null or { Length: <= MaxText } && Enum.IsDefined(Step);
}

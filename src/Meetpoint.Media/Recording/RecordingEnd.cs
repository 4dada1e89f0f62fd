using System.Text.Json.Serialization;

namespace Meetpoint.Media.Recording;

/// <summary>Why nothing more is taken down.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordingEndReason>))]
public enum RecordingEndReason
{
    /// <summary>It was asked to end.</summary>
    Asked,

    /// <summary>The disk took no more: full, or broken.</summary>
    DiskFailed,

    /// <summary>The disk did not keep up.</summary>
    DiskTooSlow,

    /// <summary>It had as many bytes as it may have.</summary>
    TooLarge,

    /// <summary>It had as many parts as it may have.</summary>
    TooManyParts,
}

/// <summary>A file of a recording.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="StartMs">Where it begins, in milliseconds from the begin of the recording.</param>
/// <param name="DurationMs">How long it is.</param>
/// <param name="Bytes">How large.</param>
/// <param name="Sha256">Of the file, lower case hexadecimal; empty when it could not be read.</param>
/// <param name="HasPictures">It has pictures besides the sound.</param>
public sealed record RecordingPart(string Name, long StartMs, long DurationMs, long Bytes, string Sha256, bool HasPictures);

/// <summary>A recording is over.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What the disk said; null when it said nothing.</param>
/// <param name="Parts">Its files, in order.</param>
public sealed record RecordingEnd(RecordingEndReason Reason, string? Detail, IReadOnlyList<RecordingPart> Parts);

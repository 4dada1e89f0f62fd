using Meetpoint.Media.Recording;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Recording;

/// <summary>Where recordings of this exchange are kept, and how long.</summary>
/// <param name="Folder">Of their files.</param>
/// <param name="MaxBytes">Of all of them together; none goes on beyond.</param>
/// <param name="KeptFor">Then they are deleted.</param>
public sealed record RecordingSettings(IRecordingFolder Folder, long MaxBytes, Duration KeptFor)
{
    /// <summary>Does work that waits for the disk; null: threads of the pool do.</summary>
    public Action<Action>? Run { get; init; }
}

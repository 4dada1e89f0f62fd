namespace Meetpoint.Media.Recording;

/// <summary>One recording.</summary>
public sealed record RecordingOptions
{
    /// <summary>Where its files go.</summary>
    public required IRecordingFolder Folder { get; init; }

    /// <summary>What its files are named after: letters, digits, dash and underscore; NAME-1.mkv, NAME-2.mkv and so on.</summary>
    public required string Name { get; init; }

    /// <summary>For people, in the files.</summary>
    public string Title { get; init; } = "";

    /// <summary>Told how many bytes it has grown by; false ends it. From where <see cref="Run"/> works.</summary>
    public Func<long, bool> Grows { get; init; } = static _ => true;

    /// <summary>Does work that waits for the disk, beside the caller.</summary>
    public Action<Action> Run { get; init; } = static work => ThreadPool.UnsafeQueueUserWorkItem(static state => ((Action)state!)(), work);

    /// <summary>It is over, and its files are whole. Called once, from where <see cref="Run"/> works.</summary>
    public required Action<RecordingEnd> Ended { get; init; }
}

using Meetpoint.Net;

namespace Meetpoint.Radius.Exchanges;

/// <summary>Limits and times of <see cref="DuplicateTable"/>.</summary>
public sealed record DuplicateTableOptions
{
    /// <summary>The most requests that are remembered; those answered longest ago make room.</summary>
    public int MaxEntries { get; init; } = 65_536;

    /// <summary>The most octets of answers that are kept.</summary>
    public int MaxBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How long an answer is given again, in nanoseconds: RFC 5080 section 2.2.2 says 5 to 30 s.</summary>
    public long AnsweredNs { get; init; } = 10 * MonotonicTime.Second;

    /// <summary>How long a request may be worked on, in nanoseconds; then the same is a new one.</summary>
    public long InProgressNs { get; init; } = 30 * MonotonicTime.Second;
}

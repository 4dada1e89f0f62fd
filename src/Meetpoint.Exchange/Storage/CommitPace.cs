using Meetpoint.Net;

namespace Meetpoint.Exchange.Storage;

/// <summary>
/// How long the writer gathers work before it commits. A write on its own is committed at once, and so are a burst of them; under a steady load commits
/// are spaced, so that many writes share what a sync of the disk costs. One thread at a time.
/// </summary>
sealed class CommitPace
{
    /// <summary>Commits that may follow each other at once.</summary>
    internal const int Burst = 50;

    /// <summary>Between commits under a steady load: what an answer waits longer at most.</summary>
    internal const int SpacingMs = 20;

    const double PerNanosecond = 1.0 / (SpacingMs * MonotonicTime.Millisecond);

    double _ready = Burst;
    long _lastNs;

    /// <summary>Milliseconds to wait before a commit; 0 for none. The commit is counted.</summary>
    public int Next(long nowNs)
    {
        _ready = Math.Min(Burst, _ready + ((nowNs - _lastNs) * PerNanosecond));
        _lastNs = nowNs;
        _ready -= 1;
        return _ready >= 0 ? 0 : (int)Math.Ceiling(-_ready * SpacingMs);
    }
}

namespace Meetpoint.Exchange.Presence.Hub;

/// <summary>
/// Views whose documents are kept as they were written, the oldest let go: all watchers of a view ask for its document within a moment of a change, and hardly
/// anybody later, so that it would be kept for nothing with everyone who is watched. On the loop only; the hub's.
/// </summary>
sealed class WrittenBodies
{
    /// <summary>Views that keep theirs.</summary>
    public const int Capacity = 4_096;

    readonly AudienceView?[] _kept = new AudienceView?[Capacity];
    int _next;

    /// <summary>A view has written its first document of what it shows now.</summary>
    public void Keep(AudienceView view)
    {
        // One that changed since stands here twice, and writes once more for it.
        _kept[_next]?.ForgetWritten();
        _kept[_next] = view;
        _next = (_next + 1) % Capacity;
    }
}

using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// Tells who is in a meeting to its other halves, its pages and its subscribers, soon after a change: whoever comes in changes several times within moments, many come at the start, and a whole roster goes
/// to each of many. On the signalling loop only.
/// </summary>
/// <param name="meeting">Whose.</param>
sealed class RosterTelling(LiveMeeting meeting)
{
    /// <summary>Changes that come together are told together.</summary>
    const long GatherNs = 50 * MonotonicTime.Millisecond;

    /// <summary>And for so much longer by each who is in: what is told, and to how many, both grow with them.</summary>
    const long GatherEachNs = MonotonicTime.Millisecond;

    const long MostGatherNs = 500 * MonotonicTime.Millisecond;

    LoopTimer? _due;
    string? _only;

    /// <summary>The roster changed.</summary>
    /// <param name="by">The exchange that told so, which need not be told; our own when one of ours changed.</param>
    public void OnChanged(string by)
    {
        if (meeting.IsClosed)
            return;
        meeting.Cascade.TellRosterWhereDown(by);
        if (_due is { IsArmed: true })
        {
            _only = _only == by ? by : null;
            return;
        }

        _only = by;
        _due ??= new LoopTimer(meeting.Context.Loop, _ => Tell());
        _due.Arm(Math.Min(GatherNs + (GatherEachNs * meeting.Roster.Own.Count), MostGatherNs));
    }

    /// <summary>The meeting ends: who is told so need not be told who leaves.</summary>
    public void Stop() => _due?.Disarm();

    void Tell()
    {
        meeting.Cascade.TellRoster(_only);
        meeting.Package.Changed();
        meeting.TellBrowsers();
    }
}

using System.Text.Json.Nodes;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What somebody has said, in writing.</summary>
/// <param name="Participant">Who.</param>
/// <param name="Text">The words.</param>
/// <param name="IsFinal">False: more of the same sentence follows, and takes its place.</param>
sealed record Caption(uint Participant, string Text, bool IsFinal)
{
    /// <summary>Characters at once.</summary>
    public const int MaxText = 500;

    /// <summary>Whether anybody may be told it.</summary>
    public bool IsSound => !string.IsNullOrWhiteSpace(Text) && Text.Length <= MaxText;
}

/// <summary>Captions that somebody's engine makes: for every page of the meeting, on every exchange, and kept nowhere. On the signalling loop only.</summary>
sealed class MeetingCaptions(LiveMeeting meeting)
{
    /// <summary>Of one meeting, from here or from another half: several who speak at once, each some times a second. What is more is not told.</summary>
    public const int MaxPerSecond = 25;

    long _secondNs;
    int _inSecond;

    /// <summary>Tells what somebody said, wherever in the meeting he is.</summary>
    public CaptionOutcome Say(Caption caption)
    {
        if (!meeting.Roster.All.Any(entry => entry.Id == caption.Participant && entry.State == ParticipantState.In))
            return CaptionOutcome.NobodyThere;
        if (!TryCount())
            return CaptionOutcome.TooMany;
        Tell(caption, meeting.Context.Self);
        return CaptionOutcome.Told;
    }

    /// <summary>Another exchange tells it: the focus, whose engine may hear all, of everybody; a spoke of those alone who are behind it.</summary>
    public void Heard(string by, Caption caption)
    {
        var people = by == meeting.Meeting.Focus ? meeting.Roster.All : meeting.Roster.Remote(by);
        if (caption.IsSound && people.Any(entry => entry.Id == caption.Participant && entry.State == ParticipantState.In) && TryCount())
            Tell(caption, by);
    }

    void Tell(Caption caption, string by)
    {
        meeting.SayToBrowsers(new JsonObject { ["type"] = "captions", ["participant"] = caption.Participant, ["text"] = caption.Text, ["isFinal"] = caption.IsFinal });
        foreach (var (exchange, link) in meeting.Links)
        {
            if (exchange != by)
                link.Words.Tell(caption);
        }
    }

    bool TryCount()
    {
        var nowNs = meeting.Context.Time.NowNs();
        if (nowNs - _secondNs >= MonotonicTime.Second)
            (_secondNs, _inSecond) = (nowNs, 0);
        return _inSecond++ < MaxPerSecond;
    }
}

/// <summary>What became of a caption.</summary>
enum CaptionOutcome
{
    /// <summary>Every page here has it, and every half is told.</summary>
    Told,

    /// <summary>Nobody with that id is in.</summary>
    NobodyThere,

    /// <summary>More than <see cref="MeetingCaptions.MaxPerSecond"/>.</summary>
    TooMany,

    /// <summary>The meeting is not on here.</summary>
    NotOn,
}

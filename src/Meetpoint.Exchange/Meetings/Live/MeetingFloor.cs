using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Live.Cascade;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>A word about who may show content: a spoke asks for one of its own, the focus says who does.</summary>
/// <param name="Participant">Who; of the focus 0 is nobody.</param>
/// <param name="Wants">It wants to; false gives it back.</param>
sealed record FloorWord(uint Participant, bool Wants);

/// <summary>
/// Who may show content: one at a time in the whole meeting. Who asks last gets it, as people at one table do; who had it is told. The focus decides, so that two who ask at once on two
/// exchanges do not both get it; a half that is cut off decides for itself until it hears the focus again. On the signalling loop only.
/// </summary>
sealed class MeetingFloor(LiveMeeting meeting)
{
    /// <summary>Participant id; 0 is nobody.</summary>
    public uint Holder { get; private set; }

    /// <summary>Somebody of ours asks for it, or gives it back.</summary>
    public void Ask(uint participant, bool wants)
    {
        var word = new FloorWord(participant, wants);
        if (!meeting.IsFocus && meeting.Links.Values.FirstOrDefault() is { IsUp: true } focus)
            focus.Words.Tell(word);
        else
            Decide(word);
    }

    /// <summary>Somebody has no content any more.</summary>
    public void Release(uint participant)
    {
        if (Holder == participant)
            Ask(participant, wants: false);
    }

    /// <summary>Another exchange says something: a spoke of those that are behind it alone.</summary>
    public void Heard(string by, FloorWord word)
    {
        if (!meeting.IsFocus)
            Give(word.Participant);
        else if (meeting.Roster.Remote(by).Any(entry => entry.Id == word.Participant))
            Decide(word);
    }

    /// <summary>A link stands again: the other half hears who has it.</summary>
    public void OnLinkUp(CascadeLink link)
    {
        if (meeting.IsFocus)
            link.Words.Tell(new FloorWord(Holder, Wants: true));
    }

    void Decide(FloorWord word)
    {
        if (word.Wants)
            Give(word.Participant);
        else if (Holder == word.Participant)
            Give(0);
    }

    void Give(uint participant)
    {
        if (Holder == participant)
            return;
        Holder = participant;
        meeting.Room.SetPresenter(participant);
        foreach (var browser in meeting.BrowsersInside)
            browser.Say(JoinFrame.Floor(participant, browser.Id == participant));
        foreach (var equipment in meeting.Participants.OfType<SipParticipant>().ToList())
            equipment.OnHolder();
        meeting.TellBrowsers();
        if (!meeting.IsFocus)
            return;
        foreach (var link in meeting.Links.Values)
            link.Words.Tell(new FloorWord(participant, Wants: true));
    }
}

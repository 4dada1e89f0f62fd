using Meetpoint.Exchange.Meetings.Live.Browsers;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Who may show content: one at a time (RFC 4376). Who asks last gets it, as people at one table do; who had it is told. On the signalling loop only.</summary>
sealed class MeetingFloor(LiveMeeting meeting)
{
    /// <summary>Participant id; 0 is nobody.</summary>
    public uint Holder { get; private set; }

    /// <summary>Somebody asks for it, or gives it back.</summary>
    public void Ask(BrowserParticipant participant, bool wants)
    {
        if (wants)
            Give(participant.Id);
        else
            Release(participant.Id);
    }

    /// <summary>Somebody has no content any more.</summary>
    public void Release(uint participant)
    {
        if (Holder == participant)
            Give(0);
    }

    void Give(uint participant)
    {
        if (Holder == participant)
            return;
        Holder = participant;
        meeting.Room.SetPresenter(participant);
        foreach (var browser in meeting.Browsers)
            browser.Say(JoinFrame.Floor(participant, browser.Id == participant));
        meeting.TellBrowsers();
    }
}

using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// What the organiser does with those who are in a meeting, or wait: here at once, in another half by having its exchange do so (<see cref="Live.Moderation"/>); and the lock.
/// </summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class MeetingModeration(LiveMeeting meeting, bool isLocked)
{
    /// <summary>Nobody else is let in.</summary>
    public bool IsLocked { get; private set; } = isLocked;

    /// <summary>Lets nobody else in, or others again, on every exchange of the meeting; durable when it completes.</summary>
    public Task LockAsync(bool locked) => meeting.Context.Moderation.SetLockAsync(meeting.Meeting, meeting.Occurrence.Start, locked);

    /// <summary>It was locked or unlocked, here or by the organiser's exchange.</summary>
    public void Locked(bool locked)
    {
        IsLocked = locked;
        meeting.OnLockChanged();
    }

    /// <summary>Acts on a participant anywhere in the meeting, or has its exchange do so; false when there is none.</summary>
    public async Task<bool> ActAsync(string action, uint id)
    {
        if (meeting.Find(id) is { } participant)
        {
            Act(action, participant);
            return true;
        }

        foreach (var exchange in meeting.Links.Keys)
        {
            if (meeting.Roster.Remote(exchange).FirstOrDefault(entry => entry.Id == id) is not { } entry)
                continue;
            await meeting.Context.Moderation.AskAsync(exchange, new ModerateBody(meeting.Row.Id, action, id, entry.Session)).ConfigureAwait(false);
            return true;
        }

        return false;
    }

    /// <summary>What the organiser's exchange asks of one of ours.</summary>
    public void Asked(ModerateBody asked)
    {
        if (meeting.Find(asked.Participant) is { } participant && participant.Session == asked.Session)
            Act(asked.Action, participant);
    }

    void Act(string action, Participant participant)
    {
        switch (action)
        {
            case "mute" or "unmute":
                participant.Mute(action == "mute");
                break;
            case "eject" when participant.State == ParticipantState.Lobby:
                participant.Refuse(meeting.RefusalFor(RefusalReason.NotAdmittedFromLobby));
                break;
            case "eject":
                participant.Eject();
                break;
            case "admit":
                participant.AdmitFromLobby();
                break;
            case "to-lobby":
                participant.BackToLobby();
                break;
        }
    }
}

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>
/// Whose pictures are shown to nobody, as the roster has it: whose page says that its camera is off, and who is not in, as who was sent back to the lobby. Here and where a cascade brings them, so
/// that nobody looks at a picture that stands still until its silence is noticed. On the signalling loop only.
/// </summary>
sealed class HiddenCameras(LiveMeeting meeting)
{
    readonly HashSet<uint> _hidden = [];

    /// <summary>The roster has changed.</summary>
    public void Follow()
    {
        var hidden = meeting.Roster.All.Where(IsHidden).Select(static entry => entry.Id).ToHashSet();
        foreach (var shown in _hidden.Where(participant => !hidden.Contains(participant)).ToList())
        {
            _hidden.Remove(shown);
            meeting.Room.Hide(shown, false);
        }

        foreach (var participant in hidden)
        {
            if (_hidden.Add(participant))
                meeting.Room.Hide(participant, true);
        }
    }

    /// <summary>Of other equipment than a page its packets alone say whether there is a picture.</summary>
    static bool IsHidden(RosterEntry entry) => entry.State == ParticipantState.In ? entry is { Kind: ParticipantKind.Browser, HasVideo: false } : entry.State == ParticipantState.Lobby;
}

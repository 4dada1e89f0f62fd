using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Media.Video;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Who is in each half, as the two tell each other: in the cascade, or by signed questions while it is down.</summary>
sealed partial class CascadeLink
{
    /// <summary>The other half has someone who is in, or waits, as far as it told us.</summary>
    public bool IsSomeoneThere => _meeting.Roster.Remote(_exchange).Any(
        entry => entry.Exchange == _exchange && entry.State is ParticipantState.In or ParticipantState.Lobby);

    /// <summary>Tells the other half who is behind us when something changed: in the cascade, or by a signed question while it is down.</summary>
    public void TellRoster()
    {
        if (!IsUp || _call is not { State: CallState.Confirmed } call)
        {
            _teller.OnChanged();
            return;
        }

        if (_toldVersion == _meeting.Roster.Version)
            return;
        _toldVersion = _meeting.Roster.Version;
        Send(call, new CascadeMessage { Roster = _meeting.Roster.For(_exchange) });
    }

    /// <summary>Tells the other half what somebody here, or behind us, has said; while the cascade is down nobody there hears it.</summary>
    public void Tell(Saying saying)
    {
        if (IsUp && _call is { State: CallState.Confirmed } call)
            Send(call, new CascadeMessage { Said = saying });
    }

    /// <summary>Tells the other half what somebody has said, in writing; while the cascade is down nobody there reads it.</summary>
    public void Tell(Caption caption)
    {
        if (IsUp && _call is { State: CallState.Confirmed } call)
            Send(call, new CascadeMessage { Caption = caption });
    }

    /// <summary>Somebody behind it decodes nothing but H.264, as far as it told us.</summary>
    public bool NeedsH264 { get; private set; }

    /// <summary>Tells the other half whether somebody behind us decodes nothing but H.264, when it was told otherwise.</summary>
    public void TellCodec(bool needsH264)
    {
        if (!IsUp || _call is not { State: CallState.Confirmed } call || _toldNeedsH264 == needsH264)
            return;
        _toldNeedsH264 = needsH264;
        Send(call, new CascadeMessage { NeedsH264 = needsH264 });
    }

    /// <summary>What those behind it look at of what we send, as they told last; null before they did.</summary>
    public VideoDemand? Looks { get; private set; }

    /// <summary>Tells the other half what is looked at here of what it sends; while the cascade is down it hears so when it is up.</summary>
    public void Tell(VideoDemand wanted)
    {
        _wanted = wanted;
        if (IsUp && _call is { State: CallState.Confirmed } call)
            Send(call, new CascadeMessage { Looks = wanted });
    }

    /// <summary>Tells the other half about the floor; while the cascade is down it hears so when it is up again.</summary>
    public void Tell(FloorWord word)
    {
        if (IsUp && _call is { State: CallState.Confirmed } call)
            Send(call, new CascadeMessage { Floor = word });
    }

    /// <summary>Tells the other half about a recording; also before our end of the cascade is up, since theirs may be.</summary>
    public void Tell(RecordingWord word)
    {
        if (_call is { State: CallState.Confirmed } call)
            Send(call, new CascadeMessage { Recording = word });
    }

    /// <summary>The other half told by a signed question who is behind it; false while the cascade is up, which tells it better.</summary>
    public bool TakeTold(RosterBody told)
    {
        if (IsUp)
            return false;
        if (told.Run < _heardRun || (told.Run == _heardRun && told.Version < _heardVersion))
            return true; // overtaken
        (_heardRun, _heardVersion) = (told.Run, told.Version);
        TakeRoster(told.Entries);
        _stale.Arm(RosterTeller.KeptNs);
        return true;
    }

    void TakeRoster(IReadOnlyList<RosterEntry> entries)
    {
        var half = Other;
        // Ids of its own range only, unless it is the focus, which speaks for all others; never one of ours.
        var own = _meeting.Half;
        var believed = entries.Take(Roster.MaxRemote).Where(entry =>
            !InRange(own, entry.Id) && (_exchange == _meeting.Meeting.Focus || InRange(half, entry.Id)) && entry.Session.Length == 32).ToList();
        _meeting.Roster.SetRemote(_exchange, believed);
        if (!IsUp && !IsSomeoneThere)
            Hold.Release();
    }

    /// <summary>Neither a cascade nor a question has told who is there for too long.</summary>
    void OnStale()
    {
        if (!IsUp)
            TakeRoster([]);
    }
}

using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>
/// The link to another half: opened by the first participant of the second of the two, closed with the last of either, opened anew with new keys
/// when it drops.
/// </summary>
/// <remarks>
/// Its parts: the dialog that opens it (<see cref="CascadeDialog"/>), the media of each opening (<see cref="CascadeMedia"/>), what it uses
/// (<see cref="CascadeUsage"/>), what the halves tell each other in the dialog (<see cref="CascadeWords"/>), and who is behind the other half, which
/// is told also while it is down (<see cref="CascadeRoster"/>). On the signalling loop only.
/// </remarks>
sealed class CascadeLink
{
    readonly LiveMeeting _meeting;
    readonly LiveContext _context;
    readonly CascadeDialog _dialog;
    CascadeUsage? _usage; // while it is up

    public CascadeLink(LiveMeeting meeting, string exchange)
    {
        (_meeting, _context, Exchange) = (meeting, meeting.Context, exchange);
        _dialog = new CascadeDialog(this);
        Words = new CascadeWords(this, _dialog);
        Roster = new CascadeRoster(this);
        Hold = new MeetingHold(meeting, exchange);
    }

    public LiveMeeting Meeting => _meeting;

    /// <summary>Name of the exchange that has the other half.</summary>
    public string Exchange { get; }

    /// <summary>The other half, as booked.</summary>
    public MeetingHalf Other => _meeting.Meeting.HalfOf(Exchange)!;

    /// <summary>What the halves tell each other.</summary>
    public CascadeWords Words { get; }

    /// <summary>Who is behind the other half.</summary>
    public CascadeRoster Roster { get; }

    /// <summary>What it holds of the agreement's meetings.</summary>
    public MeetingHold Hold { get; }

    /// <summary>Media of this opening; null while there is none.</summary>
    public CascadeMedia? Media { get; private set; }

    /// <summary>Its leg in the room; 0 while there is none.</summary>
    public int LegId => Media?.LegId ?? 0;

    /// <summary>Media flows both ways under keys.</summary>
    public bool IsUp => _usage is not null;

    /// <summary>How often it was opened.</summary>
    public int Openings { get; private set; }

    /// <summary>This opening: figures of another are not those of this one.</summary>
    public string Opening => _dialog.Session;

    /// <summary>Counts of its sound; null while there is no leg.</summary>
    public LegStatistics? Statistics => Media?.Statistics;

    /// <summary>Counts of its pictures; null without.</summary>
    public VideoStatistics? Pictures => Media?.Pictures;

    /// <summary>Someone came in or left on our half.</summary>
    public void OnOwnHalfChanged()
    {
        if (_meeting.PresentCount == 0)
        {
            TellRoster(); // or they would take the end of the call for a link that was lost
            Close();
        }
        else
        {
            _dialog.OnSomeoneHere();
        }
    }

    /// <summary>The other half calls.</summary>
    public void Arrive(IncomingCall call) => _dialog.Arrive(call);

    public void OnMediaEvent(in MediaEvent e)
    {
        Media?.OnMediaEvent(in e);
        if (e.Kind == MediaEventKind.FirstPacket)
            OnUp();
        if (e.Kind == MediaEventKind.CascadeLoop)
            _context.Events.Write(_meeting.Correlation, "cascade.loop", new EventAttribute("exchange", Exchange));
    }

    /// <summary>Tells the other half who is behind us when something changed: in the cascade, or by a signed question while it is down.</summary>
    public void TellRoster()
    {
        if (!Words.TryTellRoster())
            Roster.Teller.OnChanged();
    }

    /// <summary>What was used of it so far, and whom it still showed us.</summary>
    public void Measure()
    {
        Hold.Measure();
        if (Media is { } media)
            _usage?.Measure(media.Statistics);
    }

    /// <summary>Ends it until someone comes in again.</summary>
    public void Close()
    {
        _dialog.Close();
        Hold.Release();
    }

    /// <summary>Ends it with the meeting, or since the other half has no part in it any more.</summary>
    public void End()
    {
        Close();
        Roster.Stop();
        _meeting.Roster.SetRemote(Exchange, []);
    }

    /// <summary>Takes a port for an opening, so that SDP can tell it; null when none is to be had.</summary>
    public CascadeMedia? Prepare() => Media = CascadeMedia.Open(this, reason => _dialog.Drop(reason));

    /// <summary>The other half's call, or its answer, settled what this opening is.</summary>
    public void Begin(CascadeAgreement settled)
    {
        Openings++;
        Media!.Begin(settled);
    }

    /// <summary>The dialog is over, or given up: what was used is recorded, and media ends.</summary>
    public void OnOver()
    {
        var wasUp = IsUp;
        Words.Forget();
        if (Media is { } media)
        {
            var quality = _meeting.Quality.Finish(this);
            _usage?.End(media.Statistics, quality);
            media.Close();
        }

        (Media, _usage) = (null, null);
        // From now on who is there is told by signed questions, both ways.
        Roster.OnOver(wasUp);
        if (!wasUp)
            return;
        _meeting.Recording.OnLinkDown(Exchange);
        Roster.Teller.OnChanged();
    }

    /// <summary>The first packet that proved itself under the new keys came.</summary>
    void OnUp()
    {
        if (IsUp || Media is null)
            return;
        var usage = _usage = new CascadeUsage(this);
        _meeting.Floor.OnLinkUp(this);
        _meeting.Recording.OnLinkUp(Exchange);
        _meeting.Codec.Tell(this);
        Words.OnUp();
        Roster.Teller.OnCascadeUp();
        _context.Events.Write(_meeting.Correlation, "cascade.up", new EventAttribute("meeting", _meeting.Row.Id), new EventAttribute("exchange", Exchange));
        usage.Begin();
        TellRoster();
        if (_meeting.IsFocus && !usage.TryCharge(reason => _dialog.Drop(reason), out var refusal))
        {
            _context.Refusals.Note(in refusal, _meeting.Code);
            _dialog.Drop("refused");
        }
    }
}

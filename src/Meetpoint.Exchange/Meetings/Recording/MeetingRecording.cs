using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Recording;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Recording;

/// <summary>Why a recording did not begin.</summary>
/// <param name="Fault">Why.</param>
/// <param name="Obstacle">The agreement, the provider or the exchange in the way; null where none is.</param>
/// <param name="Detail">For people.</param>
sealed record RecordingRefusal(RecordingFault Fault, string? Obstacle, string Detail);

/// <summary>
/// The recording of a meeting, one at a time in all of its halves: who records asks every other half to tell everybody there, and nothing is written before each has said that it did. A half
/// that comes later, or does not answer, stops the writing until it has answered, and after <see cref="PatienceNs"/> for good.
/// </summary>
/// <remarks>
/// The same in who records and in who passes it on, but for what hears of it: the recorder, or the half that the announcement came from. In a glare the focus wins. On the signalling loop
/// only.
/// </remarks>
sealed class MeetingRecording
{
    /// <summary>Another half is to have answered by then.</summary>
    public const long PatienceNs = 5 * MonotonicTime.Second;

    readonly LiveMeeting _meeting;
    readonly LiveContext _context;
    readonly LoopTimer _patience;
    readonly Dictionary<string, bool> _told = []; // of the halves that have a link, whether each has said that everybody was told
    TaskCompletionSource<RecordingRefusal?>? _asked;
    RecorderHandle? _recorder;
    RecordingRow? _row;
    string? _source; // the exchange that the announcement came from; null when it is our own
    bool _isPending;
    bool _isWritten; // or about to be

    public MeetingRecording(LiveMeeting meeting)
    {
        (_meeting, _context) = (meeting, meeting.Context);
        _patience = new LoopTimer(_context.Loop, _ => OnPatienceEnded());
    }

    /// <summary>Id of what is announced, or to be announced; null while there is nothing.</summary>
    public string? Id { get; private set; }

    /// <summary>Who records, for people; null while nobody here was told that it is recorded.</summary>
    public string? By { get; private set; }

    /// <summary>It is this exchange that records.</summary>
    public bool IsOurs => Id is not null && _source is null;

    /// <summary>Begins to record here. Completes with null once it is written, or with what stands in the way.</summary>
    /// <param name="by">Who, for people.</param>
    public Task<RecordingRefusal?> StartAsync(string by)
    {
        if (Obstacle() is { } refusal)
            return Task.FromResult<RecordingRefusal?>(refusal);
        _asked = new TaskCompletionSource<RecordingRefusal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = _asked.Task;
        Announce(_context.Ids.New("rec"), by.Length <= RecordingWord.MaxText ? by : by[..RecordingWord.MaxText], source: null);
        return asked;
    }

    /// <summary>Ends it; false when it is not this exchange that records.</summary>
    public bool Stop()
    {
        if (!IsOurs)
            return false;
        End(new RecordingRefusal(RecordingFault.Stopped, null, "It was stopped."));
        return true;
    }

    /// <summary>The waist's refusal of what is not agreed, noted; null where something else stands in the way.</summary>
    public Refusal? Note(RecordingRefusal refused)
    {
        if (refused.Fault != RecordingFault.NotAgreed)
            return null;
        var link = _context.Admission.World.Links.FirstOrDefault(each => each.Agreement.Id == refused.Obstacle);
        var refusal = _meeting.RefusalFor(RefusalReason.RecordingNotAgreed) with { Link = link };
        _context.Refusals.Note(in refusal, _meeting.Code, "recording");
        return refusal;
    }

    /// <summary>Another half says something.</summary>
    public void Heard(string by, RecordingWord word)
    {
        if (!word.IsSound)
            return;
        switch (word.Step)
        {
            case RecordingStep.Announce:
                OnAnnounce(by, word);
                break;
            case RecordingStep.Over when word.Id == Id && _source == by:
                End(null);
                break;
            case RecordingStep.Announced or RecordingStep.Pending when word.Id == Id && _told.ContainsKey(by):
                _told[by] = word.Step == RecordingStep.Announced;
                Settle();
                break;
            case RecordingStep.Refused when word.Id == Id && _told.ContainsKey(by):
                End(new RecordingRefusal(word.Fault ?? RecordingFault.NotAnnounced, word.Obstacle ?? by, $"{by} refused: {Words(word.Fault, word.Obstacle)}"));
                break;
        }
    }

    /// <summary>A link to another half stands: who is there is to be told.</summary>
    public void OnLinkUp(string exchange)
    {
        if (Id is null || exchange == _source)
            return;
        _told[exchange] = false;
        Tell(exchange, RecordingStep.Announce);
        Settle();
    }

    /// <summary>A link is gone: who is there neither hears nor is heard.</summary>
    public void OnLinkDown(string exchange)
    {
        if (Id is null)
            return;
        if (exchange == _source)
            End(null);
        else if (_told.Remove(exchange))
            Settle();
    }

    /// <summary>Somebody of ours came in: he is told.</summary>
    public void OnCameIn(Participant participant)
    {
        if (By is { } by)
            participant.HearRecording(by);
    }

    /// <summary>Nobody of ours is in any more.</summary>
    public void OnEmpty() => Stop();

    /// <summary>The meeting is over here.</summary>
    public void Close()
    {
        if (Id is not null)
            End(new RecordingRefusal(RecordingFault.Stopped, null, "The meeting is over."));
    }

    RecordingRefusal? Obstacle()
    {
        if (Id is not null)
            return new RecordingRefusal(RecordingFault.AlreadyOn, null, "It is recorded already, or about to be.");
        if (!_context.Recordings.HasRoom)
            return new RecordingRefusal(RecordingFault.NoRoom, null, "This exchange keeps no recordings, or has no room for another.");
        if (!OpusSupport.IsAvailable(out var reason))
            return new RecordingRefusal(RecordingFault.NoCodec, null, reason);
        if (!_meeting.Participants.Any(static participant => participant.State == ParticipantState.In))
            return new RecordingRefusal(RecordingFault.NobodyIn, null, "Nobody is in the meeting here.");
        return RecordingTerms.Find(_context.Admission.World, _meeting.Meeting, _context.Self, _context.Clock.GetCurrentInstant()) is { } obstacle
            ? new RecordingRefusal(RecordingFault.NotAgreed, obstacle.Name, obstacle.Detail) : null;
    }

    void OnAnnounce(string by, RecordingWord word)
    {
        if (Id == word.Id && _source == by)
        {
            if (!_isPending && By is not null)
                Tell(by, RecordingStep.Announced);
            return;
        }

        if (Id is not null)
        {
            // Two began at once: the focus goes on, the other takes its own back.
            if (_source is not null || _recorder is not null || by != _meeting.Meeting.Focus)
            {
                Refuse(by, word, RecordingFault.AlreadyOn, null);
                return;
            }

            End(new RecordingRefusal(RecordingFault.AlreadyOn, null, "Another half has begun to record."));
        }

        if (RecordingTerms.Find(_context.Admission.World, _meeting.Meeting, _context.Self, _context.Clock.GetCurrentInstant()) is { } obstacle)
            Refuse(by, word, RecordingFault.NotAgreed, obstacle.Name);
        else
            Announce(word.Id, word.By, by);
    }

    /// <summary>Asks every other half that has a link; who is here is told when all have answered.</summary>
    void Announce(string id, string by, string? source)
    {
        (Id, _source, _isPending) = (id, source, true);
        _row = new RecordingRow(
            id, _meeting.Row.Id, "", _meeting.Half.Provider, _meeting.Meeting.Title, by, _context.Clock.GetCurrentInstant());
        _told.Clear();
        foreach (var (exchange, link) in _meeting.Links)
        {
            if (exchange == source || !link.IsUp)
                continue;
            _told[exchange] = false;
            Tell(exchange, RecordingStep.Announce);
        }

        Settle();
    }

    /// <summary>Somebody has answered, came, or went.</summary>
    void Settle()
    {
        var isPending = _told.ContainsValue(false);
        if (isPending && !_patience.IsArmed)
            _patience.Arm(PatienceNs);
        else if (!isPending)
            _patience.Disarm();
        if (isPending == _isPending && isPending)
            return;
        _isPending = isPending;
        if (!isPending)
            TellOurs();
        if (_source is { } source)
            Tell(source, isPending ? RecordingStep.Pending : RecordingStep.Announced);
        else if (_recorder is not null)
            _recorder.Pause(isPending);
        else if (!isPending && !_isWritten)
            WriteDown();
    }

    /// <summary>Everybody here is told, who was not.</summary>
    void TellOurs()
    {
        if (By is not null)
            return;
        By = _row!.StartedBy;
        _meeting.Room.PlayToAll(Prompt.RecordingOn);
        _meeting.SayToBrowsers(JoinFrame.Recording(true, By));

        _context.Events.Write(
            _meeting.Correlation, "meeting.recording", new EventAttribute("meeting", _meeting.Row.Id), new EventAttribute("recording", Id!), new EventAttribute("by", By),
            new EventAttribute("exchange", _source ?? _context.Self));
    }

    void WriteDown()
    {
        var row = _row!;
        _isWritten = true;
        _context.Then(
            _context.Recordings.BeginAsync(row), _ => Record(row),
            fault => EndIf(row.Id, new RecordingRefusal(RecordingFault.NotWritten, null, fault.Message)));
    }

    void Record(RecordingRow row)
    {
        var options = _context.Recordings.Options(row, end => _context.Loop.Post(() => OnRecorded(row.Id, end)));
        if (Id != row.Id || _meeting.Room.Record(options) is not { } recorder)
        {
            options.Ended(new RecordingEnd(RecordingEndReason.Asked, null, []));
            return;
        }

        _recorder = recorder;
        if (_isPending)
            recorder.Pause(true);
        _asked?.TrySetResult(null);
        _asked = null;
    }

    void OnRecorded(string id, RecordingEnd end) => EndIf(id, new RecordingRefusal(RecordingFault.Stopped, null, $"The recording ended: {end.Reason}."));

    void EndIf(string id, RecordingRefusal why)
    {
        if (Id == id)
            End(why);
    }

    void OnPatienceEnded()
    {
        var silent = string.Join(", ", _told.Where(static half => !half.Value).Select(static half => half.Key));
        End(new RecordingRefusal(RecordingFault.NotAnnounced, silent, $"{silent} has not said that everybody there was told."));
    }

    /// <summary>It is over, or does not begin: who was told is told so.</summary>
    void End(RecordingRefusal? why)
    {
        var (by, source) = (By, _source);
        _patience.Disarm();
        foreach (var exchange in _told.Keys)
            Tell(exchange, RecordingStep.Over);
        if (source is not null && why is not null)
            Refuse(source, new RecordingWord(Id!, RecordingStep.Refused, ""), why.Fault, why.Obstacle);
        _recorder?.Stop();
        var asked = _asked;
        var id = Id!;
        (_asked, _recorder, _row, _source, Id, By) = (null, null, null, null, null, null);
        (_isPending, _isWritten) = (false, false);
        _told.Clear();
        if (by is not null)
            TellOver(id, by, why);
        if (why is not null)
            asked?.TrySetResult(why);
    }

    void TellOver(string id, string by, RecordingRefusal? why)
    {
        _context.Events.Write(
            _meeting.Correlation, "meeting.recording-over", new EventAttribute("meeting", _meeting.Row.Id), new EventAttribute("recording", id), new EventAttribute("reason", why?.Detail ?? ""));
        if (_meeting.IsClosed)
            return;
        _meeting.Room.PlayToAll(Prompt.RecordingOff);
        _meeting.SayToBrowsers(JoinFrame.Recording(false, by));
    }

    void Refuse(string to, RecordingWord word, RecordingFault fault, string? obstacle)
    {
        if (_meeting.Links.TryGetValue(to, out var link))
            link.Words.Tell(word with { Step = RecordingStep.Refused, Fault = fault, Obstacle = obstacle });
    }

    void Tell(string exchange, RecordingStep step)
    {
        if (_meeting.Links.TryGetValue(exchange, out var link))
            link.Words.Tell(new RecordingWord(Id!, step, _row!.StartedBy));
    }

    static string Words(RecordingFault? fault, string? obstacle) => fault switch
    {
        RecordingFault.NotAgreed => $"{obstacle} does not let it be recorded.",
        RecordingFault.AlreadyOn => "it is recorded already.",
        RecordingFault.NotAnnounced => $"{obstacle} has not said that everybody there was told.",
        _ => fault?.ToString() ?? "it did not say why.",
    };
}

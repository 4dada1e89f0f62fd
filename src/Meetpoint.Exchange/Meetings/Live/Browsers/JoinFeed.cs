using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Api.Streams;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>A join page's side of its WebSocket: takes what the page says, and tells it what there is. On the signalling loop only.</summary>
/// <remarks>Who is there and whom the lines show is told as it stands last; what is said once waits in a queue, and a page that does not read it is let go.</remarks>
/// <param name="desk">Where it wants in.</param>
/// <param name="code">The meeting's code.</param>
/// <param name="invitation">The token of an invitation; null for a guest.</param>
/// <param name="pins">PINs that were wrong, of the page's address.</param>
/// <param name="wake">Has the stream collect.</param>
sealed class JoinFeed(BrowserDesk desk, string code, string? invitation, PinGuesses pins, Action wake) : IStreamFeed
{
    /// <summary>Frames that wait for a page that reads slowly.</summary>
    const int MaxWaiting = 512;

    const string TooManyTries = "There were too many wrong PINs from this address. Wait some minutes.";

    static readonly StreamEnd _over = new(WebSocketCloseStatus.NormalClosure, "over");
    static readonly StreamEnd _slow = new(WebSocketCloseStatus.PolicyViolation, "what was said was not read");

    readonly Queue<byte[]> _waiting = new();
    BrowserParticipant? _participant;
    LoopTimer? _opening;
    bool _isRosterDue;
    bool _areLinesDue;
    bool _isFinished;

    /// <inheritdoc/>
    public bool IsWanted => true;

    /// <inheritdoc/>
    public StreamEnd? End { get; private set; }

    /// <inheritdoc/>
    public bool TryTake(JsonObject frame, out JsonObject? answer)
    {
        answer = null;
        if (_isFinished)
            return true;
        try
        {
            if (Take(frame) is { } fault)
                answer = ApiStream.Error(frame, fault.Code, fault.Detail);
        }
        catch (FormatException exception)
        {
            answer = ApiStream.Error(frame, JoinFault.Malformed, exception.Message);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Collect(List<byte[]> frames, int most)
    {
        for (var i = 0; i < most && _waiting.TryDequeue(out var frame); i++)
            frames.Add(frame);
        if (_participant is { State: ParticipantState.Lobby or ParticipantState.In } participant && _waiting.Count == 0)
        {
            if (_isRosterDue && participant.State == ParticipantState.In)
                frames.Add(participant.In.PageRoster.FrameFor(participant.Id));
            if (_areLinesDue)
                frames.Add(JsonSerializer.SerializeToUtf8Bytes(participant.Lines()));
            (_isRosterDue, _areLinesDue) = (false, false);
        }

        if (_isFinished && _waiting.Count == 0)
            End = _over;
        return _waiting.Count > 0;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _isFinished = true;
        _opening?.Disarm();
        _participant?.OnPageGone();
    }

    /// <summary>Tells the page something.</summary>
    public void Say(JsonObject frame) => Say(JsonSerializer.SerializeToUtf8Bytes(frame));

    /// <summary>Tells it what others are told too, in the same bytes.</summary>
    public void Say(byte[] frame)
    {
        if (_waiting.Count < MaxWaiting)
            _waiting.Enqueue(frame);
        else
            End = _slow;
        wake();
    }

    /// <summary>It has come too early: it goes in by itself when the meeting opens.</summary>
    public void WaitForOpening(IEventLoop loop, int seconds, JoinRequest request)
    {
        Say(JoinFrame.Wait("too-early"));
        _opening ??= new LoopTimer(loop, _ => Enter(request));
        _opening.Arm(seconds * MonotonicTime.Second);
    }

    /// <summary>Tells the page the last that there is to say.</summary>
    public void Finish(JsonObject frame)
    {
        if (_isFinished)
            return;
        Say(frame);
        _isFinished = true;
    }

    /// <summary>Someone came, went or changed.</summary>
    public void RosterChanged()
    {
        _isRosterDue = true;
        wake();
    }

    /// <summary>A line shows somebody else.</summary>
    public void LinesChanged()
    {
        _areLinesDue = true;
        wake();
    }

    JoinFault? Take(JsonObject frame)
    {
        var type = frame.Text("type");
        if (!JoinFault.Types.Contains(type))
            return new JoinFault(JoinFault.Malformed, $"There is no frame of this type. There are: {string.Join(", ", JoinFault.Types)}.");
        if (_participant is not { } participant)
        {
            if (type == "leave")
                Finish(JoinFrame.Left("left", ""));
            else if (type != "enter" || _opening is not null)
                return _opening is null ? JoinFault.EnterFirst : JoinFault.NotIn;
            else
                Enter(JoinRequest.Read(frame));
            return null;
        }

        switch (type)
        {
            case "enter":
                return JoinFault.Entered;
            case "pin" when participant.State != ParticipantState.EnteringPin:
                return JoinFault.NoPinAsked;
            case "pin":
                TryPin(participant, frame.Text("pin"));
                return null;
            case "leave":
                participant.Depart();
                return null;
            case "state":
                participant.Says(frame.Flag("audio"), frame.Flag("video"));
                return null;
            case var _ when participant.State != ParticipantState.In:
                return JoinFault.NotIn;
            case "view":
                foreach (var line in frame.Objects("lines").Take(JoinRequest.MaxLines).ToList())
                    participant.View(line.Text("mid"), Math.Clamp(line.Number("height"), 0, JoinRequest.MaxHeight), line.Participant());
                return null;
            case "present":
                participant.In.Floor.Ask(participant.Id, frame.Flag("active"));
                return null;
            case "hand":
                participant.RaiseHand(frame.Flag("raised"));
                return null;
            case "chat":
                return participant.In.Talk.Chat(participant, frame.Text("id"), frame.Text("text")) ? null : JoinFault.NoChat;
            case "reaction":
                return participant.In.Talk.React(participant, frame.Text("emoji")) ? null : JoinFault.NoReaction;
            default:
                if (!participant.IsOrganiser)
                    return JoinFault.NotOrganiser;
                return desk.Moderate(participant, frame.Text("action"), frame.Participant()) ? null : JoinFault.NoAction;
        }
    }

    void Enter(JoinRequest request)
    {
        // Who comes back by his token needs no PIN, whatever others behind his address have tried.
        _participant = desk.Enter(this, code, invitation, pins.MayTry ? request : request with { Pin = null });
        pins.Wrong(_participant is { } participant ? Participant.PinTries - participant.PinsLeft : 0);
    }

    /// <summary>One PIN more; an address that was wrong too often is not even told whether this was the right one.</summary>
    void TryPin(BrowserParticipant participant, string pin)
    {
        if (!pins.MayTry)
        {
            participant.RefuseTries(TooManyTries);
            return;
        }

        var left = participant.PinsLeft;
        participant.Enter(pin);
        pins.Wrong(left - participant.PinsLeft);
    }
}

/// <summary>How a page wants to come in.</summary>
/// <param name="Name">What the person is to be called.</param>
/// <param name="Pin">Typed already; null when it is to be asked for.</param>
/// <param name="Offer">Of its browser.</param>
/// <param name="HasAudio">Its microphone is on.</param>
/// <param name="HasVideo">Its camera is on.</param>
/// <param name="Session">Its token, when it comes back; null when it comes first.</param>
sealed record JoinRequest(string Name, string? Pin, string Offer, bool HasAudio, bool HasVideo, string? Session)
{
    /// <summary>Characters of a name.</summary>
    public const int MaxName = 64;

    /// <summary>Lines that one frame speaks of.</summary>
    public const int MaxLines = 32;

    /// <summary>The most that a picture has.</summary>
    public const int MaxHeight = 4_320;

    /// <summary>Reads a frame.</summary>
    /// <exception cref="FormatException">A member is missing, or is not of its kind: in words.</exception>
    public static JoinRequest Read(JsonObject frame)
    {
        var name = new string([.. frame.Text("name").Where(static character => !char.IsControl(character)).Take(MaxName)]).Trim();
        return new JoinRequest(
            name.Length > 0 ? name : "Guest", frame.TextOrNull("pin"), frame.Text("offer"), frame.Flag("audio", otherwise: true), frame.Flag("video", otherwise: true), frame.TextOrNull("session"));
    }
}

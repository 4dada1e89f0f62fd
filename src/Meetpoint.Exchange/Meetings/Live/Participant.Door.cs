using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Prompts;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>At the door: the lock, the PIN, the lobby, and how long each is waited for.</summary>
sealed partial class Participant
{
    /// <summary>Wrong PINs after which the call is refused.</summary>
    public const int PinTries = 3;

    const long PinPatienceNs = 60 * MonotonicTime.Second;

    /// <summary>A call that is not answered yet is told of again, or proxies on its way give up after three minutes (RFC 3261 section 13.3.1.1).</summary>
    const long RingAgainNs = 60 * MonotonicTime.Second;

    /// <summary>For the tones that tell who waited too long that this is the end; a little longer than they are.</summary>
    const long FarewellNs = 1_500 * MonotonicTime.Millisecond;

    /// <summary>Lets it in from the lobby; false when it does not wait there.</summary>
    public bool AdmitFromLobby()
    {
        if (State != ParticipantState.Lobby)
            return false;
        _patience.Disarm();
        _leg.StopPrompt();
        Enter();
        return true;
    }

    public void OnDigit(char digit)
    {
        if (State != ParticipantState.EnteringPin)
            return;
        if (digit is >= '0' and <= '9')
            _digits += digit;
        else if (digit == '*')
            _digits = "";
        // The last digit is enough; a # after it is not another try.
        if (_digits.Length == 0 || (digit != '#' && _digits.Length < _meeting.Meeting.Pin!.Length))
            return;
        var entered = _digits;
        _digits = "";
        TryPin(entered);
    }

    /// <summary>After the first agreement on media: what still stands between it and the room.</summary>
    void Proceed()
    {
        if (_meeting.IsLocked && !IsOrganiser)
        {
            Refuse(_meeting.RefusalFor(RefusalReason.MeetingLocked));
        }
        else if (_meeting.Meeting.Pin is not null && !IsBookedRoom)
        {
            _patience.Arm(PinPatienceNs);
            WaitAtTheDoor(ParticipantState.EnteringPin);
        }
        else
        {
            AfterPin();
        }
    }

    void TryPin(string entered)
    {
        if (System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.ASCII.GetBytes(entered), System.Text.Encoding.ASCII.GetBytes(_meeting.Meeting.Pin!)))
        {
            _patience.Disarm();
            AfterPin();
        }
        else if (++_wrongPins >= PinTries)
        {
            Refuse(_meeting.RefusalFor(RefusalReason.WrongPin));
        }
        else
        {
            _leg.Play(Prompt.PinWrong);
        }
    }

    void AfterPin()
    {
        if (!_meeting.TryHoldAcross(out var refusal))
        {
            Refuse(in refusal);
        }
        else if (_meeting.Meeting.Lobby && !IsOrganiser)
        {
            _patience.Arm(MeetingLimits.LobbyWait.ToInt64Nanoseconds());
            WaitAtTheDoor(ParticipantState.Lobby);
            _meeting.OnWaiting();
        }
        else
        {
            Enter();
        }
    }

    /// <summary>A room system has no keys that someone would press a PIN on; one that nobody booked is a guest like others.</summary>
    bool IsBookedRoom => Caller.Endpoint is { Kind: EndpointKind.Room or EndpointKind.Bridge }
        && _meeting.Meeting.Invitees.Any(invitee => invitee.Kind != InviteeKind.Person && invitee.Address == Caller.Address);

    /// <summary>Makes it heard and heard from, without being answered where its equipment can, and tells it what it waits for.</summary>
    void WaitAtTheDoor(ParticipantState state)
    {
        SetState(state);
        if (_call is IncomingCall { State: CallState.Trying } incoming)
        {
            if (!Caller.Profile.EarlyMedia)
                incoming.Answer(_answer);
            else if (incoming.Ring(183, _answer))
                _ringAgain.Arm(RingAgainNs);
        }

        if (_call is { State: CallState.Answered })
            _isPromptDue = true;
        else
            PlayPrompt();
    }

    void RingAgain()
    {
        if (_call is IncomingCall { State: CallState.Early } incoming && incoming.Ring(183))
            _ringAgain.Arm(RingAgainNs);
    }

    void PlayPrompt()
    {
        _isPromptDue = false;
        if (State is ParticipantState.EnteringPin or ParticipantState.Lobby)
            _leg.Play(State == ParticipantState.Lobby ? Prompt.LobbyWait : Prompt.PinRequest);
    }

    void OnPatienceEnded(long nowNs)
    {
        if (State == ParticipantState.EnteringPin)
        {
            Refuse(_meeting.RefusalFor(RefusalReason.WrongPin));
        }
        else if (State == ParticipantState.Lobby && !_isFarewell)
        {
            _isFarewell = true;
            _leg.Play(Prompt.Ejected);
            _patience.Arm(FarewellNs);
        }
        else if (State == ParticipantState.Lobby)
        {
            Refuse(_meeting.RefusalFor(RefusalReason.NotAdmittedFromLobby));
        }
        else
            Hangup(("Reason", "SIP;cause=408;text=\"No media\""));
    }
}

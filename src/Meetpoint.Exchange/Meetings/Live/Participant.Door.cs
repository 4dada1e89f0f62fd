using System.Security.Cryptography;
using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Prompts;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>At the door: the lock, the PIN, the lobby, and how long each is waited for.</summary>
abstract partial class Participant
{
    /// <summary>Wrong PINs after which it is refused.</summary>
    public const int PinTries = 3;

    const long PinPatienceNs = 60 * MonotonicTime.Second;

    /// <summary>For the words or tones that tell who waited too long that this is the end.</summary>
    const long FarewellNs = 1_500 * MonotonicTime.Millisecond;

    int _wrongPins;
    bool _isFarewell;

    /// <summary>PINs that it may still try.</summary>
    public int PinsLeft => PinTries - _wrongPins;

    /// <summary>Lets it in from the lobby; false when it does not wait there.</summary>
    public bool AdmitFromLobby()
    {
        if (State != ParticipantState.Lobby)
            return false;
        _patience.Disarm();
        Leg.StopPrompt();
        Enter();
        return true;
    }

    /// <summary>
    /// Sends it back to the lobby. Its stay is over, with its grant and its record of use; its connection stands, with its keys, so that it comes in again without another: under a grant and a session of
    /// their own. False when it is not in, or runs the meeting, whom nobody would let in.
    /// </summary>
    public bool BackToLobby()
    {
        if (State != ParticipantState.In || IsOrganiser)
            return false;
        EndStay();
        (_grantId, _sequence, _isGrantStarted, _isFarewell) = (Context.Ids.New("grn"), 0, false, false);
        Session = Convert.ToHexStringLower(Context.Randomness.Bytes(16));
        Leg.Mute(true);
        Leg.Deafen(true);
        Meeting.Floor.Release(Id);
        OnBackInLobby();
        WaitInLobby();
        Meeting.OnBackInLobby(this);
        return true;
    }

    /// <summary>A key was pressed on its leg.</summary>
    public virtual void OnDigit(char digit)
    {
    }

    /// <summary>It has come as far as the door: what still stands between it and the room.</summary>
    protected void Proceed()
    {
        if (Meeting.IsLocked && !IsOrganiser)
        {
            Refuse(Meeting.RefusalFor(RefusalReason.MeetingLocked));
        }
        else if (Meeting.Meeting.Pin is not null && !IsBookedRoom)
        {
            _patience.Arm(PinPatienceNs);
            SetState(ParticipantState.EnteringPin);
            OnWaiting();
        }
        else
        {
            AfterPin();
        }
    }

    /// <summary>It was in a moment ago: only what the agreements say stands between it and the room.</summary>
    protected void ProceedAgain()
    {
        if (Meeting.Cascade.TryHold(out var refusal))
            Enter();
        else
            Refuse(in refusal);
    }

    /// <summary>It has given a PIN.</summary>
    protected void TryPin(string entered)
    {
        if (State != ParticipantState.EnteringPin)
            return;
        if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(entered), Encoding.ASCII.GetBytes(Meeting.Meeting.Pin!)))
        {
            _patience.Disarm();
            AfterPin();
        }
        else if (++_wrongPins >= PinTries)
        {
            Refuse(Meeting.RefusalFor(RefusalReason.WrongPin));
        }
        else
        {
            OnWrongPin();
        }
    }

    /// <summary>It was sent back to the lobby: what is shown to it, and of it, ends until it is in again.</summary>
    protected abstract void OnBackInLobby();

    /// <summary>It waits, for its PIN or in the lobby: it is told.</summary>
    protected abstract void OnWaiting();

    /// <summary>That was not the PIN: it is told, and may try again.</summary>
    protected abstract void OnWrongPin();

    void AfterPin()
    {
        if (!Meeting.Cascade.TryHold(out var refusal))
        {
            Refuse(in refusal);
        }
        else if (Meeting.Meeting.Lobby && !IsOrganiser)
        {
            WaitInLobby();
        }
        else
        {
            Enter();
        }
    }

    void WaitInLobby()
    {
        _patience.Arm(MeetingLimits.LobbyWait.ToInt64Nanoseconds());
        SetState(ParticipantState.Lobby);
        OnWaiting();
        Meeting.OnWaiting();
    }

    /// <summary>A room system has no keys that someone would press a PIN on; one that nobody booked is a guest like others.</summary>
    bool IsBookedRoom => Caller.Endpoint is { Kind: EndpointKind.Room or EndpointKind.Bridge }
        && Meeting.Meeting.Invitees.Any(invitee => invitee.Kind != InviteeKind.Person && invitee.Address == Caller.Address);

    void OnPatienceEnded(long nowNs)
    {
        if (State == ParticipantState.EnteringPin)
        {
            Refuse(Meeting.RefusalFor(RefusalReason.WrongPin));
        }
        else if (State == ParticipantState.Lobby && !_isFarewell)
        {
            _isFarewell = true;
            Leg.Play(Prompt.Ejected);
            _patience.Arm(FarewellNs);
        }
        else if (State == ParticipantState.Lobby)
        {
            Refuse(Meeting.RefusalFor(RefusalReason.NotAdmittedFromLobby));
        }
        else
        {
            OnNoMedia();
        }
    }
}

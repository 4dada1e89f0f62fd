namespace Meetpoint.Sip.Sdp;

/// <summary>Where a session's offer/answer exchange stands.</summary>
public enum OfferAnswerState : byte
{
    /// <summary>No offer is open: either side may make one.</summary>
    Stable,

    /// <summary>We offered and wait for the answer.</summary>
    OfferSent,

    /// <summary>They offered and wait for ours.</summary>
    OfferReceived,
}

/// <summary>
/// The offer/answer state of one session (RFC 3264): who owes an answer, what was agreed last, and the version of our description.
/// </summary>
/// <remarks>Methods return false when the exchange does not allow the step; nothing has changed then.</remarks>
public sealed class OfferAnswer
{
    SdpDescription? _pending;
    string? _lastBody;
    SdpOrigin? _origin;

    /// <summary>Where it stands.</summary>
    public OfferAnswerState State { get; private set; }

    /// <summary>What we described last and was agreed; null before the first agreement.</summary>
    public SdpDescription? Local { get; private set; }

    /// <summary>What they described last and was agreed; null before the first agreement.</summary>
    public SdpDescription? Remote { get; private set; }

    /// <summary>The offer that waits for its answer; null in <see cref="OfferAnswerState.Stable"/>.</summary>
    public SdpDescription? Pending => _pending;

    /// <summary>True once an offer and its answer met.</summary>
    public bool IsAgreed => Local is not null && Remote is not null;

    /// <summary>We offer. The origin line is made ours: one session id for the dialog, the version grown when anything changed.</summary>
    public bool SendOffer(SdpDescription offer)
    {
        if (State != OfferAnswerState.Stable)
            return false;
        Stamp(offer);
        _pending = offer;
        State = OfferAnswerState.OfferSent;
        return true;
    }

    /// <summary>Their answer came. False also when its media do not stand for the offer's (RFC 3264 section 6).</summary>
    public bool ReceiveAnswer(SdpDescription answer)
    {
        if (State != OfferAnswerState.OfferSent || !Corresponds(_pending!, answer))
            return false;
        Local = _pending;
        Remote = answer;
        Settle();
        return true;
    }

    /// <summary>Their offer came.</summary>
    public bool ReceiveOffer(SdpDescription offer)
    {
        if (State != OfferAnswerState.Stable)
            return false;
        _pending = offer;
        State = OfferAnswerState.OfferReceived;
        return true;
    }

    /// <summary>We answer.</summary>
    public bool SendAnswer(SdpDescription answer)
    {
        if (State != OfferAnswerState.OfferReceived || !Corresponds(_pending!, answer))
            return false;
        Stamp(answer);
        Remote = _pending;
        Local = answer;
        Settle();
        return true;
    }

    /// <summary>The open offer was refused: what was agreed before holds on.</summary>
    public void Abandon() => Settle();

    static bool Corresponds(SdpDescription offer, SdpDescription answer)
    {
        if (offer.Media.Count != answer.Media.Count)
            return false;
        for (var i = 0; i < offer.Media.Count; i++)
        {
            if (!string.Equals(offer.Media[i].Kind, answer.Media[i].Kind, StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }

    void Settle()
    {
        _pending = null;
        State = OfferAnswerState.Stable;
    }

    void Stamp(SdpDescription ours)
    {
        if (_origin is null)
        {
            _origin = ours.Origin;
            _lastBody = ours.ToString();
            return;
        }

        ours.Origin = _origin;
        if (ours.ToString() == _lastBody)
            return;
        ours.Origin = _origin = _origin with { Version = _origin.Version + 1 };
        _lastBody = ours.ToString();
    }
}

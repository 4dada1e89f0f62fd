namespace Meetpoint.Sip.Clue;

/// <summary>Where a media consumer stands (RFC 8847 section 6.2).</summary>
public enum ClueConsumerState
{
    /// <summary>WAIT FOR ADV.</summary>
    WaitForAdvertisement,

    /// <summary>CONF: it may choose of what was advertised.</summary>
    Advertised,

    /// <summary>WAIT FOR CONF RESPONSE.</summary>
    WaitForResponse,

    /// <summary>ESTABLISHED: it is sent what it has chosen.</summary>
    Established,
}

/// <summary>The half of a session that takes captures.</summary>
sealed class ClueConsumer(ClueSession session, IClueEvents events)
{
    ClueConfigure? _sent;
    uint _advertisement;
    int _tries;
    long _dueNs = long.MaxValue;

    public ClueConsumerState State { get; private set; }

    public long DueNs => _dueNs;

    /// <summary>Another advertisement takes the place of the one before, whatever was on the way.</summary>
    public void OnAdvertisement(ClueAdvertisement advertisement)
    {
        (_advertisement, _sent, _dueNs) = (advertisement.Sequence, null, long.MaxValue);
        State = ClueConsumerState.Advertised;
        // The owner may configure at once: the word that takes the advertisement has to go first.
        session.Hold();
        var code = events.OnAdvertised(session, advertisement);
        session.Release(new ClueAck(code, null, advertisement.Sequence));
        if (!code.IsSuccess())
            State = ClueConsumerState.WaitForAdvertisement;
    }

    /// <summary>False while there is nothing to choose of.</summary>
    public bool TryConfigure(IReadOnlyList<ClueCaptureEncoding> encodings, long nowNs)
    {
        if (State == ClueConsumerState.WaitForAdvertisement)
            return false;
        _tries = 0;
        Send(new ClueConfigure(_advertisement, IsAck: false, encodings), nowNs);
        return true;
    }

    public void OnResponse(ClueConfigureResponse response)
    {
        if (State != ClueConsumerState.WaitForResponse || response.Configuration != _sent!.Sequence)
            return;
        _dueNs = long.MaxValue;
        State = response.Code switch
        {
            var code when code.IsSuccess() => ClueConsumerState.Established,
            ClueCode.AdvertisementExpired => ClueConsumerState.WaitForAdvertisement,
            _ => ClueConsumerState.Advertised,
        };
        events.OnConfigureAnswered(session, response.Code);
    }

    /// <summary>No word on a choice: it is made again.</summary>
    public void OnTimer(long nowNs)
    {
        if (nowNs < _dueNs)
            return;
        if (++_tries < ClueSession.MaxTries)
            Send(_sent!, nowNs);
        else
            session.Terminate("no answer to what was chosen");
    }

    void Send(ClueConfigure configure, long nowNs)
    {
        State = ClueConsumerState.WaitForResponse;
        _dueNs = nowNs + ClueSession.AnswerNs;
        _sent = (ClueConfigure)session.Send(configure);
    }
}

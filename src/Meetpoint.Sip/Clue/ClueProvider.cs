namespace Meetpoint.Sip.Clue;

/// <summary>Where a media provider stands (RFC 8847 section 6.1).</summary>
public enum ClueProviderState
{
    /// <summary>ADV: nothing is advertised, or it was refused.</summary>
    Idle,

    /// <summary>WAIT FOR ACK.</summary>
    WaitForAck,

    /// <summary>WAIT FOR CONF.</summary>
    WaitForConfigure,

    /// <summary>ESTABLISHED: what was chosen is sent.</summary>
    Established,
}

/// <summary>The half of a session that sends captures.</summary>
sealed class ClueProvider(ClueSession session, IClueEvents events)
{
    ClueAdvertisement? _advertised;
    int _tries;
    long _dueNs = long.MaxValue;

    public ClueProviderState State { get; private set; }

    public long DueNs => _dueNs;

    public void Advertise(ClueAdvertisement advertisement, long nowNs)
    {
        _tries = 0;
        Send(advertisement, nowNs);
    }

    public void OnAck(ClueAck ack)
    {
        // One of an advertisement before crossed the one that replaced it.
        if (State != ClueProviderState.WaitForAck || ack.Advertisement != _advertised!.Sequence)
            return;
        _dueNs = long.MaxValue;
        State = ack.Code.IsSuccess() ? ClueProviderState.WaitForConfigure : ClueProviderState.Idle;
        events.OnAcknowledged(session, ack.Code);
    }

    public void OnConfigure(ClueConfigure configure)
    {
        // One that acknowledges what another advertisement has replaced says nothing (RFC 8847 section 6.1).
        if (configure.IsAck && _advertised is { } last && configure.Advertisement < last.Sequence)
            return;
        var (code, reason) = Check(configure);
        if (code.IsSuccess())
        {
            var isAck = State == ClueProviderState.WaitForAck;
            (State, _dueNs) = (ClueProviderState.WaitForConfigure, long.MaxValue);
            if (isAck)
                events.OnAcknowledged(session, ClueCode.Success);
            code = events.OnConfigured(session, configure);
        }

        session.Send(new ClueConfigureResponse(code, reason, configure.Sequence));
        if (code.IsSuccess())
            State = ClueProviderState.Established;
    }

    /// <summary>No word on an advertisement: it is made again.</summary>
    public void OnTimer(long nowNs)
    {
        if (nowNs < _dueNs)
            return;
        if (++_tries < ClueSession.MaxTries)
            Send(_advertised!, nowNs);
        else
            session.Terminate("no answer to what was advertised");
    }

    (ClueCode Code, string? Reason) Check(ClueConfigure configure)
    {
        if (_advertised is not { } advertised || configure.Advertisement != advertised.Sequence)
            return (ClueCode.AdvertisementExpired, null);
        if (State == ClueProviderState.Idle || (State == ClueProviderState.WaitForAck && !configure.IsAck))
            return (ClueCode.SemanticError, "not acknowledged");
        foreach (var encoding in configure.Encodings)
        {
            if (advertised.Find(encoding.Capture) is not { } capture
                || advertised.EncodingGroups.FirstOrDefault(group => group.Id == capture.EncodingGroup) is not { } group || !group.Encodings.Contains(encoding.Encoding))
            {
                return (ClueCode.InvalidValue, "a capture or encoding that was not advertised");
            }

            if (encoding.HasSubset && CheckSubset(advertised, capture, encoding) is { } wrong)
                return wrong;
        }

        return configure.Encodings.DistinctBy(static encoding => encoding.Encoding).Count() == configure.Encodings.Count
            ? (ClueCode.Success, null) : (ClueCode.ConflictingValues, "two captures in one encoding");
    }

    /// <summary>Part of a capture's content: where it allows that, of what it has, and no more than it shows at one time (RFC 8846 sections 11.9 and 22.3).</summary>
    static (ClueCode Code, string? Reason)? CheckSubset(ClueAdvertisement advertised, ClueCapture capture, ClueCaptureEncoding encoding)
    {
        if (!capture.AllowsSubset || !capture.HasContent)
            return (ClueCode.SubsetNotAllowed, capture.Id);
        var views = advertised.Scenes.SelectMany(static scene => scene.Views).ToLookup(static view => view.Id, static view => view.Captures);
        IEnumerable<string> CapturesOf(IEnumerable<string> ids) => ids.SelectMany(id => views[id]).SelectMany(static captures => captures);
        var has = capture.ContentCaptures.Concat(CapturesOf(capture.ContentViews)).ToHashSet();
        var wanted = encoding.ConfiguredCaptures.Concat(CapturesOf(encoding.ConfiguredViews)).ToHashSet();
        if (!encoding.ConfiguredViews.All(views.Contains) || !wanted.IsSubsetOf(has))
            return (ClueCode.InvalidValue, $"not of {capture.Id}");
        return wanted.Count > capture.MaxCaptures ? (ClueCode.ConflictingValues, $"more than {capture.Id} shows") : null;
    }

    void Send(ClueAdvertisement advertisement, long nowNs)
    {
        _advertised = (ClueAdvertisement)session.Send(advertisement);
        State = ClueProviderState.WaitForAck;
        _dueNs = nowNs + ClueSession.AnswerNs;
    }
}

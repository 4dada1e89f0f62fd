using Meetpoint.Net;

namespace Meetpoint.Sip.Clue;

/// <summary>Where a participant of CLUE stands (RFC 8847 section 6).</summary>
public enum ClueState
{
    /// <summary>IDLE: there is no channel.</summary>
    Idle,

    /// <summary>OPTIONS: versions and roles are being settled.</summary>
    Options,

    /// <summary>ACTIVE: provider and consumer each go their way.</summary>
    Active,

    /// <summary>TERMINATED.</summary>
    Terminated,
}

/// <summary>
/// One side of a CLUE session (RFC 8847): messages and monotonic nanoseconds go in, messages and events come out. Not thread-safe; nothing received throws.
/// </summary>
/// <remarks>The RFC leaves how long one waits for an answer, and how often one asks, to who implements it. The channel is reliable, so both are about a peer that hangs.</remarks>
public sealed class ClueSession
{
    /// <summary>How long an answer is waited for.</summary>
    public const long AnswerNs = 5 * MonotonicTime.Second;

    /// <summary>How often the same is asked.</summary>
    public const int MaxTries = 3;

    readonly IClueEvents _events;
    readonly ClueProvider _provider;
    readonly ClueConsumer _consumer;
    readonly string? _clueId;
    readonly List<ClueMessage> _held = [];
    bool _isHolding;
    readonly uint[] _sent = new uint[ClueSeriesOf.Count];
    readonly uint[] _received = new uint[ClueSeriesOf.Count];
    bool _isInitiator;
    int _tries;
    long _dueNs = long.MaxValue;

    /// <param name="events">Who hears it.</param>
    /// <param name="clueId">Our name in messages, for people; null without.</param>
    public ClueSession(IClueEvents events, string? clueId = null)
    {
        (_events, _clueId) = (events, clueId);
        _provider = new ClueProvider(this, events);
        _consumer = new ClueConsumer(this, events);
    }

    /// <summary>Where it stands.</summary>
    public ClueState State { get; private set; }

    /// <summary>Where what is sent stands.</summary>
    public ClueProviderState Provider => _provider.State;

    /// <summary>Where what is taken stands.</summary>
    public ClueConsumerState Consumer => _consumer.State;

    /// <summary>The other side can send captures, once active.</summary>
    public bool IsPeerProvider { get; private set; }

    /// <summary>The other side can take captures, once active.</summary>
    public bool IsPeerConsumer { get; private set; }

    /// <summary>When to call <see cref="OnTimer"/>; <see cref="long.MaxValue"/> when there is no need.</summary>
    public long NextTimeoutNs => State is ClueState.Options or ClueState.Active ? Math.Min(_dueNs, Math.Min(_provider.DueNs, _consumer.DueNs)) : long.MaxValue;

    /// <summary>The channel is up. Who initiates sends the options, the other waits for them.</summary>
    public void Start(bool isInitiator, long nowNs)
    {
        if (State != ClueState.Idle)
            return;
        (State, _isInitiator) = (ClueState.Options, isInitiator);
        if (isInitiator)
            SendOptions(nowNs);
        else
            _dueNs = nowNs + (MaxTries * AnswerNs);
    }

    /// <summary>The channel is gone.</summary>
    public void Stop() => Terminate("the channel is closed");

    /// <summary>Tells what can be sent, now or anew; false while roles are not settled, or the other side takes nothing.</summary>
    public bool TryAdvertise(ClueAdvertisement advertisement, long nowNs)
    {
        if (State != ClueState.Active || !IsPeerConsumer)
            return false;
        _provider.Advertise(advertisement, nowNs);
        return true;
    }

    /// <summary>Chooses what is to be sent of what the other side advertised last; false while it has not.</summary>
    public bool TryConfigure(IReadOnlyList<ClueCaptureEncoding> encodings, long nowNs) => State == ClueState.Active && _consumer.TryConfigure(encodings, nowNs);

    /// <summary>Takes a message.</summary>
    public void OnMessage(ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (State is not (ClueState.Options or ClueState.Active))
            return;
        if (!ClueReader.TryRead(bytes, out var message, out var fault))
        {
            // It had its number all the same: what mends it has the next one.
            if (fault.Sequence != 0 && ClueSeriesOf.Element(fault.Element) is { } series)
                _received[(int)series] = fault.Sequence;
            if (State == ClueState.Options || fault.Element != "options")
                Refuse(fault.Element, fault.Sequence, fault.Code, fault.Reason);
            return;
        }

        // Once they are settled they are not heard again (RFC 8847 section 6).
        if (State == ClueState.Active && message is ClueOptions or ClueOptionsResponse)
            return;
        // From the second of a series on each has the next number; who skipped one goes on from there.
        ref var received = ref _received[(int)ClueSeriesOf.Message(message)];
        var isNext = received == 0 || message.Sequence == received + 1;
        received = message.Sequence;
        if (!isNext)
            Refuse(ElementOf(message), message.Sequence, ClueCode.InvalidSequencing, "not the next sequence number");
        else if (message is ClueOptions or ClueOptionsResponse)
            TakeOptions(message);
        else if (MajorOf(message.Version) != MajorOf(ClueNames.Version))
            Refuse(ElementOf(message), message.Sequence, ClueCode.VersionNotSupported, null);
        else if (State != ClueState.Active)
            Refuse(ElementOf(message), message.Sequence, ClueCode.InvalidSequencing, "before the options");
        else
            Take(message, nowNs);
    }

    /// <summary>Does what is due. Calling it early does no harm.</summary>
    public void OnTimer(long nowNs)
    {
        if (State == ClueState.Options && nowNs >= _dueNs)
        {
            if (_isInitiator && ++_tries < MaxTries)
                SendOptions(nowNs);
            else
                Terminate("no options");
            return;
        }

        if (State != ClueState.Active)
            return;
        _provider.OnTimer(nowNs);
        _consumer.OnTimer(nowNs);
    }

    internal ClueMessage Send(ClueMessage message)
    {
        // What is held has no number yet that another would not take before it; who waits for its answer needs it all the same.
        var series = ClueSeriesOf.Message(message);
        var isHeld = _isHolding && series == ClueSeries.Consumer;
        var numbered = message with { Sequence = ++_sent[(int)series] + (isHeld ? 1u : 0u), ClueId = _clueId };
        if (isHeld)
            _held.Add(numbered);
        else
            _events.Send(ClueWriter.Write(numbered));
        return numbered;
    }

    /// <summary>What a consumer sends from now on goes after the message that <see cref="Release"/> brings.</summary>
    internal void Hold() => _isHolding = true;

    internal void Release(ClueMessage first)
    {
        _isHolding = false;
        ref var sent = ref _sent[(int)ClueSeries.Consumer];
        var next = ++sent - (uint)_held.Count;
        _events.Send(ClueWriter.Write(first with { Sequence = next, ClueId = _clueId }));
        var held = _held.ToArray();
        _held.Clear();
        foreach (var message in held)
            _events.Send(ClueWriter.Write(message));
    }

    internal void Terminate(string reason)
    {
        if (State == ClueState.Terminated)
            return;
        State = ClueState.Terminated;
        _events.OnTerminated(this, reason);
    }

    void Take(ClueMessage message, long nowNs)
    {
        switch (message)
        {
            case ClueAdvertisement advertisement:
                _consumer.OnAdvertisement(advertisement);
                break;
            case ClueAck ack:
                _provider.OnAck(ack);
                break;
            case ClueConfigure configure:
                _provider.OnConfigure(configure);
                break;
            case ClueConfigureResponse response:
                _consumer.OnResponse(response);
                break;
        }
    }

    void SendOptions(long nowNs)
    {
        _dueNs = nowNs + AnswerNs;
        Send(new ClueOptions(IsProvider: true, IsConsumer: true, [ClueNames.Version]));
    }

    void TakeOptions(ClueMessage message)
    {
        // Both may have thought that it is theirs to begin.
        if (message is ClueOptions options)
        {
            var versions = options.Versions.Count > 0 ? options.Versions : [options.Version];
            var hasOurs = versions.Any(static version => MajorOf(version) == MajorOf(ClueNames.Version));
            var hasRoles = options.IsProvider || options.IsConsumer;
            var code = !hasOurs ? ClueCode.VersionNotSupported : hasRoles ? ClueCode.Success : ClueCode.InvalidValue;
            Send(new ClueOptionsResponse(code, null, IsProvider: true, IsConsumer: true, code == ClueCode.Success ? ClueNames.Version : null));
            Settle(code, options.IsProvider, options.IsConsumer);
        }
        else if (message is ClueOptionsResponse response && _isInitiator)
        {
            var isOurs = !response.Code.IsSuccess() || (response.Settled is { } settled && MajorOf(settled) == MajorOf(ClueNames.Version));
            Settle(isOurs ? response.Code : ClueCode.VersionNotSupported, response.IsProvider, response.IsConsumer);
        }
    }

    void Settle(ClueCode code, bool isProvider, bool isConsumer)
    {
        if (!code.IsSuccess())
        {
            Terminate($"options answered with {(int)code}");
            return;
        }

        (IsPeerProvider, IsPeerConsumer, _dueNs) = (isProvider, isConsumer, long.MaxValue);
        if (State == ClueState.Active)
            return;
        State = ClueState.Active;
        _events.OnActive(this);
    }

    /// <summary>Answers what cannot be taken; an answer that cannot be taken is passed over, and runs into its time.</summary>
    void Refuse(string element, uint sequence, ClueCode code, string? reason)
    {
        var number = Math.Max(1, sequence);
        ClueMessage? answer = element switch
        {
            "options" => new ClueOptionsResponse(code, reason, false, false, null),
            "advertisement" => new ClueAck(code, reason, number),
            "configure" => new ClueConfigureResponse(code, reason, number),
            _ => null,
        };
        if (answer is not null)
            Send(answer);
    }

    static string ElementOf(ClueMessage message) => message switch
    {
        ClueOptions => "options",
        ClueAdvertisement => "advertisement",
        ClueConfigure => "configure",
        _ => "",
    };

    static string MajorOf(string version) => version.Split('.')[0];
}

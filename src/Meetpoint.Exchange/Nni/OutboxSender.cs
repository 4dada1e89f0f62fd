using System.Text.Json.Nodes;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>How a link stands, for operators.</summary>
public enum NniLinkState
{
    /// <summary>Not tried yet, or stopped.</summary>
    Down,

    /// <summary>The other exchange does not answer; it is tried again.</summary>
    Retrying,

    /// <summary>Greeted, and what is queued flows.</summary>
    Up,
}

/// <summary>
/// Sends one destination's stream: greet, then batches in order, one request at a time, each removed once acknowledged. A state machine
/// of (wake, reply, timer) on one loop; the store and the transport answer by posting to it.
/// </summary>
/// <remarks>
/// <code>
///            wake              nothing left
///   Storing ------> Greeting -> Sending ---> Idle --wake or keep-alive--> ...
///                      |  failure  |
///                      +-> Waiting +--timer or heard from the peer--> Greeting or Sending
/// </code>
/// </remarks>
sealed class OutboxSender
{
    const int EnvelopeBytes = 8 << 10;

    readonly string _destination;
    readonly NniSeal _seal;
    readonly OutboxLedger _ledger;
    readonly INniTransport _transport;
    readonly IEventLoop _loop;
    readonly Random _jitter;
    readonly Func<JsonObject> _hello;
    readonly Alarm _alarm;
    State _state = State.Down;
    CancellationTokenSource _request = new();
    OutboxStream? _stream;
    bool _greeted;
    bool _unreachable;
    int _failures;
    int _step;
    int _wakeIsPosted;
    int _gatheringIsPosted;
    bool _isWoken;
    bool _isGathering;
    long _attempted;

    // The last batch's signatures, and those of the batch that is being made.
    Dictionary<(long Sequence, bool IsVoid), string> _signed = [];
    Dictionary<(long Sequence, bool IsVoid), string> _signing = [];
    NniLink _link;

    public OutboxSender(
        string destination, NniSeal seal, OutboxLedger ledger, INniTransport transport, IEventLoop loop, Random jitter, Func<JsonObject> hello)
    {
        _destination = destination;
        _seal = seal;
        _ledger = ledger;
        _transport = transport;
        _loop = loop;
        _jitter = jitter;
        _hello = hello;
        _alarm = new Alarm(this);
        _link = new NniLink(NniLinkState.Down, null, null, 0, []);
    }

    enum State
    {
        Down,
        Storing,
        Idle,
        Greeting,
        Sending,
        Waiting,
        Stopped,
    }

    /// <summary>For any thread.</summary>
    public NniLink Link => Volatile.Read(ref _link);

    /// <summary>True for the one caller that has to post the next <see cref="Wake"/>; others' work is seen by it. For any thread.</summary>
    public bool ClaimWake(bool mayGather) => Interlocked.Exchange(ref Posted(mayGather), 1) == 0;

    /// <summary>Something was queued, or the link shall be tried for the first time.</summary>
    /// <param name="mayGather">Nobody waits for it: it goes with what else comes soon.</param>
    public void Wake(bool mayGather)
    {
        Volatile.Write(ref Posted(mayGather), 0);

        // In any other state the outbox is read again before it rests.
        if (_state is not (State.Idle or State.Down))
        {
            _isWoken = true;
        }
        else if (!mayGather || _state == State.Down)
        {
            Advance();
        }
        else if (!_isGathering)
        {
            _isGathering = true;
            _loop.Timers.Arm(_alarm, _loop.NowNs + Nanoseconds(NniLimits.Gather));
        }
    }

    /// <summary>The other exchange spoke: if it was out of reach, it no longer is.</summary>
    public void PeerHeard()
    {
        if (_state == State.Waiting && _unreachable)
            Advance();
    }

    public void Stop()
    {
        NextStep();
        _state = State.Stopped;
        Publish(NniLinkState.Down, Link.LastError);
    }

    /// <summary>Ends what is under way: a late answer to it finds another step and is dropped.</summary>
    int NextStep()
    {
        _isGathering = false;
        _loop.Timers.Cancel(_alarm);
        _request.Cancel();
        return ++_step;
    }

    void Advance()
    {
        try
        {
            Next();
        }
        catch (Exception error)
        {
            // The store could not be read: as much a reason to wait as a peer that does not answer.
            Fail(error.Message, unreachable: false);
        }
    }

    void Next()
    {
        if (_stream is null)
        {
            Store(_ledger.OpenAsync(_destination), stream =>
            {
                // What an earlier run of this program may have sent is in doubt, and so counts as sent.
                _stream = stream;
                _attempted = stream.NextSequence - 1;
                Advance();
            });
            return;
        }

        _isWoken = false;
        Store(_ledger.LookAsync(_destination, _attempted, _seal.Now()), look =>
        {
            if (look.UnsentExpired.Count > 0)
                Store(_ledger.VoidAsync(look.UnsentExpired), _ => Advance());
            else if (!_greeted)
                Greet();
            else
                SendBatch(look.Pending);
        });
    }

    void Greet()
    {
        var id = _seal.NewId();
        var body = _hello();
        body["epoch"] = _stream!.Epoch;
        var jws = _seal.SignFresh(_destination, id, NniTypes.Hello, body.ToJsonString());
        Post(State.Greeting, NniPaths.Hello, new NniRequest(_seal.Self, _destination, id, [], [jws]), NniTypes.HelloAnswer, OnGreeted);
    }

    void OnGreeted(JsonObject answer)
    {
        if (answer.Number("version") is not { } version || answer.Texts("capabilities", 1024) is not { } capabilities
            || StreamPosition.TryRead(answer) is not { } position)
        {
            Fail("the hello was answered with something else", unreachable: false);
            return;
        }

        _unreachable = false;
        Volatile.Write(ref _link, new NniLink(NniLinkState.Up, null, _seal.Now(), version, capabilities));
        Store(_ledger.SettleAsync(_destination, position, greeting: true), settlement =>
        {
            if (settlement == Settlement.Restarted)
            {
                _stream = null;
                _signed.Clear();
            }

            _greeted = settlement == Settlement.Settled;
            Advance();
        });
    }

    void SendBatch(IReadOnlyList<OutboxRow> rows)
    {
        if (rows.Count == 0 && _isWoken)
        {
            Advance(); // queued while the outbox was read
            return;
        }

        if (rows.Count == 0)
        {
            _failures = 0;
            _signed.Clear();
            _state = State.Idle;
            _loop.Timers.Arm(_alarm, _loop.NowNs + Nanoseconds(NniLimits.KeepAlive));
            return;
        }

        _signing = new Dictionary<(long, bool), string>(rows.Count);
        var now = _seal.Now();
        var batch = new List<string>(rows.Count);
        var bytes = EnvelopeBytes;
        foreach (var row in rows)
        {
            var jws = Signed(row, now);
            bytes += jws.Length + 3;
            if (batch.Count > 0 && bytes > NniLimits.RequestBytes)
                break;
            batch.Add(jws);
        }

        _signed = _signing;
        var last = rows[batch.Count - 1].Sequence;
        _attempted = Math.Max(_attempted, last);
        var request = new NniRequest(_seal.Self, _destination, _seal.NewId(), [], batch);
        Post(State.Sending, NniPaths.Messages, request, NniTypes.Acknowledgement, answer => OnAcknowledged(answer, rows[0].Sequence, last));
    }

    /// <summary>
    /// The message, or a tombstone in its place when it is void or expired: the receiver takes whichever of the two comes first and says
    /// which, so that both sides know whether it took effect. Signed once for all attempts.
    /// </summary>
    string Signed(OutboxRow row, Instant now)
    {
        var isVoid = row.Voided || row.Expires <= now;
        if (!_signed.TryGetValue((row.Sequence, isVoid), out var jws))
        {
            jws = _seal.Sign(new NniEnvelope(
                _seal.Self, _destination, row.Id, isVoid ? NniTypes.Void : row.Type, _stream!.Epoch, row.Sequence, row.Issued,
                row.Expires, isVoid ? "{}" : row.Body));
        }

        _signing[(row.Sequence, isVoid)] = jws;
        return jws;
    }

    void OnAcknowledged(JsonObject answer, long first, long last)
    {
        if (StreamPosition.TryRead(answer) is not { } position)
        {
            Fail("a batch was answered with something else", unreachable: false);
            return;
        }

        var stopped = answer.Text("stopped");
        Publish(NniLinkState.Up, stopped);
        Store(_ledger.SettleAsync(_destination, position, greeting: false), settlement =>
        {
            if (settlement != Settlement.Settled)
            {
                _greeted = false;
                Fail("the acknowledgement does not fit what was sent", unreachable: false);
                return;
            }

            if (position.Last >= first)
                _failures = 0;
            if (position.Last >= last)
                Advance();
            else
                Fail(stopped ?? "part of the batch was not taken", unreachable: false);
        });
    }

    void Post(State state, string path, NniRequest request, string answerType, Action<JsonObject> taken)
    {
        _request.Dispose();
        _request = new CancellationTokenSource();
        var step = NextStepFor(state);
        _loop.Timers.Arm(_alarm, _loop.NowNs + Nanoseconds(NniLimits.RequestTimeout));
        var reply = _transport.PostAsync(_destination, path, request.ToBytes(), _request.Token);
        _ = CompleteAsync(reply, step, value =>
        {
            _loop.Timers.Cancel(_alarm);
            OnReply(value, request.Nonce, answerType, taken);
        });
    }

    void OnReply(NniReply reply, string nonce, string answerType, Action<JsonObject> taken)
    {
        if (reply.Status != 200)
        {
            // 409 says that the two ends disagree about the stream: only a greeting tells how.
            if (reply.Status is 0 or 401 or 409)
                _greeted = false;
            Fail(reply.Describe(), unreachable: reply.Status is 0 or 502);
            return;
        }

        var refusal = NniRefusal.Malformed;
        NniEnvelope? envelope = null;
        if (NniAnswer.TryParse(reply.Body.Span) is { } answer)
            refusal = _seal.TryOpenFresh(answer.Jws, _destination, out envelope);
        if (refusal == NniRefusal.None && envelope!.Type == answerType && envelope.Body() is var body && body.Text("re") == nonce)
            taken(body);
        else
            Fail(refusal == NniRefusal.None ? "the answer is for another request" : "the answer is refused: " + refusal.Code(), false);
    }

    void Fail(string error, bool unreachable)
    {
        NextStep();
        _state = State.Waiting;
        _unreachable = unreachable;
        Publish(NniLinkState.Retrying, error);

        // Doubling from the first to the last wait, and a random half of it, so that many links that broke together come back apart.
        var doubled = Nanoseconds(NniLimits.FirstRetry) << Math.Min(_failures++, 20);
        var wait = Math.Min(doubled, Nanoseconds(NniLimits.LastRetry));
        _loop.Timers.Arm(_alarm, _loop.NowNs + (wait / 2) + _jitter.NextInt64(wait / 2));
    }

    void OnTimer()
    {
        switch (_state)
        {
            case State.Greeting or State.Sending:
                _greeted = false;
                Fail("no answer in time", unreachable: true);
                break;
            case State.Idle:
                _greeted &= _isGathering; // else it rested so long that it asks whether the other is there
                Advance();
                break;
            case State.Waiting:
                Advance();
                break;
        }
    }

    void Store<T>(Task<T> write, Action<T> then)
    {
        var step = NextStepFor(State.Storing);
        _ = CompleteAsync(write, step, then);
    }

    int NextStepFor(State state)
    {
        _isGathering = false;
        _loop.Timers.Cancel(_alarm);
        _state = state;
        return ++_step;
    }

    async Task CompleteAsync<T>(Task<T> task, int step, Action<T> then)
    {
        Action work;
        try
        {
            var value = await task.ConfigureAwait(false);
            work = () => then(value);
        }
        catch (Exception error)
        {
            work = () => Fail(error.Message, unreachable: false);
        }

        _loop.Post(() =>
        {
            if (step == _step && _state != State.Stopped)
                work();
        });
    }

    void Publish(NniLinkState state, string? error) => Volatile.Write(ref _link, Link with
    {
        State = state,
        LastError = error,
        LastContact = state == NniLinkState.Up ? _seal.Now() : Link.LastContact,
    });

    ref int Posted(bool mayGather) => ref mayGather ? ref _gatheringIsPosted : ref _wakeIsPosted;

    static long Nanoseconds(Duration duration) => duration.ToInt64Nanoseconds();

    sealed class Alarm(OutboxSender sender) : TimerNode
    {
        protected override void Fire(long nowNs) => sender.OnTimer();
    }
}

/// <summary>What a sender knows of its link.</summary>
sealed record NniLink(NniLinkState State, string? LastError, Instant? LastContact, long Version, IReadOnlyList<string> Capabilities);

using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Signalling;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Messaging.Keeping;

/// <summary>
/// Keeps what nobody was there to take, delivers it in order once the receiver registers, gives another sign of life, or its system answers again, and tells
/// the sender what was given up. On the loop only.
/// </summary>
/// <remarks>The store has the messages, and this the number of them by receiver: bounded by <see cref="MessageLimits.MaxKept"/>.</remarks>
sealed class MessageKeeper
{
    const int Batch = 50;

    /// <summary>Between two looks for what is to be given up.</summary>
    const long GiveUpEveryNs = 10 * MonotonicTime.Second;

    readonly CallContext _context;
    readonly MessageService _service;
    readonly Dictionary<string, Queue> _queues = new(StringComparer.Ordinal);
    readonly LoopTimer _turn;
    int _count;
    long _giveUpNs;
    bool _isGivingUp;

    public MessageKeeper(CallContext context, MessageService service)
    {
        _context = context;
        _service = service;
        _turn = new LoopTimer(context.Loop, OnTurn);
    }

    /// <summary>Told of each message once it is kept, durably.</summary>
    public event Action<KeptMessage>? MessageKept;

    /// <summary>Messages that wait; for a gauge.</summary>
    public int Count => _count;

    /// <summary>Told of what was given up, and why.</summary>
    public Action<KeptMessage, string> GivenUp { get; set; } = static (_, _) => { };

    /// <summary>Told of what was delivered at last, by <see cref="TextMessage.Key"/>.</summary>
    public Action<string> Delivered { get; set; } = static _ => { };

    /// <summary>Takes over what the store has, and tries to deliver it; once, before anything else.</summary>
    public void Start()
    {
        foreach (var (receiver, count) in _context.Store.Read(reader => KeptMessageRows.Receivers(reader, _context.Node)))
        {
            _queues[receiver] = new Queue { Count = count };
            _count += count;
        }

        _turn.Arm(MonotonicTime.Second);
    }

    /// <summary>Tries no more.</summary>
    public void Stop() => _turn.Disarm();

    /// <summary>True when messages wait for that address.</summary>
    public bool IsAnyKept(string receiver) => _queues.ContainsKey(receiver);

    /// <summary>Keeps a message.</summary>
    /// <param name="admitted">The message.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="isOnItsWay">True where it is being delivered as well, until <see cref="Settle"/>.</param>
    /// <param name="done">Told once it is durable, or why it is not kept.</param>
    public void Keep(AdmittedMessage admitted, SipCaller caller, bool isOnItsWay, Action<MessageOutcome> done)
    {
        var now = _context.Clock.GetCurrentInstant();
        if (admitted.Message.Expires <= now)
        {
            done(MessageOutcome.Absent); // it is of no use later
            return;
        }

        if (_count >= MessageLimits.MaxKept)
        {
            done(Full);
            return;
        }

        var row = KeptMessage.Of(admitted, caller, _context.Node, now);
        _count++; // of what is on its way to the store too
        _context.Store.Write(
            transaction => KeptMessageRows.Keep(transaction, row),
            result => _context.Loop.Post(() => Written(row, admitted, isOnItsWay, result, done)),
            fault => _context.Loop.Post(() =>
            {
                _count--;
                _context.Log.Fault("messages", fault);
                done(new MessageOutcome(MessageFate.Failed, 500, "Message cannot be kept") { Headers = [("Retry-After", "10")] });
            }));
    }

    /// <summary>Says what became of a message that was on its way when it was kept.</summary>
    public void Settle(AdmittedMessage admitted, MessageOutcome outcome)
    {
        var (id, receiver) = (admitted.Message.Id, admitted.Receiver);
        if (IsToWait(outcome))
        {
            Settled(receiver);
            return;
        }

        // The store takes this after what kept it.
        KeptMessage? lost = null;
        var isRemoved = false;
        _context.Write(
            transaction =>
            {
                lost = outcome.IsTaken ? null : KeptMessageRows.Find(transaction, id);
                isRemoved = KeptMessageRows.Remove(transaction, id);
            },
            () =>
            {
                if (lost is not null)
                    GivenUp(lost, Why(outcome));
                else if (outcome.IsTaken)
                    Delivered(admitted.Message.Key);
                if (isRemoved)
                    Less(receiver);
                Settled(receiver);
            },
            fault =>
            {
                _context.Log.Fault("messages", fault);
                Settled(receiver);
            });
    }

    /// <summary>The receiver is there: messages to that address, and to the user whose endpoint has it, are delivered.</summary>
    /// <param name="address">user@domain in lower case, or "+" and digits.</param>
    public void SawLife(string address)
    {
        if (_queues.Count == 0)
            return;
        Deliver(address);
        if (_context.Admission.World.Find(address)?.Endpoint is not { } endpoint)
            return;
        if (endpoint.Number is { } number)
            Deliver(number);
        if (_context.Endpoints.OwnerOf(endpoint) is { } owner)
            Deliver(owner.Sip.ToLowerInvariant());
    }

    /// <summary>A system that did not answer does so again: what waits is tried.</summary>
    public void SystemIsBack()
    {
        foreach (var (receiver, queue) in _queues.ToList())
        {
            if (!queue.IsAbsent)
                Deliver(receiver);
        }
    }

    /// <summary>Takes one away that was read in another way; false when it is gone already. From any thread.</summary>
    public async Task<bool> TakeAsync(string id, string receiver)
    {
        var isTaken = await _context.Store.WriteAsync(transaction => KeptMessageRows.Remove(transaction, id)).ConfigureAwait(false);
        if (isTaken)
            _context.Loop.Post(() => Less(receiver));
        return isTaken;
    }

    static MessageOutcome Full { get; } = new(MessageFate.Failed, 480, "Too many messages wait") { Headers = [("Retry-After", "3600")] };

    static string Why(MessageOutcome outcome) => outcome.Phrase ?? outcome.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    void Settled(string receiver)
    {
        if (!_queues.TryGetValue(receiver, out var queue))
            return;
        queue.OnTheirWay = Math.Max(0, queue.OnTheirWay - 1);
        if (queue.Count > 0 && (queue.IsAskedFor || queue.NextNs <= _context.Loop.NowNs))
            Deliver(receiver);
    }

    void Written(KeptMessage row, AdmittedMessage admitted, bool isOnItsWay, KeepResult result, Action<MessageOutcome> done)
    {
        if (result == KeepResult.Full)
        {
            _count--;
            done(Full);
            return;
        }

        if (result == KeepResult.Known)
        {
            _count--;
        }
        else
        {
            _context.Events.Write(admitted.Message.Correlation, "message.kept", new EventAttribute("message", row.Id), new EventAttribute("to", row.Receiver));
            if (!_queues.TryGetValue(row.Receiver, out var queue))
                _queues[row.Receiver] = queue = new Queue { NextNs = _context.Loop.NowNs + MessageLimits.RetryEveryNs };
            queue.Count++;
            queue.OnTheirWay += isOnItsWay ? 1 : 0;
            MessageKept?.Invoke(row);
        }

        done(MessageOutcome.Kept);
    }

    void Deliver(string receiver)
    {
        if (!_queues.TryGetValue(receiver, out var queue))
            return;
        queue.IsAskedFor = queue.IsBusy || queue.OnTheirWay > 0;
        if (queue.IsAskedFor)
            return;
        queue.IsBusy = true;
        // Read in the writer's turn: so it sees what was kept and removed before in the order in which the loop hears of it, and the loop waits for no disk.
        IReadOnlyList<KeptMessage> rows = [];
        _context.Write(
            transaction => rows = KeptMessageRows.Of(transaction, receiver, "", Batch),
            () =>
            {
                if (rows.Count > 0)
                    Deliver(receiver, queue, rows, 0);
                else
                    Forget(receiver, queue);
            },
            fault => Later(queue, fault));
    }

    /// <summary>One after the other, so that their order stays.</summary>
    void Deliver(string receiver, Queue queue, IReadOnlyList<KeptMessage> rows, int index)
    {
        if (index == rows.Count)
        {
            queue.IsBusy = false;
            Deliver(receiver);
            return;
        }

        var row = rows[index];
        if (row.CallerIn(_context.Admission.World) is not { } caller)
        {
            End(receiver, queue, row, () => Deliver(receiver, queue, rows, index + 1));
            return;
        }

        _service.SendKept(row.ToMessage(), caller, outcome =>
        {
            if (IsToWait(outcome))
            {
                queue.IsBusy = false;
                queue.IsAbsent = outcome == MessageOutcome.Absent;
                queue.NextNs = _context.Loop.NowNs + MessageLimits.RetryEveryNs;
                if (queue.IsAskedFor)
                    Deliver(receiver); // she came while it was tried elsewhere
                return;
            }

            if (!outcome.IsTaken)
                GivenUp(row, Why(outcome));
            End(receiver, queue, row, () =>
            {
                if (outcome.IsTaken)
                    Delivered(row.Key);
                Deliver(receiver, queue, rows, index + 1);
            });
        });
    }

    /// <summary>What may be otherwise later: nobody there, a limit, a neighbour's gate.</summary>
    static bool IsToWait(MessageOutcome outcome) => outcome.Fate == MessageFate.Unreachable
        || (outcome.Fate == MessageFate.Refused && outcome.Refusal.Reason is RefusalReason.OverRate or RefusalReason.OverLimit or RefusalReason.LimitUnknown
            or RefusalReason.Overload or RefusalReason.Maintenance);

    void End(string receiver, Queue queue, KeptMessage row, Action next)
    {
        var isRemoved = false;
        _context.Write(
            transaction => isRemoved = KeptMessageRows.Remove(transaction, row.Id),
            () =>
            {
                if (isRemoved) // or it was read in another way meanwhile, which counted it
                    Less(receiver);
                next();
            },
            fault => Later(queue, fault)); // it is delivered again: its receiver knows it by its Call-ID
    }

    /// <summary>The store is away: tried again once it may be back.</summary>
    void Later(Queue queue, Exception fault)
    {
        _context.Log.Fault("messages", fault);
        queue.IsBusy = false;
        queue.NextNs = _context.Loop.NowNs + MessageLimits.RetryEveryNs;
    }

    void Less(string receiver)
    {
        if (!_queues.TryGetValue(receiver, out var queue))
            return;
        _count--;
        if (--queue.Count == 0 && !queue.IsBusy)
            _queues.Remove(receiver);
    }

    void Forget(string receiver, Queue queue)
    {
        _count -= queue.Count;
        _queues.Remove(receiver);
    }

    void OnTurn(long nowNs)
    {
        _turn.Arm(MonotonicTime.Second);
        if (_queues.Count == 0)
            return;
        foreach (var (receiver, queue) in _queues.ToList())
        {
            if (!queue.IsBusy && !queue.IsAbsent && queue.NextNs <= nowNs)
                Deliver(receiver);
        }

        if (nowNs < _giveUpNs)
            return;
        _giveUpNs = nowNs + GiveUpEveryNs;
        GiveUp();
    }

    void GiveUp()
    {
        if (_isGivingUp)
            return;
        var nowMs = _context.Clock.GetCurrentInstant().ToUnixTimeMilliseconds();
        IReadOnlyList<KeptMessage> expired = [];
        _isGivingUp = true;
        _context.Write(
            transaction =>
            {
                expired = KeptMessageRows.Expired(transaction, _context.Node, nowMs, Batch);
                foreach (var row in expired)
                    KeptMessageRows.Remove(transaction, row.Id);
            },
            () =>
            {
                _isGivingUp = false;
                foreach (var row in expired)
                {
                    Less(row.Receiver);
                    GivenUp(row, "not there in time");
                }
            },
            fault =>
            {
                _isGivingUp = false;
                _context.Log.Fault("messages", fault);
            });
    }

    /// <summary>What waits for one receiver.</summary>
    sealed class Queue
    {
        public int Count { get; set; }

        /// <summary>They are being delivered, one after the other.</summary>
        public bool IsBusy { get; set; }

        /// <summary>The receiver gave a sign of life meanwhile.</summary>
        public bool IsAskedFor { get; set; }

        /// <summary>How many were kept while they were on their way already, and still are.</summary>
        public int OnTheirWay { get; set; }

        /// <summary>Nobody is registered there: only a sign of life changes that.</summary>
        public bool IsAbsent { get; set; }

        public long NextNs { get; set; }
    }
}

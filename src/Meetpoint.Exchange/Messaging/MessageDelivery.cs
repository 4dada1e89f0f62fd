using Meetpoint.Exchange.Calls;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Messaging.Streams;

namespace Meetpoint.Exchange.Messaging;

/// <summary>
/// One message on its ways, one after the other, and on the streams of its receiver beside them, until one takes it or none is left that could. On the loop only.
/// </summary>
sealed class MessageDelivery
{
    readonly CallContext _context;
    readonly AdmittedMessage _admitted;
    readonly List<MessageWay> _ways;
    readonly MessageStreams _streams;
    Action<MessageOutcome> _done = static _ => { };
    LoopTimer? _patience;
    MessageOutcome? _best;
    int _next;
    bool _isStreamed;
    bool _areWaysOver;
    bool _isOver;

    /// <param name="context">What it works with.</param>
    /// <param name="admitted">What is sent; its grant is released with the outcome.</param>
    /// <param name="ways">Best first; empty where nobody is there.</param>
    /// <param name="streams">Clients of the API that are told beside the ways.</param>
    public MessageDelivery(CallContext context, AdmittedMessage admitted, List<MessageWay> ways, MessageStreams streams)
    {
        _streams = streams;
        _context = context;
        _admitted = admitted;
        _ways = ways;
    }

    /// <summary>Sends it.</summary>
    /// <param name="done">Told once what became of it.</param>
    /// <param name="impatient">Called before that, when no answer came for so long that whoever sent it has to be told something; null waits for the end.</param>
    public void Begin(Action<MessageOutcome> done, Action? impatient = null)
    {
        _done = done;
        if (!_admitted.Message.IsText)
            _best = _streams.TrySign(_admitted) ? MessageOutcome.Delivered : null;
        else
            _isStreamed = _streams.TrySend(_admitted, Streamed);
        if (_ways.Count == 0 && !_isStreamed)
        {
            End(_best ?? Nobody());
            return;
        }

        _patience = impatient is null ? null : new LoopTimer(_context.Loop, _ => impatient());
        _patience?.Arm(MessageLimits.PatienceNs);
        if (_ways.Count == 0)
            _areWaysOver = true;
        else
            Next();
    }

    void Next()
    {
        var way = _ways[_next++];
        way.Edge.Send(_admitted.Message, way, outcome =>
        {
            if (_isOver)
                return; // a stream had it first
            _best = MessageOutcome.Better(_best, outcome);
            _areWaysOver = IsFinal(outcome) || _next == _ways.Count;
            if (!_areWaysOver)
                Next();
            else if (_best.IsTaken || !_isStreamed)
                End(_best);
        });
    }

    /// <summary>A client took it, or none is there any more.</summary>
    void Streamed(MessageOutcome outcome)
    {
        _isStreamed = false;
        if (_isOver)
            return;
        _best = MessageOutcome.Better(_best, outcome);
        if (outcome.IsTaken || _areWaysOver)
            End(_best);
    }

    /// <summary>Another way is tried where the last had nobody to say anything, or does not know the receiver: two systems of one enterprise may share a domain.</summary>
    static bool IsFinal(MessageOutcome outcome) => outcome.Fate != MessageFate.Unreachable && outcome.Status is not (404 or >= 500 and < 600);

    /// <summary>A receiver of ours is absent; anyone else is not known.</summary>
    MessageOutcome Nobody()
    {
        var grant = _admitted.Grant;
        if (grant.Endpoint is { Contact: null } || grant.User is not null)
            return MessageOutcome.Absent;
        var refusal = _context.Admission.Refuse(RefusalReason.NoRoute, grant.Correlation) with { Sender = grant.Sender };
        _context.Refusals.Note(in refusal, _admitted.Message.To, _admitted.Message.From);
        return MessageOutcome.Of(in refusal);
    }

    void End(MessageOutcome outcome)
    {
        _isOver = true;
        _patience?.Disarm();
        _admitted.Release();
        _done(outcome);
    }
}

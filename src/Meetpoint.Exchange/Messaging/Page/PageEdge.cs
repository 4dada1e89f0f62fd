using System.Globalization;
using Meetpoint.Exchange.Calls;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Messaging.Page;

/// <summary>Takes messages out in page mode (RFC 3428): a MESSAGE of our own to every client of the receiver, or to the next system. On the loop only.</summary>
sealed class PageEdge(CallContext context) : IMessageEdge
{
    /// <inheritdoc/>
    public void Send(TextMessage message, MessageWay way, Action<MessageOutcome> done) => new Fork(context, message, way, done).Begin();

    /// <summary>All clients of a receiver are asked at once; one that has it is enough.</summary>
    sealed class Fork(CallContext context, TextMessage message, MessageWay way, Action<MessageOutcome> done)
    {
        readonly Queue<RelayTarget> _alternates = new();
        MessageOutcome? _best;
        int _waiting;

        public void Begin()
        {
            _waiting = way.Targets.Count;
            foreach (var target in way.Targets)
                Send(target);
        }

        void Send(RelayTarget target)
        {
            var request = PageRequest.Of(message, way, target, context.Admission.World.Exchange);
            context.Ua.Send(request, target.Route!.From(target.ListenerName), null, result => Answered(target, result));
        }

        void Answered(RelayTarget target, SipResult result)
        {
            var told = (CallWay)target.Tag!;
            if (told.Party.Neighbour is { } neighbour)
            {
                if (result.Response is not null && result.Status != 503)
                    context.Health.Answered(neighbour);
                else
                    context.Health.Failed(neighbour, target.Route, result.Status);
            }
            else if (told.Registered is { } registered && (result.Response is null || result.Status == 430))
            {
                // A flow that brought no answer at all, or 430, has failed; the client's others are tried (RFC 5626 section 5.3).
                context.Registrations.FlowFailed(registered.Id);
                foreach (var other in registered.Alternates)
                    _alternates.Enqueue(CallTargets.Of(other, told));
            }

            _best = MessageOutcome.Better(_best, MessageOutcome.Of(result));
            if (!_best.IsTaken && _alternates.TryDequeue(out var next))
                Send(next);
            else if (--_waiting == 0)
                done(_best);
        }
    }
}

using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Presence;

/// <summary>
/// Keeps to the messages of presence a second that a neighbour takes. What waits is which subscriptions have something new, and which of its people are to be asked for, each once; what is
/// said is found when it is sent. The two take turns, so that neither holds up the other: after a restart there are many to be asked for at once. On the loop only.
/// </summary>
sealed class NeighbourPacers(IEventLoop loop)
{
    readonly Dictionary<string, Pacer> _pacers = new(StringComparer.Ordinal);

    /// <summary>Tells a subscription of theirs now, or when the pace allows: false where it waits.</summary>
    /// <param name="neighbour">Whose pace; null, and one without a pace, is told at once.</param>
    /// <param name="subscription">What is told; one that waits is not added again.</param>
    /// <param name="send">Tells it.</param>
    public bool Tell(NeighbourEntry? neighbour, object subscription, Action<object> send) => Send(neighbour, subscription, send, static pacer => pacer.Told);

    /// <summary>The same for a question of ours.</summary>
    public bool Ask(NeighbourEntry? neighbour, object question, Action<object> send) => Send(neighbour, question, send, static pacer => pacer.Asked);

    /// <summary>True while this one waits for its turn.</summary>
    public bool IsWaiting(string neighbour, object subscription) => _pacers.TryGetValue(neighbour, out var pacer) && pacer.Told.Holds(subscription);

    /// <summary>Messages a second; 0 without limit.</summary>
    public static int PaceOf(NeighbourEntry neighbour) => neighbour.Neighbour.Presence.MessagesPerSecond
        ?? (neighbour.World.FindProfile(neighbour.Neighbour.Profile)?.Presence == PresenceStyle.Microsoft ? NeighbourPresence.UsualMicrosoftPace : 0);

    bool Send(NeighbourEntry? neighbour, object item, Action<object> send, Func<Pacer, Lane> lane)
    {
        var perSecond = neighbour is null ? 0 : PaceOf(neighbour);
        if (perSecond == 0)
        {
            send(item);
            return true;
        }

        if (!_pacers.TryGetValue(neighbour!.Neighbour.Id, out var pacer))
            _pacers[neighbour.Neighbour.Id] = pacer = new Pacer(loop);
        return pacer.Send(lane(pacer), item, send, perSecond);
    }

    /// <summary>Those of one kind that wait, in order.</summary>
    sealed class Lane
    {
        readonly Queue<(object Item, Action<object> Send)> _waiting = new();
        readonly HashSet<object> _isWaiting = new(ReferenceEqualityComparer.Instance);

        public int Count => _waiting.Count;

        public bool Holds(object item) => _isWaiting.Contains(item);

        public void Add(object item, Action<object> send)
        {
            if (_isWaiting.Add(item))
                _waiting.Enqueue((item, send));
        }

        public (object Item, Action<object> Send) Next()
        {
            var next = _waiting.Dequeue();
            _isWaiting.Remove(next.Item);
            return next;
        }
    }

    sealed class Pacer(IEventLoop loop)
    {
        LoopTimer? _timer;
        long _nextNs;
        int _perSecond = 1;
        bool _askedLast;

        public Lane Told { get; } = new();

        public Lane Asked { get; } = new();

        public bool Send(Lane lane, object item, Action<object> send, int perSecond)
        {
            _perSecond = perSecond;
            var isIdle = Told.Count + Asked.Count == 0;
            if (isIdle && loop.NowNs >= _nextNs)
            {
                Pass(item, send);
                return true;
            }

            lane.Add(item, send);
            if (isIdle)
                (_timer ??= new LoopTimer(loop, OnDue)).Arm(Math.Max(1, _nextNs - loop.NowNs));
            return false;
        }

        void OnDue(long nowNs)
        {
            if (Told.Count + Asked.Count > 0)
            {
                _askedLast = Told.Count == 0 || (Asked.Count > 0 && !_askedLast);
                var (item, send) = (_askedLast ? Asked : Told).Next();
                Pass(item, send);
            }

            if (Told.Count + Asked.Count > 0)
                _timer!.Arm(Math.Max(1, _nextNs - loop.NowNs));
        }

        void Pass(object item, Action<object> send)
        {
            _nextNs = loop.NowNs + (MonotonicTime.Second / _perSecond);
            send(item);
        }
    }
}

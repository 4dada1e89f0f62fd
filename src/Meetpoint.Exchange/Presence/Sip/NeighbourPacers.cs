using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// Keeps to the messages a second that a neighbour takes. What waits is which subscriptions have something new, each once; what they are shown is found when they
/// are sent. On the loop only.
/// </summary>
sealed class NeighbourPacers(IEventLoop loop, Action<EventSubscription> send)
{
    readonly Dictionary<string, Pacer> _pacers = new(StringComparer.Ordinal);

    /// <summary>Sends now, or when the pace allows: false where it waits.</summary>
    public bool Send(NeighbourEntry? neighbour, EventSubscription subscription)
    {
        var perSecond = neighbour is null ? 0 : PaceOf(neighbour);
        if (perSecond == 0)
        {
            send(subscription);
            return true;
        }

        if (!_pacers.TryGetValue(neighbour!.Neighbour.Id, out var pacer))
            _pacers[neighbour.Neighbour.Id] = pacer = new Pacer(loop, send);
        return pacer.Send(subscription, perSecond);
    }

    /// <summary>Subscriptions that wait for their turn.</summary>
    public int WaitingFor(string neighbour) => _pacers.TryGetValue(neighbour, out var pacer) ? pacer.Waiting : 0;

    /// <summary>True while this one waits for its turn.</summary>
    public bool IsWaiting(string neighbour, EventSubscription subscription) => _pacers.TryGetValue(neighbour, out var pacer) && pacer.Holds(subscription);

    /// <summary>Messages a second; 0 without limit.</summary>
    public static int PaceOf(NeighbourEntry neighbour) => neighbour.Neighbour.Presence.MessagesPerSecond
        ?? (neighbour.World.FindProfile(neighbour.Neighbour.Profile)?.Presence == PresenceStyle.Microsoft ? NeighbourPresence.UsualMicrosoftPace : 0);

    sealed class Pacer(IEventLoop loop, Action<EventSubscription> send)
    {
        readonly Queue<EventSubscription> _waiting = new();
        readonly HashSet<EventSubscription> _isWaiting = [];
        LoopTimer? _timer;
        long _nextNs;
        int _perSecond = 1;

        public int Waiting => _waiting.Count;

        public bool Holds(EventSubscription subscription) => _isWaiting.Contains(subscription);

        public bool Send(EventSubscription subscription, int perSecond)
        {
            _perSecond = perSecond;
            if (_waiting.Count == 0 && loop.NowNs >= _nextNs)
            {
                Pass(subscription);
                return true;
            }

            if (_isWaiting.Add(subscription))
            {
                _waiting.Enqueue(subscription);
                if (_waiting.Count == 1)
                    (_timer ??= new LoopTimer(loop, OnDue)).Arm(Math.Max(1, _nextNs - loop.NowNs));
            }

            return false;
        }

        void OnDue(long nowNs)
        {
            if (_waiting.TryDequeue(out var next))
            {
                _isWaiting.Remove(next);
                Pass(next);
            }

            if (_waiting.Count > 0)
                _timer!.Arm(Math.Max(1, _nextNs - loop.NowNs));
        }

        void Pass(EventSubscription subscription)
        {
            _nextNs = loop.NowNs + (MonotonicTime.Second / _perSecond);
            send(subscription);
        }
    }
}

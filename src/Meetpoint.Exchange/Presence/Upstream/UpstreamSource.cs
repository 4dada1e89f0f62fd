using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Presence.Upstream;

/// <summary>One presentity as one system reports her when it is asked: asked again whenever it ends, later each time. On the loop only.</summary>
abstract class UpstreamSource
{
    /// <summary>When it is asked again after the first failure; each further one takes twice as long.</summary>
    public const long FirstRetryNs = 2 * MonotonicTime.Second;

    /// <summary>The longest time until it is asked again, and the time after a refusal.</summary>
    public const long LastRetryNs = 120 * MonotonicTime.Second;

    static readonly Action<object> _ask = source => ((UpstreamSource)source).Ask();

    readonly PresenceMemory _memory;
    readonly LoopTimer _retry;
    long _retryNs = FirstRetryNs;

    protected UpstreamSource(PresenceContext context, PresenceMemory memory, PresenceSource source, PresenceWay way)
    {
        (Context, _memory, Source, Way) = (context, memory, source, way);
        _retry = new LoopTimer(context.Loop, _ => Begin());
    }

    /// <summary>What it fills.</summary>
    public PresenceSource Source { get; }

    /// <summary>Where, by the world in force.</summary>
    public PresenceWay Way { get; private set; }

    /// <summary>How it stands, for people: "active", "pending", or why it is not.</summary>
    public string Standing
    {
        get;
        protected set
        {
            if (field != value)
                Context.Hub.Decisions?.AddRare(Source.Presentity.Address, DecisionKind.Upstream, Way.Neighbour.Neighbour.Id, Decided(value));
            field = value;
        }
    } = "not asked yet";

    protected PresenceContext Context { get; }

    protected bool IsClosed { get; private set; }

    /// <summary>Asks, or asks again, when the system's pace allows.</summary>
    public void Begin() => Context.Pacers.Ask(Way.Neighbour, this, _ask);

    /// <summary>Asks now; nothing where it is closed, or asked already.</summary>
    protected abstract void Ask();

    /// <summary>Says goodbye to the system; the process ends. What it said is remembered as after a crash.</summary>
    public virtual void Stop()
    {
    }

    /// <summary>Another world is in force: the system may have moved, and she within it.</summary>
    public void Move(PresenceWay way)
    {
        var before = Way;
        Way = way;
        OnMoved(before);
    }

    /// <summary>Asks no longer; what was said is withdrawn.</summary>
    public void Close()
    {
        IsClosed = true;
        _retry.Disarm();
        End();
        Context.Hub.Close(Source);
    }

    /// <summary>How it stands, as it is kept among the decisions about her.</summary>
    protected virtual string Decided(string standing) => standing;

    protected virtual void OnMoved(PresenceWay before)
    {
    }

    /// <summary>Tells the system that nothing is wanted any more.</summary>
    protected abstract void End();

    /// <summary>It answers: a failure from now on is the first.</summary>
    protected void Answers() => _retryNs = FirstRetryNs;

    protected void Report(IReadOnlyList<ReportedState> states) => Context.Hub.Report(Source, states, Context.Now, Context.Loop.NowNs);

    /// <summary>Nothing comes any more: what was said is lost, or over where the system says that there is nothing to be had. It is asked again.</summary>
    /// <param name="status">The status that ended it.</param>
    /// <param name="reason">In words.</param>
    /// <param name="isRefused">True where the system knows nothing of her, or tells us nothing.</param>
    /// <param name="afterNs">When it is asked again; null takes the usual time.</param>
    protected void Over(int status, string? reason, bool isRefused, long? afterNs = null)
    {
        Standing = $"{status} {reason}";
        if (isRefused)
        {
            // It says that there is nothing to be had, which is not the same as silence.
            Report([]);
            _memory.Forget(Source.Presentity.Address, Source.Origin);
            _retryNs = LastRetryNs;
        }
        else
        {
            Context.Hub.Lose(Source, Context.Now);
        }

        var dueNs = afterNs ?? _retryNs;
        _retryNs = Math.Min(_retryNs * 2, LastRetryNs);
        _retry.Arm(dueNs);
    }

    /// <summary>A status by which a system says that there is nothing to be had, now and later.</summary>
    protected static bool IsRefusal(int status) => status is 403 or 404 or 410 or 489 or 604;
}

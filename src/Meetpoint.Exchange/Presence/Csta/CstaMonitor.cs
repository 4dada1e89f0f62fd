using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Presence.Upstream;

namespace Meetpoint.Exchange.Presence.Csta;

/// <summary>
/// The phone of one person as the call control tells of her line: rung, on the phone, on the hook. A monitor that is gone says nothing of the line, which is then lost; it is begun anew with the
/// calls that the line has at that time. On the loop only.
/// </summary>
sealed class CstaMonitor(PresenceContext context, PresenceMemory memory, PresenceSource source, PresenceWay way) 
    : UpstreamSource(context, memory, source, way), ICstaUser
{
    /// <summary>What a call control's states have in their origin: it may speak by SUBSCRIBE or PUBLISH besides, and one is not the other.</summary>
    public const string Means = "csta";

    readonly CstaLine _line = new();
    CstaSession? _session;
    bool _isAwaited;
    bool _isReported;

    /// <inheritdoc/>
    protected override void Ask()
    {
        if (IsClosed || _session is not null || PresenceDirectory.RouteTo(Way.Neighbour) is not { } route)
            return;
        _line.Clear();
        _isAwaited = _isReported = false;
        _session = new CstaSession(Context, Way, route, Source.Presentity.Address, this);
        Standing = "asked";
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        _session?.Leave();
        _session = null;
    }

    void ICstaUser.OnMonitored() => Standing = "active";

    void ICstaUser.OnAsked()
    {
        if (_isReported)
            Answers(); // a gateway that takes sessions and ends them at once is asked ever later
        _isAwaited = true;
        _line.Ask();
    }

    void ICstaUser.OnUnanswered()
    {
        _isAwaited = false;
        Report();
    }

    void ICstaUser.OnTold(CstaMessage message)
    {
        _line.Apply(message);
        _isAwaited &= message.Kind != CstaKind.Snapshot;
        Report();
    }

    /// <summary>Says what the line does, once anything is known of its calls; and not while it has not yet said which it has, since it would seem to have fewer.</summary>
    void Report()
    {
        if (!_line.IsKnown || (_isAwaited && !_isReported))
            return;
        _isReported = true;
        Report([new ReportedState { Device = Device, Kind = SourceKind.Phone, Capabilities = Capabilities.Audio, State = new PresenceState(_line.Activity) }]);
    }

    void ICstaUser.OnOver(int status, string reason)
    {
        _session = null;
        if (!IsClosed)
            Over(status, reason, IsRefusal(status));
    }

    /// <inheritdoc/>
    protected override void End()
    {
        _session?.End();
        _session = null;
    }

    /// <inheritdoc/>
    protected override string Decided(string standing) => $"{Means}: {standing}";

    /// <inheritdoc/>
    protected override void OnMoved(PresenceWay before)
    {
        var (old, current) = (before.Neighbour.Neighbour, Way.Neighbour.Neighbour);
        if (before.Address == Way.Address && old.SipUri == current.SipUri && old.Listener == current.Listener)
            return;
        // Another line, or another gateway: of this one nothing is known yet.
        End();
        Context.Hub.Lose(Source, Context.Now);
        Begin();
    }

    /// <summary>The line's name within the call control: its number, or its user part.</summary>
    string Device => WireText.Device(Way.Address.Split('@')[0]) ?? Means;
}

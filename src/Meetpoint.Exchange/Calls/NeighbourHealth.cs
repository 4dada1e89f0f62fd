using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Calls;

/// <summary>
/// Which neighbours do not answer. Calls go to the other candidates first until it answers again: a probe (OPTIONS) is sent every few seconds, and any
/// answer to anything but 503 will do. What is ringing or up with it is not touched. On the loop only.
/// </summary>
/// <remarks>Bounded by the neighbours of the world; nothing is kept of one that answers.</remarks>
sealed class NeighbourHealth : TimerNode
{
    /// <summary>Between two probes of a neighbour that is down.</summary>
    public const long ProbeEveryNs = 5 * MonotonicTime.Second;

    readonly CallContext _context;
    readonly Dictionary<string, (SipRoute Route, string? Uri)> _down = new(StringComparer.Ordinal);

    public NeighbourHealth(CallContext context) => _context = context;

    /// <summary>False when its last call found nobody there. Where the operator has moved it since, nobody knows yet.</summary>
    public bool IsUp(NeighbourEntry neighbour) =>
        _down.Count == 0 || !_down.TryGetValue(neighbour.Neighbour.Id, out var down) || down.Uri != neighbour.Neighbour.SipUri;

    /// <summary>Told of one that answers again, by id.</summary>
    public event Action<string>? IsBack;

    /// <summary>Names of those that are down.</summary>
    public IReadOnlyCollection<string> Down => _down.Keys;

    /// <summary>A request to it brought no answer at all, no connection, or 503 for all that comes.</summary>
    public void Failed(NeighbourEntry neighbour, SipRoute? route, int status)
    {
        if (route is null)
            return;
        var known = _down.Count;
        if (_down.TryGetValue(neighbour.Neighbour.Id, out var down) && down.Uri == neighbour.Neighbour.SipUri)
            return;
        _down[neighbour.Neighbour.Id] = (route, neighbour.Neighbour.SipUri);
        _context.Log.Unreachable(neighbour.Neighbour.Id, $"{(status == 408 ? "no answer" : status.ToString(System.Globalization.CultureInfo.InvariantCulture))}; calls go other ways first");
        if (known == 0)
            _context.Loop.Timers.Arm(this, _context.Loop.NowNs + ProbeEveryNs);
    }

    /// <summary>It answered.</summary>
    public void Answered(NeighbourEntry neighbour)
    {
        if (_down.Count > 0)
            Back(neighbour.Neighbour.Id);
    }

    /// <inheritdoc/>
    protected override void Fire(long nowNs)
    {
        foreach (var (id, down) in _down.ToArray())
        {
            if (_context.Admission.World.FindNeighbour(id) is { } neighbour && neighbour.Neighbour.SipUri == down.Uri)
                Probe(neighbour.Neighbour, down.Route);
            else
                _down.Remove(id);
        }

        if (_down.Count > 0)
            _context.Loop.Timers.Arm(this, nowNs + ProbeEveryNs);
    }

    void Probe(Neighbour neighbour, SipRoute route)
    {
        var uri = route.NextHop?.ToString() ?? neighbour.SipUri ?? $"sip:{neighbour.Exchange}";
        var own = NameAddress.Parse($"<sip:{_context.Admission.World.Exchange}>");
        var probe = new SipRequest("OPTIONS", uri) { From = own, To = NameAddress.Parse($"<{uri}>") };
        _context.Ua.Send(probe, route.From(neighbour.Listener), null, result =>
        {
            if (result.Response is not null && result.Status != 503)
                Back(neighbour.Id);
        });
    }

    void Back(string id)
    {
        if (!_down.Remove(id))
            return;
        _context.Log.Reachable(id);
        IsBack?.Invoke(id);
    }
}

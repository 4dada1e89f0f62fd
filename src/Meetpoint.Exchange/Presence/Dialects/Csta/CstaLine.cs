namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>A monitored line: its calls as events tell of them, and what they come to. One thread at a time.</summary>
sealed class CstaLine
{
    /// <summary>Calls of a line that are kept apart, at most; events of others are passed over.</summary>
    public const int MaxCalls = 16;

    /// <summary>Calls that events tell of while a snapshot is under way, at most; of others the snapshot holds.</summary>
    public const int MaxHeard = 64;

    readonly Dictionary<string, CstaConnection> _calls = new(StringComparer.Ordinal);
    readonly HashSet<string> _heard = new(StringComparer.Ordinal);
    bool _isAsked;
    bool _doesNotDisturb;

    /// <summary>True once anything was said of its calls.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>What the line does: on the phone with any call that is off the hook, whatever else rings.</summary>
    public Activity Activity => _calls.ContainsValue(CstaConnection.OffHook) ? Activity.OnThePhone
        : _doesNotDisturb ? Activity.DoNotDisturb
        : _calls.ContainsValue(CstaConnection.Alerting) ? Activity.Ringing : Activity.Available;

    /// <summary>Takes an event of this line's monitor.</summary>
    /// <returns>True when what the line does changed.</returns>
    public bool Apply(CstaMessage message)
    {
        var before = Activity;
        if (message.Kind == CstaKind.DoNotDisturb)
            _doesNotDisturb = message.IsOn;
        else if (message is { Kind: CstaKind.CallEvent, CallId: { } call })
            Hear(call, message.FormerCallIds, message.Connection);
        else if (message.Kind == CstaKind.Snapshot)
            Take(message.Calls);
        return Activity != before;
    }

    /// <summary>
    /// The calls of the line are asked for: what events say from now on holds against the answer, which may be older than they are, or have been overtaken by them.
    /// </summary>
    public void Ask()
    {
        _isAsked = true;
        _heard.Clear();
    }

    /// <summary>Forgets all calls: the monitor starts anew.</summary>
    public void Clear()
    {
        _calls.Clear();
        _heard.Clear();
        _isAsked = _doesNotDisturb = IsKnown = false;
    }

    /// <summary>All calls of the line: one whose end was missed is over, and one that began before the monitor is known.</summary>
    void Take(IReadOnlyList<(string CallId, CstaConnection Connection)> calls)
    {
        _isAsked = false;
        IsKnown = true;
        foreach (var gone in _calls.Keys.Where(call => !_heard.Contains(call)).ToList())
            _calls.Remove(gone);
        foreach (var (call, connection) in calls)
        {
            if (!_heard.Contains(call))
                Set(call, connection);
        }

        _heard.Clear();
    }

    void Hear(string call, IReadOnlyList<string> formers, CstaConnection connection)
    {
        IsKnown = true;
        if (_isAsked && _heard.Count < MaxHeard)
            _heard.UnionWith([call, .. formers]);
        foreach (var former in formers)
            _calls.Remove(former);
        Set(call, connection);
    }

    void Set(string call, CstaConnection connection)
    {
        if (connection == CstaConnection.None)
            _calls.Remove(call);
        else if (_calls.Count < MaxCalls || _calls.ContainsKey(call))
            _calls[call] = connection;
    }
}

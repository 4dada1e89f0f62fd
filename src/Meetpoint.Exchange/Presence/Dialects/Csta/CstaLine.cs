namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>A monitored line: its calls as events tell of them, and what they come to. One thread at a time.</summary>
sealed class CstaLine
{
    /// <summary>Calls of a line that are kept apart, at most; events of others are passed over.</summary>
    public const int MaxCalls = 16;

    readonly Dictionary<string, CstaConnection> _calls = new(StringComparer.Ordinal);
    bool _doesNotDisturb;

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
            Set(call, message.FormerCallIds, message.Connection);
        return Activity != before;
    }

    /// <summary>Forgets all calls: the monitor starts anew.</summary>
    public void Clear()
    {
        _calls.Clear();
        _doesNotDisturb = false;
    }

    void Set(string call, IReadOnlyList<string> formers, CstaConnection connection)
    {
        foreach (var former in formers)
            _calls.Remove(former);
        if (connection == CstaConnection.None)
            _calls.Remove(call);
        else if (_calls.Count < MaxCalls || _calls.ContainsKey(call))
            _calls[call] = connection;
    }
}

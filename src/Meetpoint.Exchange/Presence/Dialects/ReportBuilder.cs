namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Collects what a document says within the limits of a report: each device of each origin once, and no more of them than a report holds.</summary>
sealed class ReportBuilder(string? entity)
{
    readonly List<ReportedState> _states = [];

    /// <summary>What was taken so far.</summary>
    public IReadOnlyList<ReportedState> States => _states;

    /// <summary>Takes a state; of two of one name and origin the first stands, and what is beyond the limit is left out.</summary>
    public void Add(ReportedState state)
    {
        if (_states.Count < PresenceReport.MaxDevices && !_states.Exists(other => other.Device == state.Device && other.Source?.Origin == state.Source?.Origin))
            _states.Add(state);
    }

    /// <summary>The report.</summary>
    public PresenceReport Build() => new() { Entity = string.IsNullOrWhiteSpace(entity) ? null : entity.Trim(), States = _states };
}

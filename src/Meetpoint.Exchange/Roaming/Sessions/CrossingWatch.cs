namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>A session that is on, and may be no longer.</summary>
/// <param name="Id">Of its row.</param>
/// <param name="Source">What the hub knows of it.</param>
/// <param name="Nas">The access server.</param>
/// <param name="AccountId">Its Acct-Session-Id there.</param>
/// <param name="Why">What it has crossed.</param>
sealed record CrossedSession(string Id, ReportSource Source, string Nas, string AccountId, AllowanceRefusal Why);

/// <summary>Sees at each report that is durable whether its session may go on, by what is in memory. Of each session it tells once, until that is answered for.</summary>
/// <remarks>On one loop.</remarks>
/// <param name="limits">Of the agreements.</param>
/// <param name="spent">What was used before.</param>
/// <param name="tell">Told of those that are to be ended.</param>
sealed class CrossingWatch(AgreedLimits limits, SpentBook spent, Action<CrossedSession> tell)
{
    /// <summary>Sessions that were told of, in memory; of more the first are forgotten, and told of again.</summary>
    public const int Max = 20_000;

    readonly HashSet<string> _told = new(StringComparer.Ordinal);
    readonly Queue<string> _inOrder = new();

    /// <summary>It was asked to be ended, and still goes on: it is told of again at its next report.</summary>
    public void Answered(string id) => _told.Remove(id);

    /// <summary>A report is durable.</summary>
    public void OnReport(AccountingReport report, in SessionTake take)
    {
        if (take.After is not { Terms.Links: [.., var nearest] } after || limits.Of(nearest) is not { } limit)
            return;
        if (report.Person is { } person)
            spent.Add(limit, person, take.Before, after);
        if (after.State != SessionState.Open)
            _told.Remove(take.Id);
        else if (!_told.Contains(take.Id))
            Look(limit, report, take.Id, after);
    }

    void Look(AgreedLimit limit, AccountingReport report, string id, RoamingSession session)
    {
        var use = session.Use;
        var sums = default(RoamingSpent);
        if ((limit.HasCap || limit.HasExposure) && !spent.TryFind(limit, report.Person, out sums, () => Look(limit, report, id, session)))
            return;
        // The customer's sums have this session in them already.
        var before = sums with
        {
            Today = Math.Max(0, sums.Today - SpentReader.Cost(session, limit.Rates, limit.Terms.CapPerDay)),
            ThisMonth = Math.Max(0, sums.ThisMonth - SpentReader.Cost(session, limit.Rates, limit.Terms.CapPerMonth)),
        };
        var why = RoamingAllowance.Crossed(limit.Terms, limit.Rates, before, (long)Math.Ceiling(session.Billable.TotalSeconds), use.OctetsIn, use.OctetsOut);
        if (why == AllowanceRefusal.None || !_told.Add(id))
            return;
        _inOrder.Enqueue(id);
        while (_inOrder.Count > Max && _inOrder.TryDequeue(out var first))
            _told.Remove(first);
        tell(new CrossedSession(id, report.Source, report.Nas, report.SessionId, why));
    }
}

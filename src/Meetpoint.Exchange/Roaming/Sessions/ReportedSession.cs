namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>By what a session is named to its access server.</summary>
/// <param name="Id">Of its row.</param>
/// <param name="Source">Who reports it.</param>
/// <param name="Nas">The access server.</param>
/// <param name="AccountId">Its Acct-Session-Id there.</param>
sealed record ReportedSession(string Id, ReportSource Source, string Nas, string AccountId)
{
    /// <summary>Of a row.</summary>
    public static ReportedSession Of(SessionRow row) => new(row.Id, new ReportSource(row.Visited, row.Home, row.Realm, row.Neighbour), row.Nas, row.AccountId);
}

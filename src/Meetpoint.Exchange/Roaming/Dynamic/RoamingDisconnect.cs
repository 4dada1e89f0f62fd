using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Roaming.Dynamic;

/// <summary>Ends a roaming session, and says whether it truly ended: the access server's word, and then its Stop.</summary>
/// <param name="store">Where sessions are.</param>
/// <param name="hub">Asks; null where no RADIUS is heard.</param>
/// <param name="time">How long a Stop is waited for.</param>
sealed class RoamingDisconnect(Store store, RadiusHub? hub, TimeProvider time)
{
    /// <summary>A Stop follows an ACK at once, if it does at all.</summary>
    static readonly TimeSpan _stopWithin = TimeSpan.FromSeconds(5);

    static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks for the end of a session. Null when there is no such session.</summary>
    public async Task<RoamingDisconnectView?> EndAsync(string id, CancellationToken cancellation)
    {
        if (Row(id) is not { } row)
            return null;
        if (row.State != SessionState.Open)
        {
            return new RoamingDisconnectView(row.Id, row.State == SessionState.Accepted ? RoamingDisconnectResult.NotReported : RoamingDisconnectResult.WasOver, null, null, row.State == SessionState.Accepted
                ? "nothing is reported of it yet, so that nothing names it to the access server" : $"it is {row.State.ToString().ToLowerInvariant()} already");
        }

        if (hub is null)
            return new RoamingDisconnectView(row.Id, RoamingDisconnectResult.Unreachable, null, null, "'radius' is not in meetpoint.yaml");
        var outcome = await hub.DisconnectAsync(row);
        var cause = outcome.Cause == ErrorCause.None ? (int?)null : (int)outcome.Cause;
        switch (outcome.Result)
        {
            case DynamicResult.Acknowledged:
                return await IsStoppedAsync(id, cancellation)
                    ? new RoamingDisconnectView(row.Id, RoamingDisconnectResult.Ended, outcome.By, null, "the access server has ended it, and its Stop is here")
                    : new RoamingDisconnectView(row.Id, RoamingDisconnectResult.Acknowledged, outcome.By, null, $"the access server says that it has; no Stop came within {_stopWithin.TotalSeconds:0} s");
            case DynamicResult.Refused:
                return new RoamingDisconnectView(row.Id, RoamingDisconnectResult.Refused, outcome.By, cause, outcome.Cause switch
                {
                    ErrorCause.None => "the access server refuses, and does not say why: the session goes on",
                    ErrorCause.SessionContextNotFound => "the access server knows no such session: it may be over, and its Stop lost",
                    _ => $"the access server refuses ({outcome.Cause}): the session goes on",
                });
            case DynamicResult.Unanswered:
                return new RoamingDisconnectView(row.Id, RoamingDisconnectResult.Unanswered, outcome.By, null, "nobody answered: the session may go on");
            default:
                return new RoamingDisconnectView(
                    row.Id, RoamingDisconnectResult.Unreachable, null, cause, $"neighbour {row.Neighbour} has no 'radius.dynamicServers', and no connection is open: the session goes on");
        }
    }

    /// <summary>The session as it is; null when there is none.</summary>
    public SessionRow? Row(string id) => store.Read(reader => SessionRows.Find(reader, id));

    async Task<bool> IsStoppedAsync(string id, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; waited < _stopWithin; waited += _lookEvery)
        {
            if (Row(id) is not { } row || row.Session().StoppedBy is not null)
                return true;
            await Task.Delay(_lookEvery, time, cancellation);
        }

        return false;
    }
}

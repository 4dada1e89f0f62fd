using Meetpoint.Exchange.Storage;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Renews what this node leases of limits, and says what keeps it from that. One call at a time.</summary>
sealed class LimitRenewal(LimitBook limits, TimeProvider time, IExchangeLog log)
{
    string? _fault;

    /// <summary>A store that is away is said once, not twice a second: the leases go on until they end.</summary>
    public async Task RenewAsync()
    {
        var fault = await limits.RenewAsync(time.NowNs());
        if (fault is not null && fault.Message != _fault)
            log.Fault("limits", fault);
        _fault = fault?.Message;
    }

    /// <summary>Gives everything back, at the node's end.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await limits.LeaveAsync();
        }
        catch (StoreUnavailableException exception)
        {
            log.Fault("limits", exception); // the others find out by themselves
        }
    }
}

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Which limits each kind of grant takes from, and taking from a whole chain of agreements or from none.</summary>
static class LimitUse
{
    /// <summary>The service whose agreement covers the kind.</summary>
    public static Service ServiceOf(GrantKind kind) => kind switch
    {
        GrantKind.Call => Service.Call,
        GrantKind.Directory => Service.Directory,
        _ => Service.Meeting,
    };

    /// <summary>What is charged for by the kind, or null.</summary>
    public static Settlement.ChargeUnit? ChargeOf(GrantKind kind) => kind switch
    {
        GrantKind.Meeting => Settlement.ChargeUnit.Meeting,
        GrantKind.Participant => Settlement.ChargeUnit.ParticipantMinute,
        GrantKind.Cascade => Settlement.ChargeUnit.CascadeMinute,
        _ => null,
    };

    public static bool TakesPorts(GrantKind kind) => kind is GrantKind.Call or GrantKind.Participant;

    public static bool TakesRate(GrantKind kind) => kind is GrantKind.Call or GrantKind.Participant or GrantKind.Directory;

    /// <summary>Takes from one link; on refusal nothing is held, and the limit that refused is told.</summary>
    public static TakeResult TryTake(GrantKind kind, int ports, AgreementLink link, long nowNs, out LimitKind limit)
    {
        limit = LimitKind.Meetings;
        if (kind == GrantKind.Meeting && link.Meetings is { } meetings && meetings.TryTake(1, nowNs) is var refused and not TakeResult.Taken)
            return refused;
        limit = LimitKind.Ports;
        if (TakesPorts(kind) && link.Ports is { } slice && slice.TryTake(ports, nowNs) is var full and not TakeResult.Taken)
            return full;
        limit = LimitKind.CallsPerSecond;
        if (TakesRate(kind) && link.Rate is { } rate && rate.TryTake(nowNs) is var fast and not TakeResult.Taken)
        {
            Release(kind, ports, link);
            return fast;
        }

        limit = LimitKind.None;
        return TakeResult.Taken;
    }

    /// <summary>Gives back what a grant over this chain took. A rate runs off by itself.</summary>
    public static void Release(GrantKind kind, int ports, AgreementLink? first, AgreementLink? second)
    {
        if (first is not null)
            Release(kind, ports, first);
        if (second is not null)
            Release(kind, ports, second);
    }

    static void Release(GrantKind kind, int ports, AgreementLink link)
    {
        if (kind == GrantKind.Meeting)
            link.Meetings?.Release(1);
        if (TakesPorts(kind))
            link.Ports?.Release(ports);
    }
}

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What each kind of grant is covered by, takes from, and is charged as.</summary>
static class LimitUse
{
    /// <summary>The service whose agreement covers the kind.</summary>
    public static Service ServiceOf(GrantKind kind) => kind switch
    {
        GrantKind.Call => Service.Call,
        GrantKind.Directory => Service.Directory,
        GrantKind.Presence => Service.Presence,
        GrantKind.Message or GrantKind.Composing => Service.Message,
        GrantKind.Roaming => Service.Roaming,
        _ => Service.Meeting,
    };

    /// <summary>What is charged for by the kind, or null.</summary>
    public static Settlement.ChargeUnit? ChargeOf(GrantKind kind) => kind switch
    {
        GrantKind.Meeting => Settlement.ChargeUnit.Meeting,
        GrantKind.Participant => Settlement.ChargeUnit.ParticipantMinute,
        GrantKind.Cascade => Settlement.ChargeUnit.CascadeMinute,
        GrantKind.Call => Settlement.ChargeUnit.CallMinute,
        _ => null,
    };

    /// <summary>True for what a customer's equipment asks for itself; a booking or a look-up is asked for by no phone.</summary>
    public static bool IsByEquipment(GrantKind kind) => kind is GrantKind.Call or GrantKind.Participant;

    public static bool TakesPorts(GrantKind kind) => kind is GrantKind.Call or GrantKind.Participant;

    public static bool TakesRate(GrantKind kind) => kind is GrantKind.Call or GrantKind.Participant or GrantKind.Directory or GrantKind.Message or GrantKind.Roaming;
}

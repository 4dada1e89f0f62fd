using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What the events of a call say of the monitored line (ECMA-269, 17.2).</summary>
static class CstaEvents
{
    static readonly Dictionary<string, CstaConnection> Known = new(StringComparer.Ordinal)
    {
        ["ServiceInitiatedEvent"] = CstaConnection.OffHook,
        ["OriginatedEvent"] = CstaConnection.OffHook,
        ["NetworkReachedEvent"] = CstaConnection.OffHook,
        ["DeliveredEvent"] = CstaConnection.OffHook, // of a call that goes out; one that comes in says so
        ["OfferedEvent"] = CstaConnection.Alerting,
        ["EstablishedEvent"] = CstaConnection.OffHook,
        ["HeldEvent"] = CstaConnection.OffHook,
        ["RetrievedEvent"] = CstaConnection.OffHook,
        ["ConferencedEvent"] = CstaConnection.OffHook,
        ["DigitsDialedEvent"] = CstaConnection.OffHook,
        ["FailedEvent"] = CstaConnection.OffHook, // the busy tone is heard until the handset is put down
        ["TransferedEvent"] = CstaConnection.None,
        ["TransferredEvent"] = CstaConnection.None,
        ["DivertedEvent"] = CstaConnection.None,
        ["ConnectionClearedEvent"] = CstaConnection.None,
        ["CallClearedEvent"] = CstaConnection.None,
    };

    /// <summary>True for the name of an event of a call.</summary>
    public static bool IsKnown(string name) => Known.ContainsKey(name);

    /// <summary>What the call is to the line after the event: as the event says, else as its kind has it.</summary>
    public static CstaConnection Connection(Markup root, string? device) => root.Name == "CallClearedEvent" ? CstaConnection.None
        : root.Child("localConnectionInfo")?.Text switch
        {
            "alerting" => CstaConnection.Alerting,
            "connected" or "hold" or "initiated" or "fail" => CstaConnection.OffHook,
            "null" => CstaConnection.None,
            _ when root.Name == "DeliveredEvent" && device is not null && Device(root.Child("alertingDevice")) == Bare(device) => CstaConnection.Alerting,
            _ => Known[root.Name],
        };

    static string? Device(Markup? device) => device is null ? null : Bare((device.Child("deviceIdentifier") ?? device).Text);

    // "tel:+15551234;phone-context=..." and "+15551234" are one device.
    static string Bare(string device)
    {
        device = device.Split(';')[0].Trim();
        return device.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) || device.StartsWith("sip:", StringComparison.OrdinalIgnoreCase)
            ? device[4..] : device;
    }
}

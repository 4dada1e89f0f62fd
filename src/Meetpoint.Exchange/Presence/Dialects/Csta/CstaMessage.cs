using System.Diagnostics.CodeAnalysis;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What a message of call control is.</summary>
enum CstaKind
{
    /// <summary>None of those below.</summary>
    Other,

    /// <summary>Asks whether we live.</summary>
    RequestSystemStatus,

    /// <summary>A monitor stands, with its number.</summary>
    MonitorStarted,

    /// <summary>A monitor is gone.</summary>
    MonitorStopped,

    /// <summary>An event of a call on the monitored line.</summary>
    CallEvent,

    /// <summary>Do not disturb was set, or lifted.</summary>
    DoNotDisturb,

    /// <summary>What was asked for is refused.</summary>
    Error,
}

/// <summary>What a call is to the monitored line.</summary>
enum CstaConnection
{
    /// <summary>Over, or gone elsewhere.</summary>
    None,

    /// <summary>It rings.</summary>
    Alerting,

    /// <summary>The line is off the hook with it: dialling, talking, holding.</summary>
    OffHook,
}

/// <summary>A message of call control (ECMA-323, in SIP INFO as ECMA TR/87 has it), as far as a line's presence needs it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The name of its element.</param>
/// <param name="MonitorId">The monitor that it is of; null without.</param>
/// <param name="CallId">The call that it is of; null without.</param>
/// <param name="Connection">What the call is to the line from now on.</param>
/// <param name="IsOn">True when do not disturb is set.</param>
sealed record CstaMessage(CstaKind Kind, string Name, string? MonitorId, string? CallId, CstaConnection Connection, bool IsOn)
{
    /// <summary>The media type of its body.</summary>
    public const string MediaType = "application/csta+xml";

    /// <summary>UTF-16 units of a monitor's or a call's name, at most.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Calls that this one took the place of: by a transfer or a conference they become one, under a name that may be new.</summary>
    public IReadOnlyList<string> FormerCallIds { get; private init; } = [];

    /// <summary>Reads a message of any edition; false, with a fault in words, when it is malformed.</summary>
    /// <param name="body">The message.</param>
    /// <param name="device">The monitored device, where it is known: tells who of both rings where the message does not.</param>
    /// <param name="message">The message.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryRead(ReadOnlySpan<byte> body, string? device, [NotNullWhen(true)] out CstaMessage? message, [NotNullWhen(false)] out string? fault)
    {
        message = null;
        if (!BoundedXml.TryRead(body, out var root, out fault))
            return false;
        if (!root.Namespace.Contains("/csta", StringComparison.OrdinalIgnoreCase))
        {
            fault = "not a message of call control";
            return false;
        }

        var kind = KindOf(root.Name);
        var (call, formers) = kind == CstaKind.CallEvent ? Calls(root) : (null, []);
        var monitor = Id(root.Child("monitorCrossRefID"));
        message = new(kind, root.Name, monitor, call, kind == CstaKind.CallEvent ? CstaEvents.Connection(root, device) : CstaConnection.None,
            (root.Child("doNotDisturbOn") ?? root.Child("doNotDisturb"))?.Text is "true" or "1")
        {
            FormerCallIds = formers,
        };
        return true;
    }

    static CstaKind KindOf(string name) => name switch
    {
        "RequestSystemStatus" or "SystemStatus" => CstaKind.RequestSystemStatus,
        "MonitorStartResponse" => CstaKind.MonitorStarted,
        "MonitorStopResponse" or "MonitorStop" => CstaKind.MonitorStopped,
        "DoNotDisturbEvent" => CstaKind.DoNotDisturb,
        "CSTAErrorCode" => CstaKind.Error,
        _ => CstaEvents.IsKnown(name) ? CstaKind.CallEvent : CstaKind.Other,
    };

    /// <summary>The call, which each event names by another connection, and those that it took the place of.</summary>
    static (string? Call, IReadOnlyList<string> Formers) Calls(Markup root)
    {
        if (Id(root.Child("primaryOldCall")?.Child("callID")) is { } primary)
        {
            var call = root.Descendants().Where(one => one.Name is "newConnection" or "newCall").Select(one => Id(one.Child("callID")))
                .FirstOrDefault(id => id is not null) ?? primary;
            return (call, [primary, .. Id(root.Child("secondaryOldCall")?.Child("callID")) is { } secondary ? [secondary] : Array.Empty<string>()]);
        }

        foreach (var child in root.Children)
        {
            if (Id(child.Child("callID")) is { } call)
                return (call, []);
        }

        return (null, []);
    }

    static string? Id(Markup? element) => element?.Text is { Length: > 0 and <= MaxIdLength } id ? id : null;
}

using System.Diagnostics.CodeAnalysis;
using Meetpoint.Net.Xml;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>What a message of call control is.</summary>
enum CstaKind
{
    /// <summary>None of those below.</summary>
    Other,

    /// <summary>Asks whether we live, or says how the other side does.</summary>
    RequestSystemStatus,

    /// <summary>A monitor stands, with its number.</summary>
    MonitorStarted,

    /// <summary>A monitor is gone.</summary>
    MonitorStopped,

    /// <summary>An event of a call on the monitored line.</summary>
    CallEvent,

    /// <summary>Do not disturb was set, or lifted; or stands, as asked.</summary>
    DoNotDisturb,

    /// <summary>The calls that a line has, as asked.</summary>
    Snapshot,

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

    /// <summary>Calls of a snapshot, each with what it is to the line; empty for anything else, and for a line on the hook.</summary>
    public IReadOnlyList<(string CallId, CstaConnection Connection)> Calls { get; private init; } = [];

    /// <summary>What is wrong, of a refusal: "operation invalidDeviceID"; null for anything else.</summary>
    public string? Error { get; private init; }

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

        var kind = KindOf(root);
        var (call, formers) = kind == CstaKind.CallEvent ? CallsOf(root) : (null, []);
        var monitor = Id(root.Child("monitorCrossRefID"));
        message = new(kind, root.Name, monitor, call, kind == CstaKind.CallEvent ? CstaEvents.Connection(root, device) : CstaConnection.None,
            (root.Child("doNotDisturbOn") ?? root.Child("doNotDisturb"))?.Text is "true" or "1")
        {
            FormerCallIds = formers,
            Calls = kind == CstaKind.Snapshot ? CstaSnapshot.Read(root) : [],
            Error = kind == CstaKind.Error ? ErrorOf(root) : null,
        };
        return true;
    }

    static CstaKind KindOf(Markup root) => root.Name switch
    {
        "RequestSystemStatus" or "SystemStatus" => CstaKind.RequestSystemStatus,
        "MonitorStartResponse" => CstaKind.MonitorStarted,
        "MonitorStopResponse" or "MonitorStop" => CstaKind.MonitorStopped,
        "DoNotDisturbEvent" or "GetDoNotDisturbResponse" => CstaKind.DoNotDisturb,
        CstaSnapshot.Name when CstaSnapshot.IsWhole(root) => CstaKind.Snapshot,
        "CSTAErrorCode" => CstaKind.Error,
        _ => CstaEvents.IsKnown(root.Name) ? CstaKind.CallEvent : CstaKind.Other,
    };

    /// <summary>The call, which each event names by another connection, and those that it took the place of.</summary>
    static (string? Call, IReadOnlyList<string> Formers) CallsOf(Markup root)
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

    /// <summary>The kind of the error, and the error: "operation invalidDeviceID".</summary>
    static string ErrorOf(Markup root)
    {
        var said = root.Descendants().Skip(1).FirstOrDefault(one => one.Text.Length > 0);
        var text = said is null ? "unspecific" : $"{said.Name} {said.Text}";
        return text.Length <= MaxIdLength ? text : text[..MaxIdLength];
    }

    /// <summary>The name of a call or a monitor; null where there is none that is taken.</summary>
    public static string? Id(Markup? element) => element?.Text is { Length: > 0 and <= MaxIdLength } id ? id : null;
}

using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>What one reason becomes: on the SIP wire, in the API, and in the log.</summary>
public sealed record RefusalRow
{
    /// <summary>The reason.</summary>
    public required RefusalReason Reason { get; init; }

    /// <summary>SIP status; nought: nothing over UDP, and TCP and TLS connections are closed.</summary>
    public required int SipStatus { get; init; }

    /// <summary>Reason phrase, which says no more than the sender should know.</summary>
    public required string SipPhrase { get; init; }

    /// <summary>Cause of a Reason header with protocol Q.850 (RFC 3326); nought without.</summary>
    public int Q850Cause { get; init; }

    /// <summary>True when the answer carries a Retry-After header.</summary>
    public bool RetryAfter { get; init; }

    /// <summary>True when the answer carries the incident id, since it says nothing else.</summary>
    public bool ShowsIncident { get; init; }

    /// <summary>HTTP status of the problem; nought where the API cannot meet it.</summary>
    public required int ApiStatus { get; init; }

    /// <summary>Title of the problem (RFC 9457).</summary>
    public required string ApiTitle { get; init; }

    /// <summary>Level of the one log line.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>Stable number of the log line.</summary>
    public required int EventId { get; init; }

    /// <summary>Stable name of the log line and of the event, as "refused.over-limit".</summary>
    public string EventCode { get; init; } = "";

    /// <summary>True when only a sample is logged, since anyone could fill the log with them.</summary>
    public bool Sampled { get; init; }

    /// <summary>Type of the problem (RFC 9457): stable, relative to the server's documentation.</summary>
    public string ApiType { get; init; } = "";
}

/// <summary>The one table from the reason of a refusal to each protocol's own answer. No engine has another.</summary>
public static class RefusalTable
{
    /// <summary>Header of SIP answers and API problems that carries the incident.</summary>
    public const string IncidentHeader = "X-Meetpoint-Incident";

    const int Congestion = 42; // Q.850: switching equipment congestion

    static readonly RefusalRow[] _rows =
    [
        Make(RefusalReason.None, 200, "OK", 200, "Not refused", LogLevel.None),
        Make(RefusalReason.UnknownSender, 0, "", 401, "Not known here", LogLevel.Warning) with { Sampled = true },
        Forbidden(RefusalReason.OriginNotAllowed, "Origin not allowed"),
        Forbidden(RefusalReason.NoAgreement, "No agreement"),
        Forbidden(RefusalReason.AgreementDraft, "Agreement is a draft"),
        Forbidden(RefusalReason.AgreementNotInForce, "Agreement is not in force"),
        Forbidden(RefusalReason.NotATestAccount, "Trial admits test accounts only"),
        Forbidden(RefusalReason.ServiceNotCovered, "Service not covered by the agreement"),
        Forbidden(RefusalReason.ProfileNotAdmitted, "Equipment not admitted by the agreement"),
        Forbidden(RefusalReason.NotOnWhiteList, "Not on the endpoint's white list"),
        Limited(RefusalReason.OverLimit, "Limit of the agreement reached"),
        Limited(RefusalReason.OverRate, "Rate of the agreement exceeded"),
        Limited(RefusalReason.LimitUnknown, "Limit of the agreement cannot be checked"),
        Make(RefusalReason.NoRoute, 404, "Not Found", 404, "No route to the target", LogLevel.Information),
        Make(RefusalReason.Loop, 482, "Loop Detected", 0, "Loop", LogLevel.Warning),
        Make(RefusalReason.TooManyHops, 483, "Too Many Hops", 0, "Too many hops", LogLevel.Warning),
        Make(RefusalReason.EndpointNotFree, 486, "Busy Here", 409, "Endpoint is not free", LogLevel.Information),
        Forbidden(RefusalReason.WrongPin, "Wrong PIN"),
        Forbidden(RefusalReason.MeetingLocked, "Meeting is locked"),
        Forbidden(RefusalReason.NotAdmittedFromLobby, "Not admitted from the lobby"),
        Unavailable(RefusalReason.Overload, "Overloaded"),
        Unavailable(RefusalReason.Maintenance, "Under maintenance"),
        Make(RefusalReason.MeetingNotOpen, 480, "Meeting is not open yet", 0, "Meeting is not open yet", LogLevel.Information) with { RetryAfter = true },
        Make(RefusalReason.WrongCredentials, 401, "Unauthorized", 0, "Wrong credentials", LogLevel.Warning) with { Sampled = true },
        Forbidden(RefusalReason.DiscoveryNotAgreed, "Discovery of home servers is not agreed"),
        Limited(RefusalReason.AllowanceUsedUp, "Allowance of the agreement used up"),
        Forbidden(RefusalReason.RecordingNotAgreed, "Recording is not agreed"),
    ];

    /// <summary>Every row but the first, which refuses nothing.</summary>
    public static ReadOnlySpan<RefusalRow> Rows => _rows.AsSpan(1);

    /// <summary>The row of a reason.</summary>
    public static RefusalRow Row(RefusalReason reason) => _rows[(int)reason];

    /// <summary>Header lines of the SIP answer, in the order in which they are sent: Reason, Retry-After, incident.</summary>
    public static IEnumerable<(string Name, string Value)> SipHeaders(in Refusal refusal)
    {
        var row = refusal.Row;
        var headers = new List<(string, string)>(3);
        if (row.Q850Cause > 0)
            headers.Add(("Reason", string.Create(CultureInfo.InvariantCulture, $"Q.850;cause={row.Q850Cause};text=\"{row.ApiTitle}\"")));
        if (row.RetryAfter)
            headers.Add(("Retry-After", RetryAfterSeconds(in refusal).ToString(CultureInfo.InvariantCulture)));
        if (row.ShowsIncident)
            headers.Add((IncidentHeader, refusal.Incident.ToString()));
        return headers;
    }

    /// <summary>Seconds that Retry-After says: those of the refusal, or what an overload usually takes where nobody knows.</summary>
    public static int RetryAfterSeconds(in Refusal refusal) =>
        refusal.RetryAfterSeconds > 0 ? refusal.RetryAfterSeconds : Admission.OverloadRetrySeconds;

    static RefusalRow Forbidden(RefusalReason reason, string title) =>
        Make(reason, 403, "Forbidden", 403, title, LogLevel.Warning) with { ShowsIncident = true };

    static RefusalRow Limited(RefusalReason reason, string title) =>
        Make(reason, 480, "Temporarily Unavailable", 429, title, LogLevel.Warning) with { Q850Cause = Congestion };

    static RefusalRow Unavailable(RefusalReason reason, string title) =>
        Make(reason, 503, "Service Unavailable", 503, title, LogLevel.Error) with { RetryAfter = true };

    static RefusalRow Make(RefusalReason reason, int sipStatus, string sipPhrase, int apiStatus, string apiTitle, LogLevel level)
    {
        var word = KebabEnum<RefusalReason>.Word(reason);
        return new RefusalRow
        {
            Reason = reason,
            SipStatus = sipStatus,
            SipPhrase = sipPhrase,
            ApiStatus = apiStatus,
            ApiTitle = apiTitle,
            ApiType = "/problems/" + word,
            LogLevel = level,
            EventId = 1000 + (int)reason,
            EventCode = "refused." + word,
        };
    }
}

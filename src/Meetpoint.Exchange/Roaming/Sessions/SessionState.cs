using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Roaming.Sessions;

/// <summary>How far a roaming session has come.</summary>
[JsonConverter(typeof(KebabEnumConverter<SessionState>))]
public enum SessionState
{
    /// <summary>Reported, and going on as far as is known.</summary>
    Open,

    /// <summary>Let in by the home server, and nothing reported of it yet.</summary>
    Accepted,

    /// <summary>Over. Its usage waits for what may come late.</summary>
    Closed,

    /// <summary>Over, and its usage recorded: nothing changes it any more.</summary>
    Settled,
}

/// <summary>How a session ended.</summary>
[JsonConverter(typeof(KebabEnumConverter<SessionEnd>))]
public enum SessionEnd
{
    /// <summary>By the Stop of the NAS.</summary>
    Stop,

    /// <summary>Nothing was heard of it any more.</summary>
    Silent,

    /// <summary>The NAS said that it starts, or stops.</summary>
    NasRebooted,

    /// <summary>By a Disconnect that the NAS acknowledged.</summary>
    Disconnected,

    /// <summary>The NAS began another under the same id.</summary>
    Superseded,

    /// <summary>Let in, and nothing was ever reported of it.</summary>
    NeverReported,
}

/// <summary>What a report did to a session.</summary>
enum SessionStep
{
    /// <summary>It was the first of its session.</summary>
    Opened,

    /// <summary>It was counted.</summary>
    Counted,

    /// <summary>It ended the session.</summary>
    Closed,

    /// <summary>It showed that a session goes on that was thought to be silent.</summary>
    Reopened,

    /// <summary>It was known already: nothing changed but a count.</summary>
    Duplicate,

    /// <summary>It came after the usage was recorded: kept as evidence, and charged to nobody.</summary>
    TooLate,

    /// <summary>It is of another session under the same id.</summary>
    Another,
}

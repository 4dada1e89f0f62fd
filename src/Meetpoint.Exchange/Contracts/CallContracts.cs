using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>A call that is on.</summary>
/// <param name="Id">Its id; the usage record of the call has the same.</param>
/// <param name="Correlation">The session's id, on every leg and exchange.</param>
/// <param name="Mode">How it is carried.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Caller">Who called: user@domain or a number.</param>
/// <param name="Called">Who was asked for, as it came.</param>
/// <param name="From">Neighbour or endpoint that it came from.</param>
/// <param name="To">Neighbour or endpoint that it goes to; null before one is tried.</param>
/// <param name="Began">When it came.</param>
/// <param name="Ringing">When the other side first rang; null before.</param>
/// <param name="Answered">When it was answered; null before.</param>
/// <param name="Media">Its lines of media; none in transparent mode.</param>
public sealed record CallView(
    string Id, string? Correlation, CallMode Mode, CallStanding State, string Caller, string Called, string From, string? To,
    Instant Began, Instant? Ringing, Instant? Answered, IReadOnlyList<CallMediaView> Media)
{
    /// <summary>How well each side is heard, and hears, as this exchange measures it; null in transparent mode, and while nothing is known.</summary>
    public IReadOnlyList<LegQuality>? Quality { get; init; }
}

/// <summary>Where a call stands.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(KebabEnumConverter<CallStanding>))]
public enum CallStanding
{
    /// <summary>Someone is being looked for.</summary>
    Trying,

    /// <summary>It rings.</summary>
    Ringing,

    /// <summary>It was answered.</summary>
    Up,
}

/// <summary>One direction of one line of media, as this exchange measures it.</summary>
/// <param name="From">Whose packets they are: caller or called.</param>
/// <param name="Kind">audio or video.</param>
/// <param name="Packets">Received.</param>
/// <param name="Bytes">Received.</param>
/// <param name="Lost">Missing of them, by their sequence numbers.</param>
/// <param name="JitterMs">Interarrival jitter (RFC 3550 section 6.4.1), in milliseconds.</param>
/// <param name="RoundTripMs">By its RTCP reports, in milliseconds; 0 without.</param>
public sealed record CallMediaView(string From, string Kind, long Packets, long Bytes, long Lost, double JitterMs, double RoundTripMs);

/// <summary>What figures of calls are added up by, besides partner and direction.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(KebabEnumConverter<CallGrouping>))]
public enum CallGrouping
{
    /// <summary>By destination too.</summary>
    Destination,

    /// <summary>By nothing else.</summary>
    Partner,
}

/// <summary>How calls with a partner went (ITU-T E.425). Ratios and averages of nothing are left out.</summary>
public sealed record CallFiguresView
{
    /// <summary>Id of the neighbour.</summary>
    public required string Partner { get; init; }

    /// <summary>Whether calls came from it or went to it.</summary>
    public required CallDirection Direction { get; init; }

    /// <summary>E.164 prefix or domain; * for those beyond what is kept apart; null where destinations are added up.</summary>
    public string? Destination { get; init; }

    /// <summary>Call attempts that are over.</summary>
    public required long Attempts { get; init; }

    /// <summary>Those that were answered.</summary>
    public required long Answered { get; init; }

    /// <summary>Those in which the network did its part.</summary>
    public required long Effective { get; init; }

    /// <summary>Answer seizure ratio, 0 to 1.</summary>
    public double? Asr { get; init; }

    /// <summary>Network effectiveness ratio, 0 to 1.</summary>
    public double? Ner { get; init; }

    /// <summary>Average call duration from answer to end, in seconds.</summary>
    public double? AcdSeconds { get; init; }

    /// <summary>Post-dial delay that half of the attempts stay within, in milliseconds, to seven percent.</summary>
    public long? PddMedianMs { get; init; }

    /// <summary>Post-dial delay that 95 of 100 stay within, likewise.</summary>
    public long? Pdd95Ms { get; init; }

    /// <summary>Their average, in milliseconds.</summary>
    public double? PddAverageMs { get; init; }

    /// <summary>The longest, in milliseconds.</summary>
    public long? PddLongestMs { get; init; }

    /// <summary>How they ended, by cause.</summary>
    public required IReadOnlyList<CallCauseView> Causes { get; init; }
}

/// <summary>Attempts that ended for one cause.</summary>
/// <param name="Cause">Cause of ITU-T Q.850: the one that was told, else that of the SIP status (RFC 3398).</param>
/// <param name="Meaning">What it means; null for causes that are rarely met.</param>
/// <param name="Attempts">How many.</param>
public sealed record CallCauseView(int Cause, string? Meaning, long Attempts);

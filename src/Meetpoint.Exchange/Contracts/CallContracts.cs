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
    Instant Began, Instant? Ringing, Instant? Answered, IReadOnlyList<CallMediaView> Media);

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

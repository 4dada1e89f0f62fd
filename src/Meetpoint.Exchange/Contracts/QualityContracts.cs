using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>What a leg joins to the exchange that measured it.</summary>
[JsonConverter(typeof(KebabEnumConverter<QualityLeg>))]
public enum QualityLeg
{
    /// <summary>A participant of a meeting.</summary>
    Participant,

    /// <summary>The other half of a meeting.</summary>
    Link,

    /// <summary>Who called.</summary>
    Caller,

    /// <summary>Who was called.</summary>
    Called,
}

/// <summary>
/// The quality of one leg as the exchange at it measured it: of the last ten seconds, and over the leg's time. Scores are estimates by ITU-T G.107, from 1 to 4.5. Evidence only: nothing is
/// charged by it, and two sides need not agree on it.
/// </summary>
public sealed record LegQuality
{
    /// <summary>Which.</summary>
    public required QualityLeg Leg { get; init; }

    /// <summary>The worse of both directions in the last window; null when neither has a score.</summary>
    public double? Score { get; init; }

    /// <summary>Its alarm stands: it was poor for several windows running.</summary>
    public bool IsPoor { get; init; }

    /// <summary>Round trip by RTCP, in milliseconds; null while not known.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>For how long it had a score, in seconds.</summary>
    public long MeasuredSeconds { get; init; }

    /// <summary>For how long of that either direction was poor.</summary>
    public long PoorSeconds { get; init; }

    /// <summary>What was heard of the peer; null while nothing was.</summary>
    public DirectionFigures? Up { get; init; }

    /// <summary>What the peer heard, by its RTCP reports; null when it sends none.</summary>
    public DirectionFigures? Down { get; init; }

    /// <summary>Its pictures; null without.</summary>
    public PictureFigures? Video { get; init; }
}

/// <summary>One direction of a leg's audio.</summary>
public sealed record DirectionFigures
{
    /// <summary>Estimated score of the last window, 1 to 4.5; null when nothing was to be heard, or nothing is known of the codec.</summary>
    public double? Score { get; init; }

    /// <summary>Average over the leg's time.</summary>
    public double? Average { get; init; }

    /// <summary>The worst window.</summary>
    public double? Worst { get; init; }

    /// <summary>Share of packets that were not there to be played, in the last window, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The same over the leg's time.</summary>
    public double AverageLoss { get; init; }

    /// <summary>Interarrival jitter (RFC 3550 section 6.4.1), in milliseconds.</summary>
    public double JitterMs { get; init; }

    /// <summary>One-way delay of this leg, buffers included, in milliseconds.</summary>
    public double DelayMs { get; init; }

    /// <summary>Audio made up in place of what was lost, over the leg's time, in milliseconds; null where it is not ours to know.</summary>
    public long? ConcealedMs { get; init; }
}

/// <summary>A leg's pictures in the last window. They have no score.</summary>
/// <param name="LossUp">Share of the peer's packets that never came, not even again, 0 to 1.</param>
/// <param name="LossDown">Share of what it was sent that the peer lost before any of it was sent again, 0 to 1.</param>
/// <param name="BitRateUp">Bits a second from the peer.</param>
/// <param name="BitRateDown">Bits a second to the peer.</param>
/// <param name="RoundTripMs">Round trip in milliseconds; 0 while not known.</param>
/// <param name="KeyframesAsked">Keyframes asked of the peer.</param>
/// <param name="KeyframesWanted">Keyframes that the peer asked for: as often a picture of it stood still.</param>
public sealed record PictureFigures(
    double LossUp, double LossDown, long BitRateUp, long BitRateDown, double RoundTripMs, long KeyframesAsked, long KeyframesWanted);

/// <summary>Where a poor leg is, seen from this exchange.</summary>
[JsonConverter(typeof(KebabEnumConverter<QualityHalf>))]
public enum QualityHalf
{
    /// <summary>Between this exchange and a customer of its own.</summary>
    Ours,

    /// <summary>On the other exchange, as that told us.</summary>
    Theirs,

    /// <summary>Between the two.</summary>
    Link,
}

/// <summary>A leg that is poor now.</summary>
/// <param name="Session">Correlation id, for its events.</param>
/// <param name="Within">The meeting, or the call.</param>
/// <param name="Leg">Which leg of it.</param>
/// <param name="Party">Whose: an address, or the exchange at the other end of a link.</param>
/// <param name="Half">Where it is.</param>
/// <param name="Score">The score that raised it.</param>
/// <param name="Since">When it was raised.</param>
public sealed record QualityAlarmView(string Session, string Within, QualityLeg Leg, string Party, QualityHalf Half, double Score, Instant Since);

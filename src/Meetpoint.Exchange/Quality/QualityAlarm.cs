using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Quality;

/// <summary>A leg of which an alarm may be raised.</summary>
/// <param name="Correlation">The session that its events belong to.</param>
/// <param name="Within">The meeting, or the call.</param>
/// <param name="Leg">Which leg of it.</param>
/// <param name="Party">Whose: an address, or an exchange.</param>
/// <param name="Half">Where it is.</param>
/// <param name="Id">Tells it from the other legs of the same meeting or call.</param>
readonly record struct QualityAlarm(CorrelationId Correlation, string Within, QualityLeg Leg, string Party, QualityHalf Half, string Id);

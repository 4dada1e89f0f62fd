using System.Collections.Immutable;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Something that happened in a session.</summary>
/// <param name="Correlation">The session; null id: the exchange itself.</param>
/// <param name="Code">Stable, as "call.answered" or "refused.over-limit".</param>
/// <param name="At">When, by this exchange's clock.</param>
/// <param name="Attributes">What belongs to it, in the order given.</param>
public sealed record ExchangeEvent(CorrelationId Correlation, string Code, Instant At, ImmutableArray<EventAttribute> Attributes);

/// <summary>A name and its value.</summary>
public readonly record struct EventAttribute(string Name, string Value);

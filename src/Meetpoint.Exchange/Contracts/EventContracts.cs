using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>Something that happened in a session.</summary>
/// <param name="At">When, by this exchange's clock.</param>
/// <param name="Code">Stable, such as refused.over-limit.</param>
/// <param name="Correlation">The session.</param>
/// <param name="Attributes">What belongs to it.</param>
public sealed record EventView(Instant At, string Code, string Correlation, IReadOnlyDictionary<string, string> Attributes);

using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>Refuses everything of a neighbour for a while.</summary>
public sealed record CloseNeighbourRequest
{
    /// <summary>How long, up to a day; ten minutes when left out.</summary>
    public Duration? For { get; init; }
}

/// <summary>Whether a neighbour's traffic is taken.</summary>
/// <param name="Id">Of the neighbour.</param>
/// <param name="IsClosed">True while everything that it sends is refused.</param>
/// <param name="OpensAt">When it is taken again by itself; null while open.</param>
public sealed record NeighbourGateView(string Id, bool IsClosed, Instant? OpensAt);

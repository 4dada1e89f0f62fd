using Meetpoint.Exchange.Contracts;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What a half tells another of the quality of its legs, inside the cascade's dialog: those that have new figures since it last did.</summary>
/// <remarks>Soft state, as the roster is: while the cascade is down nobody is told. What a leg was in all goes with its usage record, signed.</remarks>
sealed record QualityWord
{
    /// <summary>Legs of one message; what is more goes with the next.</summary>
    public const int MaxLegs = 100;

    /// <summary>Participants behind the sender.</summary>
    public IReadOnlyList<ToldQuality> Legs { get; init; } = [];

    /// <summary>The link itself, as the sender measures it; null when there is nothing new.</summary>
    public LegQuality? Link { get; init; }
}

/// <summary>The quality of one participant's leg.</summary>
/// <param name="Id">The participant's id.</param>
/// <param name="Quality">As measured by the exchange that hosts it.</param>
sealed record ToldQuality(uint Id, LegQuality Quality);

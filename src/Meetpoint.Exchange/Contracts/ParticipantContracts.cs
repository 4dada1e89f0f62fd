using Meetpoint.Exchange.Meetings.Live;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>What somebody in a meeting has said, in writing.</summary>
/// <param name="Participant">Id of who said it.</param>
/// <param name="Text">1 to 500 characters.</param>
/// <param name="IsFinal">False: more of the same sentence follows, and takes its place.</param>
public sealed record CaptionRequest(uint Participant, string Text, bool IsFinal = true);

/// <summary>Someone in a meeting that is on.</summary>
/// <param name="Id">Global to the meeting.</param>
/// <param name="Name">For people.</param>
/// <param name="Address">user@domain.</param>
/// <param name="Provider">Whose customer it is.</param>
/// <param name="Exchange">The exchange that hosts it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="IsMuted">Nobody hears it.</param>
/// <param name="IsSpeaking">It has the floor.</param>
/// <param name="Joined">When it came in.</param>
public sealed record ParticipantView(
    uint Id, string? Name, string Address, string Provider, string Exchange, ParticipantState State, bool IsMuted, bool IsSpeaking, Instant Joined)
{
    /// <summary>How well it is heard, and hears, as the exchange that hosts it measured; null while nothing is known.</summary>
    public LegQuality? Quality { get; init; }
}

/// <summary>A meeting that is on, as this exchange sees it.</summary>
/// <param name="Meeting">Its id.</param>
/// <param name="IsLocked">Nobody comes in any more.</param>
/// <param name="Participants">Everyone, on every exchange.</param>
/// <param name="Links">The links to the other halves.</param>
public sealed record LiveView(string Meeting, bool IsLocked, IReadOnlyList<ParticipantView> Participants, IReadOnlyList<LinkView> Links);

/// <summary>A link to another half.</summary>
/// <param name="Exchange">The other exchange.</param>
/// <param name="IsUp">Media flows both ways under keys.</param>
/// <param name="Openings">How often it was opened.</param>
public sealed record LinkView(string Exchange, bool IsUp, int Openings)
{
    /// <summary>How well the two halves hear each other, as this exchange measured; null while nothing is known.</summary>
    public LegQuality? Quality { get; init; }

    /// <summary>The same as the other exchange measured.</summary>
    public LegQuality? Theirs { get; init; }
}

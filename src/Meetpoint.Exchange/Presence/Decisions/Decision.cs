using System.Text.Json.Serialization;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Presence;

/// <summary>What was decided about telling, or not telling, somebody of a person's presence.</summary>
[JsonConverter(typeof(KebabEnumConverter<DecisionKind>))]
public enum DecisionKind
{
    /// <summary>An audience is shown something else: all of its watchers are told.</summary>
    Told,

    /// <summary>A report changed nothing that anybody is shown: nobody was told.</summary>
    NothingNew,

    /// <summary>A phone was put down: it is shown lifted for a moment still, since most are lifted again or ring at once.</summary>
    Held,

    /// <summary>A source fell silent: what it said is the last that is known.</summary>
    Lost,

    /// <summary>What is to be told waits for the messages a second that a neighbour takes.</summary>
    Waits,

    /// <summary>A watcher was let in.</summary>
    Watched,

    /// <summary>A watcher was refused, or may no longer watch.</summary>
    Refused,

    /// <summary>A watcher's subscription ended.</summary>
    Ended,

    /// <summary>A system that is asked answered differently than before.</summary>
    Upstream,
}

/// <summary>One decision as it is kept: a value, so that keeping one allocates nothing.</summary>
/// <param name="At">When; of several alike, the last.</param>
/// <param name="Kind">What.</param>
/// <param name="Who">The watcher, or the neighbour; null for this exchange's own audience.</param>
/// <param name="Detail">The rest, for people: a word of ours, or a status.</param>
/// <param name="Before">The activity that was shown before, where that matters.</param>
/// <param name="After">The activity that is shown now.</param>
/// <param name="Count">How many it concerned, or how often it was decided alike in a row.</param>
readonly record struct Decision(Instant At, DecisionKind Kind, string? Who, string? Detail, Activity Before, Activity After, int Count);

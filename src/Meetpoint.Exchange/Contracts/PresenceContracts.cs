using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence;
using Meetpoint.Exchange.Presence.Dialects;
using NodaTime;

namespace Meetpoint.Exchange.Contracts;

/// <summary>Somebody in the list of those whose presence is had or wanted.</summary>
/// <param name="Address">The one address that all of hers lead to.</param>
/// <param name="State">What the exchange believes of her.</param>
/// <param name="Sources">How many report of her.</param>
/// <param name="Watchers">How many are told.</param>
public sealed record PresenceSummaryView(string Address, PresenceStateView State, int Sources, int Watchers);

/// <summary>What the exchange believes of somebody, from whom it has it, and who is told.</summary>
public sealed record PresencePictureView
{
    /// <summary>The one address that all of hers lead to.</summary>
    public required string Address { get; init; }

    /// <summary>Whose customer she is.</summary>
    public required string Provider { get; init; }

    /// <summary>What people call her; null for customers of others.</summary>
    public string? Name { get; init; }

    /// <summary>The user state, composed of every device: what is shown to whom everything is shown.</summary>
    public required PresenceStateView State { get; init; }

    /// <summary>Every device that was heard of.</summary>
    public required IReadOnlyList<PresenceBeliefView> Devices { get; init; }

    /// <summary>Who reports, and who could be asked.</summary>
    public required IReadOnlyList<PresenceSourceView> Sources { get; init; }

    /// <summary>Who is told.</summary>
    public required IReadOnlyList<PresenceWatcherView> Watchers { get; init; }

    /// <summary>Systems of hers that her states of elsewhere are put into.</summary>
    public required IReadOnlyList<PresencePublishedView> Published { get; init; }
}

/// <summary>A device as it is believed.</summary>
/// <param name="Origin">The system that it was first heard of, as "exchange/neighbour".</param>
/// <param name="Device">Its name within its origin.</param>
/// <param name="Kind">What it is.</param>
/// <param name="State">What it says; once it is lost, what it said last.</param>
/// <param name="Capabilities">What it can do: audio, video, message, sharing.</param>
/// <param name="Version">Its version at its origin.</param>
/// <param name="Lost">True when its source fell silent or its time ran out.</param>
/// <param name="Unheard">True when it was heard before a restart and not since: it may have said anything.</param>
/// <param name="Path">Exchanges that it came through, the first to hear of it first.</param>
public sealed record PresenceBeliefView(
    string Origin, string Device, SourceKind Kind, PresenceStateView State, IReadOnlyList<string> Capabilities, ulong Version, bool Lost, bool Unheard, IReadOnlyList<string> Path);

/// <summary>What a source is.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(KebabEnumConverter<PresenceSourceKind>))]
public enum PresenceSourceKind
{
    /// <summary>A system that this exchange asks.</summary>
    Subscription,

    /// <summary>A line that a call control is asked to monitor, by uaCSTA (ECMA TR/87).</summary>
    Csta,

    /// <summary>Somebody told us by SIP PUBLISH, or otherwise of himself.</summary>
    Publication,

    /// <summary>A client told us over this API.</summary>
    Api,

    /// <summary>Calls that cross this exchange.</summary>
    Calls,

    /// <summary>Heard of before a restart, and not since.</summary>
    Remembered,

    /// <summary>A system that could be asked, and is not.</summary>
    NotAsked,
}

/// <summary>Who reports of somebody.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Neighbour">Id of the neighbour; null for endpoints and clients of this exchange.</param>
/// <param name="Address">Her address there, where it is asked; null otherwise.</param>
/// <param name="Standing">How it stands, for people.</param>
/// <param name="Devices">Names of the devices that it reports.</param>
/// <param name="InNameOf">The one watcher in whose name it is asked; null where it holds for everyone.</param>
/// <param name="LostSince">Since when it is silent; null while it speaks.</param>
/// <param name="HeldMs">Milliseconds that a report of it is held back still, since a phone was put down; null without.</param>
public sealed record PresenceSourceView(
    PresenceSourceKind Kind, string? Neighbour, string? Address, string Standing, IReadOnlyList<string> Devices, string? InNameOf, Instant? LostSince, long? HeldMs);

/// <summary>Who is told of somebody.</summary>
public sealed record PresenceWatcherView
{
    /// <summary>Who watches where the operator does, over the API and in nobody's name.</summary>
    public const string Operator = "operator";

    /// <summary>Who watches.</summary>
    public required string Watcher { get; init; }

    /// <summary>How: sip, stream, page, or the protocol of a gateway.</summary>
    public required string Via { get; init; }

    /// <summary>Id of the neighbour that the watcher is behind; null for endpoints and clients of this exchange.</summary>
    public string? Neighbour { get; init; }

    /// <summary>How much is shown.</summary>
    public required PresenceLevel Level { get; init; }

    /// <summary>What is shown now.</summary>
    public required PresenceStateView Shown { get; init; }

    /// <summary>Call-ID of the subscription; null without.</summary>
    public string? CallId { get; init; }

    /// <summary>The document that is sent: its media type.</summary>
    public string? Dialect { get; init; }

    /// <summary>Seconds that the subscription still runs; null for one without an end.</summary>
    public long? RemainingSeconds { get; init; }

    /// <summary>Since when it watches, or since the restart; null where that is not known.</summary>
    public Instant? Since { get; init; }

    /// <summary>When it was last told; null before.</summary>
    public Instant? Notified { get; init; }

    /// <summary>The last answer to that: a SIP status, 408 where none came; null before there was one.</summary>
    public int? Status { get; init; }

    /// <summary>NOTIFYs in a row that nobody answered.</summary>
    public int Unanswered { get; init; }

    /// <summary>True while what is new waits for the messages a second that the neighbour takes.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>Devices that are known and not told to this watcher, with why not; those that stand for it are shown in its own system.</summary>
    public IReadOnlyList<PresenceLeftOutView> LeftOut { get; init; } = [];
}

/// <summary>Asks for a page on presence that a phone may fetch.</summary>
public sealed record PhonePageRequest
{
    /// <summary>Whose phone: a customer of this exchange. The page shows what he may see.</summary>
    public required string Watcher { get; init; }

    /// <summary>Id of the presence list that it shows.</summary>
    public required string List { get; init; }
}

/// <summary>A page on presence that a phone may fetch; its address is shown once, when it is made.</summary>
public sealed record PhonePageView
{
    /// <summary>ppg_..., by which it is revoked.</summary>
    public required string Id { get; init; }

    /// <summary>Whose customer it was made for.</summary>
    public required string Provider { get; init; }

    /// <summary>Whose phone.</summary>
    public required string Watcher { get; init; }

    /// <summary>Id of the presence list.</summary>
    public required string List { get; init; }

    /// <summary>When it was made.</summary>
    public required Instant Created { get; init; }

    /// <summary>When it was revoked; null while it holds.</summary>
    public Instant? Revoked { get; init; }

    /// <summary>Where it is fetched, under the address of the API; only in the answer that makes it. Whoever has it sees the page.</summary>
    public string? Path { get; init; }
}

/// <summary>A device that a watcher is not told of.</summary>
/// <param name="Origin">The system that it was first heard of.</param>
/// <param name="Device">Its name there.</param>
/// <param name="Why">For people.</param>
public sealed record PresenceLeftOutView(string Origin, string Device, string Why);

/// <summary>A system that a person's states of elsewhere are put into.</summary>
/// <param name="Neighbour">Id of the system.</param>
/// <param name="Address">Her address there.</param>
/// <param name="Standing">The last answer, or what there is to say.</param>
public sealed record PresencePublishedView(string Neighbour, string Address, string Standing);

/// <summary>Why who was told what, and who was not.</summary>
public sealed record PresenceExplanationView
{
    /// <summary>The picture as it is now.</summary>
    public required PresencePictureView Picture { get; init; }

    /// <summary>What was decided lately, the oldest first; of this process only.</summary>
    public required IReadOnlyList<PresenceDecisionView> Decisions { get; init; }

    /// <summary>Whether the watcher who was asked for may watch; null where none was.</summary>
    public PresenceVerdictView? Verdict { get; init; }
}

/// <summary>Whether somebody may watch somebody, as the rules are now.</summary>
/// <param name="Watcher">Who.</param>
/// <param name="IsWatching">True where there is a subscription.</param>
/// <param name="Level">How much would be shown; null where nothing is.</param>
/// <param name="Reason">Why nothing is: a code of docs/reference/refusals.md; null where something is.</param>
/// <param name="Detail">The same, for people.</param>
public sealed record PresenceVerdictView(string Watcher, bool IsWatching, PresenceLevel? Level, string? Reason, string Detail);

/// <summary>Something that was decided.</summary>
/// <param name="At">When; of several alike in a row, the last.</param>
/// <param name="Kind">What.</param>
/// <param name="Who">The watcher, or the neighbour; null for this exchange's own.</param>
/// <param name="Before">What was shown before; null where that does not matter.</param>
/// <param name="After">What is shown since.</param>
/// <param name="Count">How many it concerned, or how often it was decided.</param>
/// <param name="Text">The same in a sentence.</param>
public sealed record PresenceDecisionView(Instant At, DecisionKind Kind, string? Who, Activity? Before, Activity? After, int Count, string Text);

/// <summary>A state that a client says of a person, as one of her devices.</summary>
public sealed record PresencePublication
{
    /// <summary>What is done.</summary>
    public required Activity Activity { get; init; }

    /// <summary>How well she can be reached; null: what goes with the activity.</summary>
    public Availability? Availability { get; init; }

    /// <summary>In her own words, 512 characters at most; null without.</summary>
    public string? Note { get; init; }

    /// <summary>What the device is: client unless said; manual where she chose the state herself.</summary>
    public SourceKind Kind { get; init; } = SourceKind.Client;

    /// <summary>Seconds after which the state counts as lost unless it is said again, 5 to 3,600; 300 unless said.</summary>
    public int ExpiresSeconds { get; init; } = 300;
}

/// <summary>A state as it stands.</summary>
/// <param name="Address">Of whom.</param>
/// <param name="Device">The device.</param>
/// <param name="State">What it says.</param>
/// <param name="Version">Its version.</param>
/// <param name="Expires">Until when it holds unless it is said again.</param>
public sealed record PresencePublishedStateView(string Address, string Device, PresenceStateView State, ulong Version, Instant Expires);

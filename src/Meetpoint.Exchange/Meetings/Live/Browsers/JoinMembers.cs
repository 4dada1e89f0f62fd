using System.Text.Json.Nodes;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>Members of a page's frames. What is missing, or is not of its kind, throws a <see cref="FormatException"/> with words for who writes the page.</summary>
static class JoinMembers
{
    /// <summary>A text.</summary>
    public static string Text(this JsonObject frame, string name) => frame.TextOrNull(name) ?? throw Missing(name);

    /// <summary>A text, or null where there is none.</summary>
    public static string? TextOrNull(this JsonObject frame, string name) => frame[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw new FormatException($"'{name}' is to be a text."),
    };

    /// <summary>True or false.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="name">The member.</param>
    /// <param name="otherwise">Where it is missing; null when it has to be there.</param>
    public static bool Flag(this JsonObject frame, string name, bool? otherwise = null) => frame[name] switch
    {
        null => otherwise ?? throw Missing(name),
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw new FormatException($"'{name}' is to be true or false."),
    };

    /// <summary>A whole number.</summary>
    public static int Number(this JsonObject frame, string name) => frame[name] switch
    {
        null => throw Missing(name),
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw new FormatException($"'{name}' is to be a whole number."),
    };

    /// <summary>Whom it is about, the member "participant"; 0 for nobody.</summary>
    public static uint Participant(this JsonObject frame) => frame["participant"] switch
    {
        null => 0,
        JsonValue value when value.TryGetValue<uint>(out var id) => id,
        _ => throw new FormatException("'participant' is to be the number of one, or null."),
    };

    /// <summary>A list of objects.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject frame, string name)
    {
        if ((frame[name] ?? throw Missing(name)) is not JsonArray list)
            throw new FormatException($"'{name}' is to be a list.");
        return list.Select(item => item as JsonObject ?? throw new FormatException($"'{name}' is to be a list of objects."));
    }

    static FormatException Missing(string name) => new($"'{name}' is missing.");
}

/// <summary>Why a page's frame was not taken, as the error frame says it.</summary>
/// <param name="Code">For programs: malformed, not-now or not-allowed.</param>
/// <param name="Detail">For people.</param>
sealed record JoinFault(string Code, string Detail)
{
    /// <summary>The frame is none, or a member of it.</summary>
    public const string Malformed = "malformed";

    const string NotNow = "not-now", NotAllowed = "not-allowed";

    /// <summary>Frames that a page may send.</summary>
    public static readonly IReadOnlyList<string> Types = ["enter", "pin", "view", "state", "present", "chat", "hand", "reaction", "moderate", "leave"];

    /// <summary>Something else came first.</summary>
    public static readonly JoinFault EnterFirst = new(NotNow, "The first frame is enter.");

    /// <summary>It has entered already.</summary>
    public static readonly JoinFault Entered = new(NotNow, "This page has entered already.");

    /// <summary>It waits, or has left.</summary>
    public static readonly JoinFault NotIn = new(NotNow, "That is for who is in the meeting; this page is not, or not yet.");

    /// <summary>A PIN that nobody wanted.</summary>
    public static readonly JoinFault NoPinAsked = new(NotNow, "No PIN was asked for.");

    /// <summary>A guest moderates.</summary>
    public static readonly JoinFault NotOrganiser = new(NotAllowed, "Only the organiser may do that.");

    /// <summary>No action, or nothing to act on.</summary>
    public static readonly JoinFault NoAction = new(Malformed, "There is no such action, or nothing that it could act on.");

    /// <summary>Words that cannot be told.</summary>
    public static readonly JoinFault NoChat = new(Malformed, $"What is written has 1 to {Saying.MaxText} characters, and an id of 1 to {Saying.MaxId}.");

    /// <summary>A sign that cannot be shown.</summary>
    public static readonly JoinFault NoReaction = new(Malformed, $"A reaction has 1 to {Saying.MaxSign} characters.");
}

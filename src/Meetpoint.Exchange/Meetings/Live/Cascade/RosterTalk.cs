using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Nni;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>
/// The roster of a half told to another by a signed question, while no cascade carries it. It is soft state: nothing of it is stored, a newer one
/// takes the place of an older one, and one that is not told again in time is dropped.
/// </summary>
/// <remarks>A question and not a message of the outbox: an outage must not pile up rosters that nobody needs any more.</remarks>
sealed class RosterTalk(INniOutbox outbox, IEventLoop loop)
{
    /// <summary>The type of the question.</summary>
    public const string Query = "meeting.roster";

    /// <summary>Entries of one roster: with addresses and names at their longest they fit <see cref="NniLimits.BodyBytes"/>.</summary>
    public const int MaxEntries = 500;

    /// <summary>Characters of a name that are told.</summary>
    public const int MaxName = 100;

    /// <summary>Takes a roster that another exchange told; on the loop. False: not now, ask again.</summary>
    public Func<string, RosterBody, bool> Told { get; set; } = static (_, _) => false;

    /// <summary>Tells a roster; true when the other exchange took it.</summary>
    /// <exception cref="NniUnreachableException">It gave no answer.</exception>
    public async Task<bool> TellAsync(string exchange, RosterBody roster)
    {
        var body = JsonSerializer.SerializeToNode(roster, RosterJson.Default.RosterBody)!.AsObject();
        var answer = await outbox.AskAsync(exchange, Query, body, NniLimits.RequestTimeout).ConfigureAwait(false);
        return answer.Deserialize(RosterJson.Default.RosterAnswer) is { IsTaken: true };
    }

    /// <summary>Another exchange tells who is behind it.</summary>
    public async Task<JsonObject> AnswerAsync(string origin, JsonObject question)
    {
        // What follows is short, and runs on the loop as that of its senders does.
        var isTaken = question.Deserialize(RosterJson.Default.RosterBody) is { } body && await loop.AskAsync(() => Told(origin, body), TaskCreationOptions.None).ConfigureAwait(false);
        return JsonSerializer.SerializeToNode(new RosterAnswer(isTaken), RosterJson.Default.RosterAnswer)!.AsObject();
    }
}

/// <summary>meeting.roster.</summary>
/// <param name="Meeting">Which.</param>
/// <param name="Run">Milliseconds since 1970 at which the half opened: one that opened later, after a restart, is the newer.</param>
/// <param name="Version">Grows with each change while the half is open.</param>
/// <param name="Entries">Everyone behind the teller, at most <see cref="RosterTalk.MaxEntries"/>.</param>
sealed record RosterBody(string Meeting, long Run, uint Version, IReadOnlyList<RosterEntry> Entries);

/// <summary>The answer to meeting.roster.</summary>
/// <param name="IsTaken">False: the meeting is not open there, or a cascade carries the roster still; to be told again.</param>
sealed record RosterAnswer(bool IsTaken);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(RosterBody))]
[JsonSerializable(typeof(RosterAnswer))]
sealed partial class RosterJson : JsonSerializerContext;

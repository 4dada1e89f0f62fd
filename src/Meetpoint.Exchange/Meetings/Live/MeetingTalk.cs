using System.Text.Json.Nodes;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What someone has written, or the sign that he shows.</summary>
/// <param name="Participant">Who.</param>
/// <param name="Text">The words, or the sign.</param>
/// <param name="Id">The writer's id of the words; null of a sign.</param>
/// <param name="At">When.</param>
sealed record Saying(uint Participant, string Text, string? Id, Instant At)
{
    /// <summary>Characters of what is written at once.</summary>
    public const int MaxText = 2_000;

    /// <summary>Characters of a sign.</summary>
    public const int MaxSign = 16;

    /// <summary>Characters of the writer's id.</summary>
    public const int MaxId = 64;

    /// <summary>Whether anybody may be told it.</summary>
    public bool IsSound => !string.IsNullOrWhiteSpace(Text) && Text.Length <= (Id is null ? MaxSign : MaxText) && Id is null or { Length: > 0 and <= MaxId };
}

/// <summary>What is written in a meeting, and the small signs beside it; for everyone who is in now, and kept nowhere. On the signalling loop only.</summary>
sealed class MeetingTalk(LiveMeeting meeting)
{
    /// <summary>Writes something; false when it is none.</summary>
    public bool Chat(BrowserParticipant from, string id, string text) => Say(from, text, id);

    /// <summary>Shows a sign; false when it is none.</summary>
    public bool React(BrowserParticipant from, string sign) => Say(from, sign, null);

    /// <summary>Somebody behind another exchange said it.</summary>
    /// <param name="by">Who told us.</param>
    /// <param name="saying">What; believed of those alone whom it may speak for.</param>
    public void Heard(string by, Saying saying)
    {
        if (!saying.IsSound || meeting.Roster.Remote(by).FirstOrDefault(entry => entry.Id == saying.Participant) is not { } who)
            return;
        Tell(saying, who);
        Pass(saying, by);
    }

    bool Say(BrowserParticipant from, string text, string? id)
    {
        var saying = new Saying(from.Id, text, id, meeting.Context.Clock.GetCurrentInstant());
        if (!saying.IsSound || meeting.Roster.Own.GetValueOrDefault(from.Id) is not { } who)
            return false;
        Tell(saying, who);
        Pass(saying, meeting.Context.Self);
        return true;
    }

    void Tell(Saying saying, RosterEntry who) => meeting.SayToBrowsers(Frame(saying, who));

    void Pass(Saying saying, string by)
    {
        foreach (var (exchange, link) in meeting.Links)
        {
            if (exchange != by)
                link.Words.Tell(saying);
        }
    }

    JsonObject Frame(Saying saying, RosterEntry who) => saying.Id is not { } id
        ? new() { ["type"] = "reaction", ["participant"] = saying.Participant, ["emoji"] = saying.Text }
        : new()
        {
            ["type"] = "chat",
            ["id"] = id,
            ["participant"] = saying.Participant,
            ["name"] = who.Name ?? who.Address,
            ["provider"] = meeting.Context.Admission.World.FindProvider(who.Provider)?.Name ?? who.Provider,
            ["text"] = saying.Text,
            ["at"] = InstantPattern.ExtendedIso.Format(saying.At),
        };
}

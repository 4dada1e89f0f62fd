using System.Text.Json.Nodes;
using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Video;

namespace Meetpoint.Exchange.Meetings.Live.Browsers;

/// <summary>Frames that a join page gets; docs/reference/join.md has them all.</summary>
static class JoinFrame
{
    /// <summary>What stands between it and the room.</summary>
    public static JsonObject Wait(string why, int? triesLeft = null) => new() { ["type"] = "wait", ["why"] = why, ["triesLeft"] = triesLeft };

    /// <summary>It is in: our answer, and the lines of pictures that it is sent.</summary>
    public static JsonObject Entered(BrowserParticipant participant, BrowserAgreement agreement, string session, string title, VideoCodec? codec) => new()
    {
        ["type"] = "entered",
        ["participant"] = participant.Id,
        ["session"] = session,
        ["answer"] = agreement.Answer.ToString(),
        ["lines"] = new JsonArray([.. agreement.Lines.Select(static line => new JsonObject { ["mid"] = line.Mid, ["kind"] = line.Kind == VideoKind.Content ? "content" : "camera" })]),
        ["isModerator"] = participant.IsOrganiser,
        ["codec"] = NameOf(codec),
        ["title"] = title,
    };

    /// <summary>Whom each line shows now.</summary>
    public static JsonObject Lines(IEnumerable<BrowserLine> lines, IReadOnlyDictionary<int, VideoCapture> shown) => new()
    {
        ["type"] = "lines",
        ["shown"] = new JsonArray([.. lines.Select(line => Shown(line.Mid, shown.GetValueOrDefault(line.OutputId)))]),
    };

    // The place is told of one of several cameras only.
    static JsonObject Shown(string mid, VideoCapture capture)
    {
        var shown = new JsonObject { ["mid"] = mid, ["participant"] = Known(capture.Participant) };
        if (capture.Place.IsOneOfSeveral)
            shown["place"] = new JsonObject { ["index"] = capture.Place.Index, ["count"] = capture.Place.Count };
        return shown;
    }

    /// <summary>Who speaks; 0 is nobody.</summary>
    public static JsonObject Speaker(uint participant) => new() { ["type"] = "speaker", ["participant"] = Known(participant) };

    /// <summary>Whose content is shown.</summary>
    public static JsonObject Floor(uint participant, bool isGranted) => new() { ["type"] = "floor", ["participant"] = Known(participant), ["granted"] = isGranted };

    /// <summary>What everybody can decode: what it sends is to be that.</summary>
    public static JsonObject Codec(VideoCodec? codec) => new() { ["type"] = "codec", ["name"] = NameOf(codec) };

    /// <summary>How well it is heard, and hears.</summary>
    public static JsonObject Quality(string up, string down, double? score) => new()
    {
        ["type"] = "quality", ["up"] = up, ["down"] = down, ["score"] = score is { } known ? Math.Round(known, 1) : null,
    };

    /// <summary>It is recorded, or no more; of one that was asked for and does not begin, why.</summary>
    public static JsonObject Recording(bool isOn, string by, string? why = null)
    {
        var frame = new JsonObject { ["type"] = "recording", ["on"] = isOn, ["by"] = by };
        if (why is not null)
            frame["why"] = why;
        return frame;
    }

    /// <summary>What was done to it.</summary>
    public static JsonObject Moderated(string what, string by) => new() { ["type"] = "moderated", ["what"] = what, ["by"] = by };

    /// <summary>It may not come in.</summary>
    public static JsonObject Refused(in Refusal refusal) => new()
    {
        ["type"] = "refused",
        ["why"] = KebabEnum<RefusalReason>.Word(refusal.Reason),
        ["text"] = refusal.Row.ShowsIncident ? $"{refusal.Row.SipPhrase} ({refusal.Incident})" : refusal.Row.ApiTitle,
    };

    /// <summary>It was said wrongly.</summary>
    public static JsonObject Refused(string why, string text) => new() { ["type"] = "refused", ["why"] = why, ["text"] = text };

    /// <summary>It is out.</summary>
    public static JsonObject Left(string why, string text) => new() { ["type"] = "left", ["why"] = why, ["text"] = text };

    static JsonNode? Known(uint participant) => participant == 0 ? null : JsonValue.Create(participant);

    static string NameOf(VideoCodec? codec) => codec == VideoCodec.H264 ? "H264" : "VP8";
}

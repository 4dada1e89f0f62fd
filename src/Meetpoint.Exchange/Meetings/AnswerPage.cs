using System.Globalization;
using System.Net;
using NodaTime;

namespace Meetpoint.Exchange.Meetings;

/// <summary>What an invitee has filled in, or finds filled in.</summary>
/// <param name="Choice">accept, decline or propose; null when none is chosen.</param>
/// <param name="Start">Of the proposal, as the field has it: 2026-11-23T09:30, in the invitee's zone.</param>
/// <param name="End">Of the proposal.</param>
/// <param name="Comment">For the organiser.</param>
/// <param name="Fault">What has to be mended, for people; null when nothing is.</param>
sealed record AnswerForm(string? Choice, string Start, string End, string Comment, string? Fault);

/// <summary>The page on which an invitee answers: HTML that needs no script, loads nothing, and reads well aloud and on a phone. Pure.</summary>
static class AnswerPage
{
    /// <summary>Characters of a comment.</summary>
    public const int MaxComment = 1_000;

    const string Style =
        """
        :root{color-scheme:light dark;--line:#8886;--accent:#0b57d0}
        body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:1rem}
        main{max-width:34rem;margin:2rem auto}
        h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 1rem;overflow-wrap:anywhere}
        dl{margin:0 0 1.5rem;padding:1rem;border:1px solid var(--line);border-radius:.5rem}
        dt{font-size:.875rem;opacity:.75}dd{margin:0 0 .75rem;overflow-wrap:anywhere}dd:last-child{margin-bottom:0}
        fieldset{border:0;margin:0 0 1rem;padding:0}legend{font-weight:600;padding:0;margin-bottom:.5rem}
        .choice{display:flex;gap:.75rem;align-items:center;min-height:3rem;padding:0 1rem;border:1px solid var(--line);border-radius:.5rem;margin-bottom:.5rem;cursor:pointer}
        .choice:has(:checked){border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
        .field{display:block;margin-bottom:1rem}.field span{display:block;font-weight:600;margin-bottom:.25rem}
        input[type=datetime-local],textarea{font:inherit;width:100%;box-sizing:border-box;min-height:2.75rem;padding:.5rem;border:1px solid var(--line);border-radius:.375rem}
        @supports selector(:has(*)){form:not(:has([value=propose]:checked)) .times{display:none}}
        button{font:inherit;font-weight:600;color:#fff;background:var(--accent);border:0;border-radius:.5rem;min-height:3rem;padding:0 1.5rem;cursor:pointer}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        .note{padding:.75rem 1rem;border-left:.25rem solid var(--accent);background:#0b57d018;margin:0 0 1.5rem}
        .fault{border-color:#c5221f;background:#c5221f18}
        .quiet{opacity:.75;font-size:.875rem}
        @media(max-width:30rem){main{margin:0 auto}button{width:100%}}
        """;

    /// <summary>The invitation, and what the invitee can say to it.</summary>
    /// <param name="meeting">As it stands.</param>
    /// <param name="invitee">Who is asked.</param>
    /// <param name="when">The occurrence that is on or comes next.</param>
    /// <param name="zone">The invitee's own.</param>
    /// <param name="form">What is filled in.</param>
    /// <param name="isAnswered">The answer was taken just now.</param>
    public static string Of(Meeting meeting, Invitee invitee, Interval when, DateTimeZone zone, AnswerForm form, bool isAnswered)
    {
        var organiser = meeting.OrganiserName ?? meeting.Organiser;
        var there = DateTimeZoneProviders.Tzdb[meeting.Zone];
        var elsewhere = zone.GetUtcOffset(when.Start) == there.GetUtcOffset(when.Start) ? "" : $"""<br><span class="quiet">{Encode(Span(when, there))}</span>""";
        return Document(meeting.Title, $"""
            <p class="quiet">{Encode(organiser)} invites {Encode(invitee.Name ?? invitee.Address)}</p>
            <h1>{Encode(meeting.Title)}</h1>
            {Note(invitee, organiser, zone, form, isAnswered)}<dl>
            <dt>When</dt><dd>{Encode(Span(when, zone))}{elsewhere}{(meeting.Recurrence is null ? "" : "<br>It repeats; the calendar in your mail has every date.")}</dd>
            <dt>Who invites</dt><dd>{Encode(organiser)}{(organiser == meeting.Organiser ? "" : $" ({Encode(meeting.Organiser)})")}</dd>
            </dl>
            <form method="post">
            <fieldset><legend>{(invitee.Answer == InviteeAnswer.NeedsAction ? "Your answer" : "Change your answer")}</legend>
            {Choice("accept", "Accept: I will come", form)}
            {Choice("decline", "Decline: I will not come", form)}
            {Choice("propose", "Propose another time", form)}
            </fieldset>
            <fieldset class="times"><legend>The time that you propose, in your time zone ({Encode(Place(zone))})</legend>
            <label class="field"><span>Start</span><input type="datetime-local" name="start" value="{Encode(form.Start)}"></label>
            <label class="field"><span>End</span><input type="datetime-local" name="end" value="{Encode(form.End)}"></label>
            </fieldset>
            <label class="field"><span>Comment to {Encode(organiser)} (may be left out)</span><textarea name="comment" rows="2" maxlength="{MaxComment}">{Encode(form.Comment)}</textarea></label>
            <button type="submit">Send answer</button>
            </form>
            """);
    }

    /// <summary>A page that only says something.</summary>
    public static string Plain(string heading, string sentence) => Document(heading, $"<h1>{Encode(heading)}</h1>\n<p>{Encode(sentence)}</p>");

    static string Note(Invitee invitee, string organiser, DateTimeZone zone, AnswerForm form, bool isAnswered)
    {
        if (form.Fault is { } fault)
            return $"""<p class="note fault" role="alert">{Encode(fault)}</p>{"\n"}""";
        var said = invitee.Answer switch
        {
            InviteeAnswer.Accepted => "You accepted.",
            InviteeAnswer.Declined => "You declined.",
            InviteeAnswer.Countered when invitee is { CounterStart: { } start, CounterEnd: { } end } => $"You proposed another time: {Span(new Interval(start, end), zone)}.",
            InviteeAnswer.Countered => "You proposed another time.",
            _ => null,
        };
        return said is null ? ""
            : $"""<p class="note" role="status">{(isAnswered ? $"Thank you. {Encode(said)} {Encode(organiser)} is being told." : Encode(said) + " You may change your mind.")}</p>{"\n"}""";
    }

    static string Choice(string value, string words, AnswerForm form) =>
        $"""<label class="choice"><input type="radio" name="answer" value="{value}" required{(form.Choice == value ? " checked" : "")}> {words}</label>""";

    static string Span(Interval when, DateTimeZone zone)
    {
        var (start, end) = (when.Start.InZone(zone).LocalDateTime, when.End.InZone(zone).LocalDateTime);
        return $"{Date(start)}, {Time(start)} to {(start.Date == end.Date ? "" : Date(end) + ", ")}{Time(end)} ({Place(zone)})";
    }

    /// <summary>The zone as people read it: America/New York.</summary>
    static string Place(DateTimeZone zone) => zone.Id.Replace('_', ' ');

    static string Date(LocalDateTime local) => local.ToString("dddd d MMMM uuuu", CultureInfo.InvariantCulture);

    static string Time(LocalDateTime local) => local.ToString("HH:mm", CultureInfo.InvariantCulture);

    static string Document(string title, string body) =>
        $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\">"
        + $"<title>{Encode(title)}</title><style>{Style}</style></head>\n<body><main>\n{body}\n</main></body></html>\n";

    static string Encode(string text) => WebUtility.HtmlEncode(text);
}

using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using NodaTime;
using NodaTime.Text;

namespace Meetpoint.Commands;

/// <summary>meetpoint meeting schedule.</summary>
static class ScheduleCommand
{
    const string StartForms = "write 2026-11-22T09:30, 'tomorrow 9:30' or now+5m";
    const string LengthForms = "write 30m, 1h30m or 1:30:00";

    static readonly Dictionary<string, string> _dialling = new(StringComparer.Ordinal) { ["at-start"] = "AtStart", ["on-button"] = "OnButton" };

    public static Command Create(CommandSetup setup)
    {
        var organiser = new Option<string>("--organiser") { Required = true, Description = "Address of the organiser, a customer of this exchange." };
        var title = new Option<string>("--title") { Required = true, Description = "What it is about." };
        var start = new Option<string>("--start") { Required = true, Description = "2026-11-22T09:30 in the time zone of the meeting; or now+5s, 'tomorrow 9:30'." };
        var end = new Option<string?>("--end") { Description = "End, in the same forms; or give --length." };
        var length = new Option<string?>("--length") { Description = "How long, such as 30m; an hour when both are left out." };
        var zone = new Option<string?>("--time-zone") { Description = "Such as Europe/London; the organiser's own, or this machine's for starts reckoned from now." };
        var recurrence = new Option<string?>("--recurrence") { Description = "RRULE, such as FREQ=WEEKLY;COUNT=10." };
        var invite = new Option<string[]>("--invite") { Description = "Address of a person of any provider; may be given again." };
        var room = new Option<string[]>("--room") { Description = "Address of a room or bridge of any provider; may be given again." };
        var pin = new Option<string?>("--pin") { Description = "4 to 12 digits that every participant enters." };
        var lobby = new Option<bool>("--lobby") { Description = "Everyone but the organiser waits until admitted." };
        var dial = new Option<string>("--dial") { DefaultValueFactory = _ => "at-start", Description = "When rooms are dialled: at-start or on-button." };
        dial.CompletionSources.Add([.. _dialling.Keys]);
        dial.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !_dialling.ContainsKey(token.Value))
                result.AddError($"--dial: '{token.Value}' is no way to dial; write at-start or on-button");
        });
        MustBeLength(length);
        var command = new Command("schedule", "Book a meeting with people and rooms of any provider.")
        {
            organiser, title, start, end, length, zone, recurrence, invite, room, pin, lobby, dial,
        };
        MustBeTime(start);
        MustBeTime(end);
        command.Validators.Add(result =>
        {
            if (result.GetValue(end) is not null && result.GetValue(length) is not null)
                result.AddError("give either --end or --length, not both");
            if (result.GetValue(zone) is { } name && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is null)
                result.AddError($"--time-zone: '{name}' is no time zone; write one of the tz database, such as Europe/London");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            var named = parsed.GetValue(zone);
            var here = named is null ? setup.Around.Zone : DateTimeZoneProviders.Tzdb[named];
            var begins = Time(parsed.GetValue(start)!, setup.Around, here, out var isRelative);
            LocalDateTime? ends = null;
            if (parsed.GetValue(end) is { } until)
            {
                ends = Time(until, setup.Around, here, out var endIsRelative);
                if (named is null && isRelative != endIsRelative)
                    throw new CommandFailedException("--end: it is not clear in which time zone; write it in the same form as --start, or give --time-zone");
            }

            var request = new JsonObject
            {
                ["organiser"] = parsed.GetValue(organiser),
                ["title"] = parsed.GetValue(title),
                ["start"] = LocalDateTimePattern.ExtendedIso.Format(begins),
                ["invitees"] = new JsonArray([.. (parsed.GetValue(invite) ?? []).Select(address => (JsonNode)address)]),
                ["rooms"] = new JsonArray([.. (parsed.GetValue(room) ?? []).Select(address => (JsonNode)address)]),
                ["lobby"] = parsed.GetValue(lobby),
                ["dialling"] = _dialling[parsed.GetValue(dial)!],
            };
            if (ends is { } over)
                request["end"] = LocalDateTimePattern.ExtendedIso.Format(over);
            if (parsed.GetValue(length) is { } lasting)
                request["length"] = Length(lasting);
            if (named is not null || isRelative)
                request["timeZone"] = here.Id;
            if (parsed.GetValue(recurrence) is { } rule)
                request["recurrence"] = rule;
            if (parsed.GetValue(pin) is { } digits)
                request["pin"] = digits;
            using var client = setup.Client(parsed);
            var answer = await InWordsOfTheOptionsAsync(
                client.SendAsync(HttpMethod.Post, MeetingCommand.Root, request, null, cancel), parsed.GetValue(invite) ?? [], parsed.GetValue(room) ?? []);
            var printer = setup.Printer(parsed);
            MeetingCommand.Print(printer, answer.Body, setup.Around);
            if (answer.Status == 202)
                printer.Say("Another exchange has not answered yet; 'meetpoint meeting show' tells how it went on.");
            return 0;
        });
        return command;
    }

    /// <summary>An answer; where an exchange finds fault with what was asked for, the option is named which that came from.</summary>
    /// <param name="answer">Of this exchange, which also tells what another has said.</param>
    /// <param name="people">Given with --invite.</param>
    /// <param name="rooms">Given with --room.</param>
    public static async Task<ApiAnswer> InWordsOfTheOptionsAsync(Task<ApiAnswer> answer, string[] people, string[] rooms)
    {
        try
        {
            return await answer;
        }
        catch (ApiProblemException problem) when (problem.Problem.Faults is [var fault, ..] && fault.Path.Split('/') is ["", var member, ..])
        {
            var option = member switch
            {
                "invitees" => "--invite",
                "rooms" => "--room",
                "timeZone" => "--time-zone",
                "dialling" => "--dial",
                _ => "--" + member,
            };
            throw new CommandFailedException($"{option}: {fault.Message}; {fault.Mend}", null, problem);
        }
        catch (ApiProblemException problem) when (Named(problem, people) || Named(problem, rooms))
        {
            var mend = problem.Problem.Code switch
            {
                "endpoint-not-free" => "choose another room, or a start after that",
                _ when problem.Problem.Detail.EndsWith("is a room", StringComparison.Ordinal) => "give it with --room",
                "no-route" => "'meetpoint directory search' finds whom it can be",
                _ => null,
            };
            throw new CommandFailedException($"{(Named(problem, people) ? "--invite" : "--room")}: {problem.Problem.Detail}{(mend is null ? "" : "; " + mend)}", null, problem);
        }

        static bool Named(ApiProblemException problem, string[] addresses) =>
            addresses.Any(address => problem.Problem.Detail.Contains(address, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Makes a wrong length a wrong use of the option.</summary>
    public static void MustBeLength<T>(Option<T> option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && !TimeText.TryParseLength(token.Value, out _))
            result.AddError($"{option.Name}: '{token.Value}' is no length; {LengthForms}");
    });

    /// <summary>A length as the API takes it.</summary>
    public static string Length(string text) =>
        TimeText.TryParseLength(text, out var length) ? DurationPattern.JsonRoundtrip.Format(length) : throw new CommandFailedException($"'{text}' is no length", LengthForms);

    /// <summary>Makes a wrong time a wrong use of the option.</summary>
    public static void MustBeTime<T>(Option<T> option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && !TimeText.TryParseStart(token.Value, Instant.FromUnixTimeSeconds(0), DateTimeZone.Utc, out _, out _))
            result.AddError($"{option.Name}: '{token.Value}' is no time; {StartForms}");
    });

    /// <summary>A time as the API takes it; whether it was reckoned from now.</summary>
    public static LocalDateTime Time(string text, Surroundings around, DateTimeZone zone, out bool isRelative) =>
        TimeText.TryParseStart(text, around.Clock.GetCurrentInstant(), zone, out var time, out isRelative)
            ? time : throw new CommandFailedException($"'{text}' is no time", StartForms);
}

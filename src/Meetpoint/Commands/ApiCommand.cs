using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meetpoint.Commands;

/// <summary>meetpoint api: any request, for what has no command.</summary>
static class ApiCommand
{
    public static Command Create(CommandSetup setup)
    {
        var method = new Argument<string>("method") { Description = "GET, POST, PUT, PATCH or DELETE." };
        var path = new Argument<string>("path") { Description = "Such as /api/v1/providers; /providers is enough." };
        var data = new Option<string?>("--data", "-d") { Description = "JSON body; @FILE reads it from a file, @- from the input." };
        var match = new Option<string?>("--if-match") { Description = "ETag of what is changed; * for whatever stands." };
        var command = new Command("api", "Send one request to the API and print the answer.") { method, path, data, match };
        command.SetAction(async (parsed, cancel) =>
        {
            var given = parsed.GetValue(path)!;
            var full = given.StartsWith("/api/", StringComparison.Ordinal) || given.StartsWith("/health/", StringComparison.Ordinal)
                ? given : "/api/v1/" + given.TrimStart('/');
            using var client = setup.Client(parsed);
            var answer = await client.SendAsync(
                new HttpMethod(parsed.GetValue(method)!.ToUpperInvariant()), full, Body(parsed.GetValue(data), setup.Around), parsed.GetValue(match), cancel);
            if (answer.Body is not null)
                setup.Printer(parsed).Document(answer.Body);
            return 0;
        });
        return command;
    }

    static JsonNode? Body(string? data, Surroundings around)
    {
        if (data is null)
            return null;
        var text = data == "@-" ? around.In.ReadToEnd() : data.StartsWith('@') ? File.ReadAllText(around.PathOf(data[1..])) : data;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new CommandFailedException($"the data is no JSON: {exception.Message}");
        }
    }
}

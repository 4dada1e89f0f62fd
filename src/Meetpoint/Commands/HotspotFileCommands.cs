using System.CommandLine;
using System.Text;
using Meetpoint.Client;

namespace Meetpoint.Commands;

/// <summary>meetpoint hotspot import and export: whole files of hotspots.</summary>
static class HotspotFileCommands
{
    const string Root = "/api/v1/hotspots/file";

    public static Command Import(CommandSetup setup)
    {
        var file = new Argument<string>("file") { Description = "CSV, or GeoJSON where the name ends with json; - reads it from the input." };
        var provider = HotspotCommand.Provider();
        var replace = new Option<bool>("--replace") { Description = "Take out what is not in the file." };
        var geoJson = new Option<bool>("--geojson") { Description = "It is GeoJSON, whatever its name." };
        var command = new Command("import", "Publish a file of hotspots, all of it or nothing.") { file, provider, replace, geoJson };
        command.SetAction(async (parsed, cancel) =>
        {
            var name = parsed.GetValue(file)!;
            var text = name == "-" ? Encoding.UTF8.GetBytes(await setup.Around.In.ReadToEndAsync(cancel)) : null;
            var isGeoJson = parsed.GetValue(geoJson) || name.EndsWith("json", StringComparison.OrdinalIgnoreCase);
            using var client = setup.Client(parsed);
            var path = ApiClient.With(Root, "provider", parsed.GetValue(provider));
            var answer = (await client.PostFileAsync(
                ApiClient.With(path, "mode", parsed.GetValue(replace) ? "replace" : "merge"), () => text is null ? File.OpenRead(setup.Around.PathOf(name)) : new MemoryStream(text),
                isGeoJson ? "application/geo+json" : "text/csv", cancel)).Body;
            var printer = setup.Printer(parsed);
            if (!printer.IsTable)
                printer.Document(answer);
            printer.Say($"{answer.Text("created")} created, {answer.Text("changed")} changed, {answer.Text("unchanged")} unchanged, {answer.Text("deleted")} deleted; {answer.Text("total")} in all");
            return 0;
        });
        return command;
    }

    public static Command Export(CommandSetup setup)
    {
        var provider = HotspotCommand.Provider();
        var geoJson = new Option<bool>("--geojson") { Description = "As GeoJSON; as CSV without." };
        var file = new Option<string?>("--file", "-f") { Description = "Write it there; to the output when left out." };
        var command = new Command("export", "Write all hotspots of a provider as a file that can be imported again.") { provider, geoJson, file };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(ApiClient.With(Root, "provider", parsed.GetValue(provider)), "format", parsed.GetValue(geoJson) ? "geojson" : "csv");
            await WriteAsync(client, path, parsed.GetValue(file), setup.Around, cancel);
            return 0;
        });
        return command;
    }

    /// <summary>Writes an answer to a file, or to the output.</summary>
    public static async Task WriteAsync(ApiClient client, string path, string? file, Surroundings around, CancellationToken cancel)
    {
        if (file is null)
        {
            await client.CopyAsync(path, around.Out, cancel);
            return;
        }

        await using var to = new StreamWriter(around.PathOf(file), append: false, new UTF8Encoding(false));
        await client.CopyAsync(path, to, cancel);
    }
}

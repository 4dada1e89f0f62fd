using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint hotspot: what a provider publishes, and what its customers find.</summary>
static class HotspotCommand
{
    const string Root = "/api/v1/hotspots";

    public static Command Create(CommandSetup setup) => new("hotspot", "Hotspots: published by each provider, found by those whose agreements cover roaming.")
    {
        HotspotFileCommands.Import(setup),
        HotspotFileCommands.Export(setup),
        List(setup),
        Show(setup),
        Remove(setup),
        Near(setup),
        Search(setup),
        PasspointCommands.Advertisement(setup),
        PasspointCommands.Profile(setup),
    };

    /// <summary>Whose hotspots are meant.</summary>
    public static Option<string?> Provider() => new("--provider") { Description = "Whose; the key's own when left out." };

    static Command List(CommandSetup setup)
    {
        var provider = Provider();
        var command = new Command("list", "List the hotspots of one provider by id.") { provider };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).List(await client.ListAsync(ApiClient.With(Root + "?limit=500", "provider", parsed.GetValue(provider)), cancel), "There is no hotspot.", Columns);
            return 0;
        });
        return command;
    }

    static Command Show(CommandSetup setup)
    {
        var (provider, id) = One();
        var command = new Command("show", "Show one hotspot whole.") { provider, id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            setup.Printer(parsed).Document((await client.GetAsync(PathOf(parsed.GetValue(provider), parsed.GetValue(id)), cancel)).Body);
            return 0;
        });
        return command;
    }

    static Command Remove(CommandSetup setup)
    {
        var (provider, id) = One();
        var command = new Command("remove", "Take one out.") { provider, id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            await client.SendAsync(HttpMethod.Delete, PathOf(parsed.GetValue(provider), parsed.GetValue(id)), null, null, cancel);
            setup.Printer(parsed).Say($"{parsed.GetValue(id)} is taken out.");
            return 0;
        });
        return command;
    }

    static Command Near(CommandSetup setup)
    {
        var point = new Argument<string>("point") { Description = "LATITUDE,LONGITUDE in degrees north and east, such as 51.5074,-0.1278." };
        var radius = new Option<double?>("--radius") { Description = "Metres; 5000 when left out." };
        var (limit, asker) = (Limit(), Asker());
        var command = new Command("near", "Find hotspots around a point, the nearest first.") { point, radius, limit, asker };
        command.SetAction(async (parsed, cancel) =>
        {
            var parts = parsed.GetValue(point)!.Split(',', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !parts.All(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
                throw new CommandFailedException($"'{parsed.GetValue(point)}' is no point", "write it as 51.5074,-0.1278: latitude, comma, longitude");
            using var client = setup.Client(parsed);
            var path = ApiClient.With(ApiClient.With(Root + "/near", "latitude", parts[0]), "longitude", parts[1]);
            path = ApiClient.With(path, "radius", parsed.GetValue(radius)?.ToString(CultureInfo.InvariantCulture));
            return await FindAsync(setup, parsed, client, Ask(path, parsed.GetValue(limit), parsed.GetValue(asker)), cancel);
        });
        return command;
    }

    static Command Search(CommandSetup setup)
    {
        var text = new Argument<string[]>("text") { Arity = ArgumentArity.OneOrMore, Description = "Beginnings of words of the name, city or address." };
        var (limit, asker) = (Limit(), Asker());
        var command = new Command("search", "Find hotspots by words, whatever case and accents.") { text, limit, asker };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With(Root + "/search", "q", string.Join(' ', parsed.GetValue(text)!));
            return await FindAsync(setup, parsed, client, Ask(path, parsed.GetValue(limit), parsed.GetValue(asker)), cancel);
        });
        return command;
    }

    static async Task<int> FindAsync(CommandSetup setup, ParseResult parsed, ApiClient client, string path, CancellationToken cancel)
    {
        var found = (await client.GetAsync(path, cancel)).Body!;
        var printer = setup.Printer(parsed);
        printer.List(found["items"]!.AsArray(), "Nothing is found, or nothing that an agreement opens to you.", Columns);
        if (found.IsTrue("hasMore") && printer.IsTable && setup.Around.IsTerminal)
            printer.Say("There may be more: give --limit, or say more.");
        return 0;
    }

    static string Ask(string path, int? limit, string? asker) =>
        ApiClient.With(ApiClient.With(path, "limit", limit?.ToString(CultureInfo.InvariantCulture)), "asker", asker);

    static Option<int?> Limit() => new("--limit") { Description = "So many at most; 20 when left out." };

    static Option<string?> Asker() => new("--asker") { Description = "The provider whose customer asks; the key's own when left out, and for an operator all." };

    static (Argument<string> Provider, Argument<string> Id) One() =>
        (new("provider") { Description = "Id of its provider." }, new("id") { Description = "Its location id." });

    static string PathOf(string? provider, string? id) => $"{Root}/{Uri.EscapeDataString(provider!)}/{Uri.EscapeDataString(id!)}";

    static Column[] Columns { get; } =
    [
        new("Metres", item => item.Text("distanceMetres")),
        new("Provider", item => item.Text("provider")),
        new("Id", item => Of(item, "id")),
        new("Name", item => Of(item, "name")),
        new("City", item => Of(item, "city")),
        new("Country", item => Of(item, "country")),
        new("Latitude", item => Of(item, "latitude")),
        new("Longitude", item => Of(item, "longitude")),
        new("Networks", item => string.Join(' ', (item?["hotspot"]).Items("ssids").Select(ssid => ssid?.ToString()))),
        new("Security", item => Of(item, "security")),
        new("Tier", item => Of(item, "tier")),
        new("Price", item => item.Text("price")),
    ];

    static string? Of(JsonNode? item, string member) => item?["hotspot"].Text(member);
}

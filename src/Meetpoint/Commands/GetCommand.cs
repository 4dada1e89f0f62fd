using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint get: the objects of the world.</summary>
static class GetCommand
{
    static readonly Column _id = Plain("Id", "id");
    static readonly Column _name = Plain("Name", "name");

    static readonly Dictionary<string, Column[]> _kinds = new(StringComparer.Ordinal)
    {
        ["providers"] = [_id, _name, Listed("Domains", "domains"), Plain("Exchange", "exchange"), Listed("Prefixes", "prefixes")],
        ["organisations"] = [_id, _name, Plain("Provider", "provider"), Plain("Listed", "listed")],
        ["users"] = [_id, _name, Plain("Address", "sip"), Plain("Organisation", "organisation"), Plain("Zone", "timeZone")],
        ["endpoints"] = [_id, Plain("Kind", "kind"), _name, Plain("Address", "sip"), new Column("Owner", item => item.Text("user") ?? item.Text("organisation")), Plain("Profile", "profile")],
        ["presence-lists"] = [_id, _name, Plain("Address", "address"), Plain("Provider", "provider"), Listed("Members", "members")],
        ["neighbours"] = [_id, Plain("Kind", "kind"), Plain("Provider", "provider"), new Column("Reached at", item => item.Text("nniUrl") ?? item.Text("sipUri")), new Column("Known by", KnownBy)],
        ["agreements"] = [_id, Listed("Parties", "parties"), Plain("Stage", "stage"), Plain("Version", "version"), new Column("Services", item => string.Join(' ', item.Items("services").Select(term => term.Text("service"))))],
        ["routes"] = [_id, new Column("To", item => item.Text("address") ?? item.Text("domain") ?? item.Text("prefix")), new Column("Via", item => string.Join(' ', item.Items("candidates").Select(candidate => candidate.Text("via") ?? $"enum:{candidate.Text("enum")}")))],
        ["tariffs"] = [_id, Plain("Currency", "currency"), new Column("Rates", item => string.Join(", ", item.Items("rates").Select(rate => $"{rate.Text("unit")} {rate.Text("price")} per {rate.Text("per")}")))],
        ["profiles"] = [_id, _name, Listed("Codecs", "codecs"), Plain("Keys", "dtmf")],
    };

    public static Command Create(CommandSetup setup)
    {
        var kind = new Argument<string>("kind") { Description = string.Join(", ", _kinds.Keys) + ", or world for all as one document." };
        kind.AcceptOnlyFromAmong([.. _kinds.Keys, "world"]);
        var id = new Argument<string?>("id") { Arity = ArgumentArity.ZeroOrOne, Description = "Show this one whole." };
        var command = new Command("get", "Show what the exchange carries for whom.") { kind, id };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var printer = setup.Printer(parsed);
            var plural = parsed.GetValue(kind)!;
            if (plural == "world")
                printer.Document((await client.GetAsync("/api/v1/world", cancel)).Body);
            else if (parsed.GetValue(id) is { } one)
                printer.One((await client.GetAsync($"/api/v1/{plural}/{Uri.EscapeDataString(one)}", cancel)).Body, Whole);
            else
                printer.List(await client.ListAsync($"/api/v1/{plural}?limit=500", cancel), $"There are no {plural} that you may see.", _kinds[plural]);
            return 0;
        });
        return command;
    }

    // A single object is shown member by member, whatever members it has.
    static Column[] Whole { get; } =
    [
        .. new[]
        {
            "id", "name", "kind", "provider", "organisation", "user", "parties", "version", "stage", "domains", "exchange", "prefixes", "numbers", "numbering", "emergency", "realms", "roamingConsortia", "sip", "mail",
            "timeZone", "contact", "digest", "profile", "screens", "number", "whiteList", "listed", "identityKey", "nniUrl", "sipUri", "sipHosts", "tlsNames", "tlsCa",
            "sourceAddresses", "listener", "speaksFor", "identity", "validFrom", "validUntil", "testAccounts", "services", "aToB", "bToA", "profiles", "openedByA",
            "openedByB", "transit", "failOpen", "tolerance", "roaming", "charges", "address", "domain", "prefix", "candidates", "members", "allow", "currency", "rates", "rounding",
            "decimals", "codecs", "dtmf", "srtp", "prack", "sessionTimers", "update", "lateOffer", "earlyMedia", "cameras", "content", "clue", "fragments",
        }.Select(member => new Column(member, item => item.Text(member) ?? (item?[member] is JsonArray { Count: 0 } ? null : item?[member]?.ToJsonString()))),
    ];

    static Column Plain(string title, string member) => new(title, item => item.Text(member));

    static Column Listed(string title, string member) => new(title, item => string.Join(' ', item.Items(member).Select(value => value?.ToString())));

    static string KnownBy(JsonNode? item) => item.Text("identityKey") is not null ? "identity key"
        : item.Items("tlsNames").Any() ? "certificate" : "address (unauthenticated)";
}

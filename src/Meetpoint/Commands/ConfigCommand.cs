using System.CommandLine;
using System.Text.Json.Nodes;
using Meetpoint.Client;
using Meetpoint.Configuration;
using Meetpoint.Output;

namespace Meetpoint.Commands;

/// <summary>meetpoint config: what holds, defaults included.</summary>
static class ConfigCommand
{
    public static Command Create(CommandSetup setup)
    {
        var show = new Command("show", "Show what holds, with what was left out filled in. Secrets are not in it, but their files.");
        var origin = new Option<bool>("--origin") { Description = "Each value with where it comes from: default, file and line, or environment variable. Secrets are shown as ***." };
        show.Add(origin);
        show.SetAction(parsed =>
        {
            if (parsed.GetValue(origin))
            {
                setup.Printer(parsed).List(Origins(setup.Reading(parsed), setup.ConfigPath(parsed)), "", [.. OriginColumns]);
                return 0;
            }

            var shown = Shown(setup.Configuration(parsed));
            setup.Printer(parsed).One(shown, [.. shown.Select(pair => new Column(pair.Key, item => item.Text(pair.Key) ?? item?[pair.Key]?.ToJsonString()))]);
            return 0;
        });
        return new Command("config", "The configuration of this exchange.") { show };
    }

    static IEnumerable<Column> OriginColumns => from name in (string[])["key", "value", "origin"] select new Column(name, item => item.Text(name));

    static JsonArray Origins(ConfigurationReading reading, string path) =>
    [
        .. reading.Values.Select(value => (JsonNode)new JsonObject
        {
            ["key"] = value.Key,
            ["value"] = value.Value,
            ["origin"] = value.Origin(path),
        }),
    ];

    static JsonObject Shown(ExchangeConfiguration c) => new()
    {
        ["exchange"] = c.Exchange,
        ["data"] = c.DataFolder,
        ["store"] = c.Postgres is null ? c.StorePath : "postgres",
        ["api.listen"] = c.ApiListen.IsSet ? c.ApiListen.ToString() : null,
        ["api.socket"] = c.AdminSocket,
        ["nni.listen"] = c.NniListen.IsSet ? c.NniListen.ToString() : null,
        ["nni.names"] = new JsonArray([.. c.TlsNames.Select(name => (JsonNode)name)]),
        ["sip"] = new JsonArray([.. c.Sip.Select(sip => (JsonNode)$"{sip.Name} {sip.Transport} {sip.Listen}")]),
        ["trusted_certificates"] = c.TrustedCertificates,
        ["media.address"] = c.MediaAddress.ToString(),
        ["media.ports"] = $"{c.MediaPortFirst}-{c.MediaPortLast}",
        ["media.threads"] = c.MediaThreads,
        ["name_servers"] = new JsonArray([.. c.NameServers.Select(server => (JsonNode)server.ToString())]),
        ["mail"] = c.Mail is { } mail ? $"{mail.Host}:{mail.Port}" : null,
        ["meetings.entry_number"] = c.EntryNumber,
        ["meetings.entry_user"] = c.EntryUser,
        ["meetings.ports"] = c.Ports,
    };
}

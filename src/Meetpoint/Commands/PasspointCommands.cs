using System.CommandLine;
using Meetpoint.Client;

namespace Meetpoint.Commands;

/// <summary>meetpoint hotspot anqp and profile: what access points and devices are told.</summary>
static class PasspointCommands
{
    public static Command Advertisement(CommandSetup setup)
    {
        var provider = new Argument<string>("provider") { Description = "Whose access points." };
        var hotspot = new Option<string?>("--hotspot") { Description = "Of this hotspot; of any when left out." };
        var hostapd = new Option<bool>("--hostapd") { Description = "As lines of a hostapd configuration; as JSON without." };
        var trials = new Option<bool>("--trials") { Description = "Tell realms of agreements on trial too." };
        var command = new Command("anqp", "What access points say: realms and consortia that agreements make welcome.") { provider, hotspot, hostapd, trials };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With($"/api/v1/passpoint/{Uri.EscapeDataString(parsed.GetValue(provider)!)}/anqp", "hotspot", parsed.GetValue(hotspot));
            path = ApiClient.With(path, "trials", parsed.GetValue(trials) ? "true" : null);
            if (parsed.GetValue(hostapd))
                await client.CopyAsync(ApiClient.With(path, "format", "hostapd"), setup.Around.Out, cancel);
            else
                setup.Printer(parsed).Document((await client.GetAsync(path, cancel)).Body);
            return 0;
        });
        return command;
    }

    public static Command Profile(CommandSetup setup)
    {
        var provider = new Argument<string>("provider") { Description = "The home provider." };
        var format = new Option<string>("--format") { Description = "apple, android or pps-mo.", DefaultValueFactory = _ => "apple" };
        format.AcceptOnlyFromAmong("apple", "android", "pps-mo");
        var realm = new Option<string?>("--realm") { Description = "The realm of its customers; its first when left out." };
        var server = new Option<string[]>("--server") { Description = "Name in the certificate of its RADIUS server." };
        var file = new Option<string?>("--file", "-f") { Description = "Write it there; to the output when left out." };
        var command = new Command("profile", "A profile for the devices of a provider's customers, without secrets.") { provider, format, realm, server, file };
        command.SetAction(async (parsed, cancel) =>
        {
            using var client = setup.Client(parsed);
            var path = ApiClient.With($"/api/v1/passpoint/{Uri.EscapeDataString(parsed.GetValue(provider)!)}/profile", "format", parsed.GetValue(format));
            path = (parsed.GetValue(server) ?? []).Aggregate(ApiClient.With(path, "realm", parsed.GetValue(realm)), (so, name) => ApiClient.With(so, "server", name));
            await HotspotFileCommands.WriteAsync(client, path, parsed.GetValue(file), setup.Around, cancel);
            return 0;
        });
        return command;
    }
}

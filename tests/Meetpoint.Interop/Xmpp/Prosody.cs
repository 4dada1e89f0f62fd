using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Xmpp;

/// <summary>Prosody in the foreground, with accounts that let everyone in whatever the password.</summary>
static class Prosody
{
    public static async Task<XmppNeighbour> StartAsync(NeighbourSettings settings)
    {
        var executable = RealPeer.Require("prosody", "prosody lua-unbound");
        var folder = RealPeer.NewFolder("prosody");
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        File.Copy(settings.Certificate.Certificate, Path.Combine(folder, "own.pem"));
        File.Copy(settings.Certificate.Key, Path.Combine(folder, "own.key"));
        File.Copy(settings.Trusted, Path.Combine(folder, "trusted.pem"));
        var configuration = Path.Combine(folder, "prosody.cfg.lua");
        await File.WriteAllTextAsync(configuration, Configuration(folder, settings));
        return await XmppNeighbour.StartAsync("Prosody", "prosody", folder, settings, seconds: 30, [executable, "-F", "--config", configuration]);
    }

    static string Configuration(string folder, NeighbourSettings settings) =>
        $$"""
        pidfile = "{{folder}}/prosody.pid"
        data_path = "{{folder}}/data"
        storage = "memory"
        log = { { levels = { min = "debug" }, to = "console" } }
        modules_enabled = { "roster", "saslauth", "disco", "tls", "dialback", "presence", "message", "iq", "c2s", "s2s", "s2s_bidi", "s2s_auth_certs", "smacks", "ping" }
        modules_disabled = { "limits", "offline" }
        c2s_interfaces = { "{{settings.Host.Host}}" }
        s2s_interfaces = { "{{settings.Host.Host}}" }
        c2s_ports = { 5222 }
        s2s_ports = { 5269 }
        c2s_require_encryption = false
        allow_unencrypted_plain_auth = true
        authentication = "insecure"
        insecure_open_authentication = "Yes please, I know what I'm doing!"
        s2s_require_encryption = true
        s2s_secure_auth = {{(settings.RequiresCertificate ? "true" : "false")}}
        unbound = { resolvconf = false; hoststxt = false; forward = { "{{settings.NameServer.Host}}@{{settings.NameServer.Port}}" } }
        ssl = { certificate = "{{folder}}/own.pem"; key = "{{folder}}/own.key"; cafile = "{{folder}}/trusted.pem" }
        {{string.Join('\n', settings.Domains.Select(domain => $"VirtualHost \"{domain}\""))}}

        """;
}

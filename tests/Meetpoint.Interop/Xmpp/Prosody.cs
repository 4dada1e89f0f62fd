using Meetpoint.Demo;
using Meetpoint.Interop.Peers;
using Meetpoint.Net;

namespace Meetpoint.Interop.Xmpp;

/// <summary>Prosody in the foreground, with accounts that let everyone in whatever the password.</summary>
sealed class Prosody : IXmppNeighbour
{
    const string Account = "prosody";

    readonly string _folder;
    readonly ChildProcess _process;

    Prosody(string folder, ChildProcess process, NetAddress clients)
    {
        _folder = folder;
        _process = process;
        Clients = clients;
    }

    public NetAddress Clients { get; }

    public static async Task<Prosody> StartAsync(NeighbourSettings settings)
    {
        var executable = RealPeer.Require("prosody", "prosody lua-unbound");
        var folder = RealPeer.NewFolder("prosody");
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        var certificate = Path.Combine(folder, "own.pem");
        var key = Path.Combine(folder, "own.key");
        File.Copy(settings.Certificate.Certificate, certificate);
        File.Copy(settings.Certificate.Key, key);
        File.Copy(settings.Trusted, Path.Combine(folder, "trusted.pem"));
        var configuration = Path.Combine(folder, "prosody.cfg.lua");
        await File.WriteAllTextAsync(configuration, Configuration(folder, settings));
        await PeerAccount.OwnAsync(folder, Account);
        var process = await ChildProcess.StartAsync("Prosody", folder, "setpriv", [.. PeerAccount.Prefix(Account), executable, "-F", "--config", configuration]);
        var server = new Prosody(folder, process, settings.Clients);
        try
        {
            await Expect.EventuallyAsync(
                () => Task.FromResult(XmppNetwork.IsListening(settings.Clients) && XmppNetwork.IsListening(settings.Servers) ? "yes" : null),
                TimeSpan.FromSeconds(30), $"Prosody to listen on {settings.Host}", process.LogTail);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string Log() => _process.LogTail();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
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

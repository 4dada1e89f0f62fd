using Meetpoint.Interop.Peers;

namespace Meetpoint.Interop.Xmpp;

/// <summary>ejabberd in the foreground, on an Erlang node that is part of no cluster; users make their accounts themselves.</summary>
static class Ejabberd
{
    public static async Task<XmppNeighbour> StartAsync(NeighbourSettings settings)
    {
        RealPeer.Require("ejabberdctl", "ejabberd");
        var folder = RealPeer.NewFolder("ejabberd");
        var own = await File.ReadAllTextAsync(settings.Certificate.Certificate) + await File.ReadAllTextAsync(settings.Certificate.Key);
        await File.WriteAllTextAsync(Path.Combine(folder, "own.pem"), own);
        File.Copy(settings.Trusted, Path.Combine(folder, "trusted.pem"));
        await File.WriteAllTextAsync(Path.Combine(folder, "ejabberd.yml"), Configuration(folder, settings));
        // Each dot of an address is a comma in Erlang.
        var nameServer = settings.NameServer.Host.Replace('.', ',');
        await File.WriteAllTextAsync(
            Path.Combine(folder, "inetrc"), $"{{resolv_conf, \"\"}}.\n{{hosts_file, \"\"}}.\n{{lookup, [dns]}}.\n{{nameserver, {{{nameServer}}}, {settings.NameServer.Port}}}.\n");
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = folder,
            ["EJABBERD_CONFIG_PATH"] = $"{folder}/ejabberd.yml",
            ["EJABBERD_LOG_PATH"] = $"{folder}/ejabberd.log",
            ["ERL_CRASH_DUMP"] = $"{folder}/crash.dump",
            ["ERL_INETRC"] = $"{folder}/inetrc",
            ["ERL_LIBS"] = "/usr/lib/x86_64-linux-gnu",
        };
        // SRV records are asked of the name server, addresses of the machine, whatever stands in inetrc.
        return await XmppNeighbour.StartAsync(
            "ejabberd", "ejabberd", folder, settings, seconds: 60,
            ["erl", "-noinput", "+S", "1", "-mnesia", "dir", $"\"{folder}/data\"", "-s", "ejabberd"], environment, "ejabberd.log");
    }

    static string Configuration(string folder, NeighbourSettings settings) =>
        $$"""
        hosts: [{{string.Join(", ", settings.Domains.Select(domain => $"\"{domain}\""))}}]
        loglevel: info
        certfiles: ["{{folder}}/own.pem"]
        ca_file: "{{folder}}/trusted.pem"
        s2s_use_starttls: required
        s2s_max_retry_delay: 1
        auth_method: internal
        auth_password_format: plain
        registration_timeout: infinity
        acme: { auto: false }
        negotiation_timeout: 30
        listen:
          - { port: 5222, ip: "{{settings.Host.Host}}", module: ejabberd_c2s, starttls: false }
          - { port: 5269, ip: "{{settings.Host.Host}}", module: ejabberd_s2s_in }
        modules:
          mod_disco: {}
          mod_ping: {}
          mod_roster: {}
          mod_register: { access: all, ip_access: all, welcome_message: {} }
          {{(settings.RequiresCertificate ? "" : "mod_s2s_dialback: { access: all }")}}

        """;
}

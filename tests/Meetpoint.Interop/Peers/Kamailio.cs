using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>Kamailio as a provider's own network: a record-routing proxy between its customers and the exchange's trunk.</summary>
static class Kamailio
{
    /// <summary>Starts it in the foreground; it sends everything to the exchange.</summary>
    /// <param name="listen">Where customers send to, and where it sends from.</param>
    /// <param name="exchange">The trunk listener of the exchange.</param>
    public static Task<ChildProcess> StartAsync(NetAddress listen, NetAddress exchange) =>
        StartAsync(RealPeer.NewFolder("kamailio"), listen, "kamailio", Configuration(listen, "disable_tcp=yes", "", $"$du = \"sip:{exchange}\";", ""));

    /// <summary>Starts it as a proxy that speaks TLS with the exchange, both ends proved by certificate, and UDP with its customers.</summary>
    /// <param name="listen">Where customers send to over UDP, and where it speaks TLS, one port up.</param>
    /// <param name="domain">Its own name, which its certificate carries.</param>
    /// <param name="exchange">The TLS listener of the exchange.</param>
    /// <param name="exchangeName">The domain of the exchange, which its certificate must carry.</param>
    /// <param name="room">Where it sends what the exchange asks of it.</param>
    /// <param name="certificate">PEM files of its certificate and key.</param>
    /// <param name="trusted">PEM of who vouches for the exchange.</param>
    public static async Task<ChildProcess> StartTlsAsync(
        NetAddress listen, string domain, NetAddress exchange, string exchangeName, NetAddress room, (string Certificate, string Key) certificate, string trusted)
    {
        var folder = RealPeer.NewFolder("kamailio");
        await File.WriteAllTextAsync(Path.Combine(folder, "trusted.pem"), trusted);
        var profile = string.Join('\n', "method = TLSv1.2+", "verify_certificate = yes", "require_certificate = yes", "verify_depth = 4",
            $"certificate = {certificate.Certificate}", $"private_key = {certificate.Key}", $"ca_list = {folder}/trusted.pem");
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.cfg"), $"[server:default]\n{profile}\n[client:default]\n{profile}\n");
        var transport =
            $"""
            tcp_children=2
            enable_tls=yes
            listen=tls:{listen.WithPort(listen.Port + 1)}
            alias={domain}
            loadmodule "xlog.so"
            loadmodule "tls.so"
            modparam("tls", "config", "{folder}/tls.cfg")
            """;
        var first =
            """
            if ($proto == "tls" && !is_peer_verified()) {
                    sl_send_reply("403", "Who Are You");
                    exit;
                }
                if ($proto == "tls" && is_method("INVITE"))
                    xlog("L_ERR", "over TLS from verified $tls_peer_subject_cn\n");
            """;
        var begin =
            $$"""
            if ($proto == "tls") {
                    if ($tls_peer_subject_cn != "{{exchangeName}}") {
                        sl_send_reply("403", "Not You");
                        exit;
                    }
                    $du = "sip:{{room}}";
                } else {
                    $du = "sip:{{exchange}};transport=tls";
                }
            """;
        var within = $"""if ($rd == "{exchangeName}") $du = "sip:{exchange};transport=tls";""";
        return await StartAsync(folder, listen, "kamailio kamailio-tls-modules", Configuration(listen, transport, first, begin, within));
    }

    /// <summary>
    /// Starts it between a phone over UDP and an exchange over a transport of its choice: what comes from the phone goes to the exchange, all else to the
    /// phone. It stays on the path of every dialog.
    /// </summary>
    /// <param name="listen">Where it listens, over UDP and TCP, and over TLS one port up.</param>
    /// <param name="phone">The phone.</param>
    /// <param name="exchange">The listener of the exchange.</param>
    /// <param name="transport">udp, tcp or tls.</param>
    /// <param name="tls">For TLS: its own certificate and key, PEM of who vouches for the exchange, and its own and the exchange's name.</param>
    public static async Task<ChildProcess> StartBetweenAsync(
        NetAddress listen, NetAddress phone, NetAddress exchange, string transport,
        (string Certificate, string Key, string Trusted, string Name, string ExchangeName)? tls = null)
    {
        var folder = RealPeer.NewFolder("kamailio");
        var core = $"tcp_children=2\ntcp_source_ipv4={listen.Host}\nlisten=tcp:{listen}\n";
        var within = "";
        if (tls is { } proof)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "trusted.pem"), proof.Trusted);
            var profile = string.Join('\n', "method = TLSv1.2+", "verify_certificate = yes", "require_certificate = yes", "verify_depth = 4",
                $"certificate = {proof.Certificate}", $"private_key = {proof.Key}", $"ca_list = {folder}/trusted.pem");
            await File.WriteAllTextAsync(Path.Combine(folder, "tls.cfg"), $"[server:default]\n{profile}\n[client:default]\n{profile}\n");
            core += $"enable_tls=yes\nlisten=tls:{listen.WithPort(listen.Port + 1)}\nalias={proof.Name}\nloadmodule \"tls.so\"\nmodparam(\"tls\", \"config\", \"{folder}/tls.cfg\")\n";
            within = $"""if ($rd == "{proof.ExchangeName}" || $dd == "{proof.ExchangeName}") $du = "sip:{exchange};transport=tls";""";
        }

        // It answers for itself when it is asked whether it is there.
        const string First = "if (is_method(\"OPTIONS\") && $rU == $null) { sl_send_reply(\"200\", \"Here\"); exit; }";
        var begin = $$"""if ($si == "{{phone.Host}}") $du = "sip:{{exchange}};transport={{transport}}"; else $du = "sip:{{phone}}";""";
        return await StartAsync(folder, listen, "kamailio kamailio-tls-modules", Configuration(listen, core, First, begin, within));
    }

    /// <summary>Starts it between a phone and an exchange over UDP, with the media of every call through an rtpengine.</summary>
    /// <param name="listen">Where it listens.</param>
    /// <param name="phone">The phone, whatever number is called.</param>
    /// <param name="user">User part of the phone's own address.</param>
    /// <param name="exchange">The trunk listener of the exchange.</param>
    /// <param name="ngPort">Where rtpengine is commanded, on loopback.</param>
    public static Task<ChildProcess> StartWithMediaRelayAsync(NetAddress listen, NetAddress phone, string user, NetAddress exchange, int ngPort)
    {
        const string Relay = "rtpengine_manage(\"replace-origin replace-session-connection ICE=remove\");";
        var modules = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $$"""
            disable_tcp=yes
            loadmodule "rtpengine.so"
            modparam("rtpengine", "rtpengine_sock", "udp:127.0.0.1:{{ngPort}}")
            onreply_route[MEDIA] {
                if (has_body("application/sdp")) {{Relay}}
            }
            """);
        var first = $$"""if (is_method("INVITE|ACK|BYE")) { {{Relay}} t_on_reply("MEDIA"); }""";
        var begin = $$"""if ($si == "{{phone.Host}}") $du = "sip:{{exchange}}"; else $ru = "sip:{{user}}@{{phone}}";""";
        return StartAsync(RealPeer.NewFolder("kamailio"), listen, "kamailio", Configuration(listen, modules, first, begin, ""));
    }

    /// <summary>Starts it with a configuration of the caller's, and waits until it listens.</summary>
    /// <param name="folder">An empty folder of its own.</param>
    /// <param name="listen">Where it listens over UDP.</param>
    /// <param name="packages">The Debian packages that bring what the configuration loads.</param>
    /// <param name="configuration">The whole file.</param>
    public static async Task<ChildProcess> StartAsync(string folder, NetAddress listen, string packages, string configuration)
    {
        var executable = RealPeer.Require("kamailio", packages);
        var file = Path.Combine(folder, "kamailio.cfg");
        await File.WriteAllTextAsync(file, configuration);
        var process = await ChildProcess.StartAsync("Kamailio", folder, executable, "-DD", "-E", "-f", file, "-Y", folder, "-m", "64", "-M", "8");
        await Expect.EventuallyAsync(
            () => Task.FromResult(RealPeer.HearsDatagrams(listen) ? "yes" : null), TimeSpan.FromSeconds(15), $"Kamailio to listen on {listen}", process.LogTail);
        return process;
    }

    /// <summary>Ends it and the processes that it made as a crash of the machine does: SIGKILL.</summary>
    public static async Task KillAsync(ChildProcess kamailio)
    {
        var children = (await File.ReadAllTextAsync($"/proc/{kamailio.Id}/task/{kamailio.Id}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await kamailio.KillAsync(); // first, since it would tell of the death of each of them
        foreach (var child in children)
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture));
                process.Kill();
            }
            catch (ArgumentException)
            {
                // Ended with its parent.
            }
        }
    }

    /// <summary>A proxy that stays on the path of a dialog.</summary>
    /// <param name="listen">Where it listens over UDP.</param>
    /// <param name="transport">Core lines of other transports, and their modules.</param>
    /// <param name="first">What is done with every request.</param>
    /// <param name="begin">Where a request outside a dialog goes to.</param>
    /// <param name="within">Where one within a dialog goes to, if not by its route.</param>
    static string Configuration(NetAddress listen, string transport, string first, string begin, string within) =>
        $$"""
        #!KAMAILIO
        debug=1
        log_stderror=yes
        children=2
        auto_aliases=no
        dns=no
        rev_dns=no
        listen=udp:{{listen}}
        loadmodule "pv.so"
        loadmodule "tm.so"
        loadmodule "sl.so"
        loadmodule "rr.so"
        loadmodule "maxfwd.so"
        loadmodule "siputils.so"
        loadmodule "textops.so"
        {{transport}}

        request_route {
            {{first}}
            if (!mf_process_maxfwd_header("70")) {
                sl_send_reply("483", "Too Many Hops");
                exit;
            }
            if (has_totag()) {
                if (loose_route() || t_check_trans()) {
                    {{within}}
                    t_relay();
                    exit;
                }
                if (!is_method("ACK")) sl_send_reply("404", "Not Here");
                exit;
            }
            if (is_method("CANCEL")) {
                if (t_check_trans()) t_relay();
                exit;
            }
            record_route();
            {{begin}}
            t_relay();
        }

        """;
}

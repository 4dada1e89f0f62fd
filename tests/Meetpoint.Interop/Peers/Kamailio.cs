using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>Kamailio as a provider's own network: a record-routing proxy between its customers and the exchange's trunk.</summary>
static class Kamailio
{
    /// <summary>Starts it in the foreground; it sends everything to the exchange.</summary>
    /// <param name="listen">Where customers send to, and where it sends from.</param>
    /// <param name="exchange">The trunk listener of the exchange.</param>
    public static async Task<ChildProcess> StartAsync(NetAddress listen, NetAddress exchange)
    {
        var executable = RealPeer.Require("kamailio", "kamailio");
        var folder = RealPeer.NewFolder("kamailio");
        var file = Path.Combine(folder, "kamailio.cfg");
        await File.WriteAllTextAsync(file, Configuration(listen, exchange));
        var process = await ChildProcess.StartAsync("Kamailio", folder, executable, "-DD", "-E", "-f", file, "-Y", folder, "-m", "32", "-M", "4");
        await Expect.EventuallyAsync(
            () => Task.FromResult(IsListening(listen) ? "yes" : null), TimeSpan.FromSeconds(15), $"Kamailio to listen on {listen}", process.LogTail);
        return process;
    }

    static bool IsListening(NetAddress listen) => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveUdpListeners().Any(end => end.Equals(listen.ToIPEndPoint()));

    static string Configuration(NetAddress listen, NetAddress exchange) =>
        $$"""
        #!KAMAILIO
        debug=1
        log_stderror=yes
        children=2
        disable_tcp=yes
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

        request_route {
            if (!mf_process_maxfwd_header("70")) {
                sl_send_reply("483", "Too Many Hops");
                exit;
            }
            if (has_totag()) {
                if (loose_route() || t_check_trans()) {
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
            $du = "sip:{{exchange}}";
            t_relay();
        }

        """;
}

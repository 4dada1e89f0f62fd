using Meetpoint.Demo;
using Meetpoint.Interop.Peers;
using Meetpoint.Net;

namespace Meetpoint.Interop.Presence;

/// <summary>Kamailio as a provider's network: presence server of its own domain (RFC 3856, 3903), and record-routing proxy for whom its customers watch elsewhere.</summary>
static class KamailioPresence
{
    const string Tables = "/usr/share/kamailio/dbtext/kamailio";

    /// <param name="listen">Where it listens over UDP.</param>
    /// <param name="domain">Its own domain.</param>
    /// <param name="exchange">The trunk listener of the exchange, which everything else goes to.</param>
    public static async Task<ChildProcess> StartAsync(NetAddress listen, string domain, NetAddress exchange)
    {
        RealPeer.Require("kamailio", "kamailio kamailio-presence-modules");
        var folder = RealPeer.NewFolder("kamailio");
        // The module looks for its tables at the start, and writes nothing to them in this mode.
        var tables = Directory.CreateDirectory(Path.Combine(folder, "tables")).FullName;
        foreach (var table in (string[])["version", "presentity", "active_watchers", "watchers", "xcap"])
            File.Copy(Path.Combine(Tables, table), Path.Combine(tables, table));
        return await Kamailio.StartAsync(folder, listen, "kamailio kamailio-presence-modules", Configuration(listen, domain, exchange, tables));
    }

    static string Configuration(NetAddress listen, string domain, NetAddress exchange, string tables) =>
        $$"""
        #!KAMAILIO
        debug=1
        log_stderror=yes
        children=2
        auto_aliases=no
        dns=no
        rev_dns=no
        disable_tcp=yes
        listen=udp:{{listen}}
        alias={{domain}}
        loadmodule "pv.so"
        loadmodule "tm.so"
        loadmodule "sl.so"
        loadmodule "rr.so"
        loadmodule "maxfwd.so"
        loadmodule "textops.so"
        loadmodule "siputils.so"
        loadmodule "db_text.so"
        loadmodule "presence.so"
        loadmodule "presence_xml.so"
        modparam("presence|presence_xml", "db_url", "text://{{tables}}")
        modparam("presence", "server_address", "sip:{{listen}}")
        modparam("presence", "send_fast_notify", 1)
        modparam("presence", "publ_cache", 2)
        modparam("presence", "subs_db_mode", 0)
        modparam("presence_xml", "force_active", 1)

        request_route {
            if (!mf_process_maxfwd_header("70")) {
                sl_send_reply("483", "Too Many Hops");
                exit;
            }
            if (has_totag() && loose_route()) {
                t_relay();
                exit;
            }
            if (uri != myself) {
                if (has_totag()) {
                    sl_send_reply("404", "Not Here");
                    exit;
                }
                record_route();
                $du = "sip:{{exchange}}";
                t_relay();
                exit;
            }
            if (is_method("PUBLISH|SUBSCRIBE")) {
                if (!t_newtran()) {
                    sl_reply_error();
                    exit;
                }
                if (is_method("PUBLISH")) handle_publish(); else handle_subscribe();
                t_release();
                exit;
            }
            sl_send_reply("405", "Method Not Allowed");
        }

        """;
}

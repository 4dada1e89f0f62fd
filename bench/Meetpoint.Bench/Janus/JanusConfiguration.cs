namespace Meetpoint.Bench.Janus;

/// <summary>The files that Janus reads: two plugins, one transport, loopback only.</summary>
static class JanusConfiguration
{
    public const int HttpPort = 46_388;

    public static void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "janus.jcfg"), $$"""
            general: {
              configs_folder = "{{folder}}"
              plugins_folder = "/usr/lib/x86_64-linux-gnu/janus/plugins"
              transports_folder = "/usr/lib/x86_64-linux-gnu/janus/transports"
              events_folder = "/nonexistent"
              loggers_folder = "/nonexistent"
              debug_level = 3
              interface = "127.0.0.1"
              session_timeout = 0
            }
            certificates: {}
            media: { rtp_port_range = "55000-56000" }
            nat: { ice_lite = true, full_trickle = true }
            plugins: { disable = "libjanus_voicemail.so,libjanus_recordplay.so,libjanus_lua.so,libjanus_duktape.so,libjanus_streaming.so,libjanus_sip.so,libjanus_nosip.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_echotest.so" }
            transports: { disable = "libjanus_rabbitmq.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_websockets.so" }

            """);
        File.WriteAllText(Path.Combine(folder, "janus.plugin.audiobridge.jcfg"), """
            general: { rtp_port_range = "56000-57000", local_ip = "127.0.0.1" }

            """);
        File.WriteAllText(Path.Combine(folder, "janus.plugin.videoroom.jcfg"), "general: {}\n");
        File.WriteAllText(Path.Combine(folder, "janus.transport.http.jcfg"), $$"""
            general: { json = "compact", base_path = "/janus", http = true, port = {{HttpPort}}, ip = "127.0.0.1", https = false }
            admin: { admin_http = false, admin_https = false }

            """);
    }
}

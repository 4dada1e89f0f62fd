using Meetpoint.Bench.Xmpp;

namespace Meetpoint.Bench.Radius;

/// <summary>Another peer: FreeRADIUS that does nothing but look at the realm and proxy, on two to four threads.</summary>
static class FreeRadius
{
    const string Program = "/usr/sbin/freeradius";

    /// <summary>True when it is on this machine.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Name and version.</summary>
    public static string Version => Receivers.VersionOf("FreeRADIUS", "freeradius");

    /// <summary>Starts it.</summary>
    public static ProxyProgram Start(string host) => new(Program, host, folder =>
    {
        File.WriteAllText(Path.Combine(folder, "radiusd.conf"), Configuration(host, folder));
        return ["-f", "-d", folder, "-n", "radiusd"];
    });

    static string Configuration(string host, string folder) =>
        $$"""
        prefix = /usr
        name = proxy
        logdir = {{folder}}
        run_dir = {{folder}}
        raddbdir = {{folder}}
        libdir = /usr/lib/freeradius
        pidfile = {{folder}}/pid
        max_request_time = 30
        cleanup_delay = 5
        max_requests = 262144
        hostname_lookups = no
        log {
            destination = files
            file = {{folder}}/radius.log
            auth = no
        }
        security {
            max_attributes = 200
            reject_delay = 0
            status_server = no
        }
        proxy_requests = yes
        thread pool {
            start_servers = 2
            max_servers = 4
            min_spare_servers = 1
            max_spare_servers = 4
            max_requests_per_server = 0
            max_queue_size = 65536
        }
        client access {
            ipaddr = {{RadiusPlan.AccessServers}}
            secret = {{RadiusPlan.ClientSecret}}
            require_message_authenticator = yes
        }
        proxy server {
            default_fallback = no
        }
        home_server home {
            type = auth
            ipaddr = {{RadiusPlan.Home}}
            port = {{RadiusPlan.AuthenticationPort}}
            secret = {{RadiusPlan.HomeSecret}}
            response_window = 20
            zombie_period = 40
            status_check = none
        }
        home_server_pool homes {
            type = fail-over
            home_server = home
        }
        realm {{RadiusPlan.Realm}} {
            auth_pool = homes
            nostrip
        }
        modules {
            always ok {
                rcode = ok
            }
            realm suffix {
                format = suffix
                delimiter = "@"
                ignore_default = no
                ignore_null = no
            }
        }
        server default {
            listen {
                type = auth
                ipaddr = {{host}}
                port = {{RadiusPlan.AuthenticationPort}}
            }
            listen {
                type = acct
                ipaddr = {{host}}
                port = {{RadiusPlan.AccountingPort}}
            }
            authorize {
                suffix
            }
            preacct {
                suffix
            }
            accounting {
                ok
            }
        }

        """;
}

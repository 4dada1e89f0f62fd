using Meetpoint.Bench.Sip;
using Meetpoint.Bench.Xmpp;

namespace Meetpoint.Bench.Radius;

/// <summary>The peer: radsecproxy as a proxy of one realm, UDP in and UDP out.</summary>
static class RadsecProxy
{
    const string Program = "/usr/sbin/radsecproxy";

    /// <summary>True when it is on this machine.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Name and version.</summary>
    public static string Version => Receivers.VersionOf("radsecproxy", "radsecproxy");

    /// <summary>Starts it.</summary>
    /// <param name="host">Its address.</param>
    /// <param name="logsAnswers">True: a line for each answer (level 3), to standard error, as it is told to stay in the foreground. False: errors and warnings, as by default (level 2).</param>
    public static ProxyProgram Start(string host, bool logsAnswers) => new(Program, host, folder =>
    {
        var file = Path.Combine(folder, "radsecproxy.conf");
        File.WriteAllText(file, Configuration(host, logsAnswers));
        return ["-f", "-c", file];
    });

    /// <summary>Starts one that is asked over UDP, and asks over TLS.</summary>
    /// <param name="host">Its address.</param>
    /// <param name="next">Whom it asks.</param>
    /// <param name="nextName">DNS name in the certificate over there.</param>
    /// <param name="certificate">Its own.</param>
    public static ProxyProgram StartVisited(string host, string next, string nextName, HopCertificate certificate) => new(Program, host, folder =>
    {
        var file = Path.Combine(folder, "radsecproxy.conf");
        File.WriteAllText(file, $$"""
            ListenUDP       {{host}}:{{RadiusPlan.AuthenticationPort}}
            ListenUDP       {{host}}:{{RadiusPlan.AccountingPort}}
            LogLevel        2
            {{Tls(certificate)}}
            client access {
                host {{RadiusPlan.AccessServers}}
                type udp
                secret {{RadiusPlan.ClientSecret}}
            }
            server next {
                host {{next}}
                port {{RadiusPlan.TlsPort}}
                type tls
                secret radsec
                certificateNameCheck off
                matchCertificateAttribute SubjectAltName:DNS:/^{{nextName.Replace(".", "\\.", StringComparison.Ordinal)}}$/
                statusServer off
            }
            realm /@{{RadiusPlan.Realm.Replace(".", "\\.", StringComparison.Ordinal)}}$ {
                server next
                accountingServer next
            }

            """);
        return ["-f", "-c", file];
    });

    /// <summary>Starts one that is asked over TLS, and asks the home over UDP.</summary>
    public static ProxyProgram StartHome(string host, HopCertificate certificate) => new(
        Program, host, folder =>
        {
            var file = Path.Combine(folder, "radsecproxy.conf");
            File.WriteAllText(file, $$"""
                ListenTLS       {{host}}:{{RadiusPlan.TlsPort}}
                LogLevel        2
                {{Tls(certificate)}}
                client visited {
                    host 127.0.0.0/8
                    type tls
                    secret radsec
                    certificateNameCheck off
                }
                server home {
                    host {{RadiusPlan.Home}}
                    port {{RadiusPlan.AuthenticationPort}}
                    type udp
                    secret {{RadiusPlan.HomeSecret}}
                    statusServer off
                }
                realm /@{{RadiusPlan.Realm.Replace(".", "\\.", StringComparison.Ordinal)}}$ {
                    server home
                }

                """);
            return ["-f", "-c", file];
        },
        isTls: true);

    static string Tls(HopCertificate certificate) => $$"""
        tls default {
            CACertificateFile {{certificate.Authority}}
            CertificateFile {{certificate.Certificate}}
            CertificateKeyFile {{certificate.Key}}
        }
        """;

    static string Configuration(string host, bool logsAnswers) =>
        $$"""
        ListenUDP       {{host}}:{{RadiusPlan.AuthenticationPort}}
        ListenUDP       {{host}}:{{RadiusPlan.AccountingPort}}
        LogLevel        {{(logsAnswers ? 3 : 2)}}
        LoopPrevention  off
        client access {
            host {{RadiusPlan.AccessServers}}
            type udp
            secret {{RadiusPlan.ClientSecret}}
        }
        server home {
            host {{RadiusPlan.Home}}
            port {{RadiusPlan.AuthenticationPort}}
            type udp
            secret {{RadiusPlan.HomeSecret}}
            statusServer off
        }
        server accounts {
            host {{RadiusPlan.Home}}
            port {{RadiusPlan.AccountingPort}}
            type udp
            secret {{RadiusPlan.HomeSecret}}
            statusServer off
        }
        realm /@{{RadiusPlan.Realm.Replace(".", "\\.", StringComparison.Ordinal)}}$ {
            server home
            accountingServer accounts
        }
        realm * {
            replymessage "unknown realm"
        }

        """;
}

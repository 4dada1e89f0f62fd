using Meetpoint.Bench.Sip;
using Meetpoint.Bench.Xmpp;

namespace Meetpoint.Bench.Radius;

/// <summary>The peer: radsecproxy as a proxy of one realm, UDP in and UDP out.</summary>
static class RadsecProxy
{
    const string Program = "/usr/sbin/radsecproxy";

    /// <summary>The realm as its configuration's pattern.</summary>
    static readonly string _realm = $"/@{Escaped(RadiusPlan.Realm)}$";

    /// <summary>Those who ask over UDP.</summary>
    static readonly string _accessServers = $$"""
        client access {
            host {{RadiusPlan.AccessServers}}
            type udp
            secret {{RadiusPlan.ClientSecret}}
        }
        """;

    /// <summary>True when it is on this machine.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Name and version.</summary>
    public static string Version => Receivers.VersionOf("radsecproxy", "radsecproxy");

    /// <summary>Starts it.</summary>
    /// <param name="host">Its address.</param>
    /// <param name="logsAnswers">True: a line for each answer (level 3), to standard error, as it is told to stay in the foreground. False: errors and warnings, as by default (level 2).</param>
    public static ProxyProgram Start(string host, bool logsAnswers) => Start(host, $$"""
        {{Listeners(host)}}
        LogLevel        {{(logsAnswers ? 3 : 2)}}
        LoopPrevention  off
        {{_accessServers}}
        {{HomeServer("home", RadiusPlan.AuthenticationPort)}}
        {{HomeServer("accounts", RadiusPlan.AccountingPort)}}
        realm {{_realm}} {
            server home
            accountingServer accounts
        }
        realm * {
            replymessage "unknown realm"
        }

        """);

    /// <summary>Starts one that is asked over UDP, and asks over TLS.</summary>
    /// <param name="host">Its address.</param>
    /// <param name="next">Whom it asks.</param>
    /// <param name="nextName">DNS name in the certificate over there.</param>
    /// <param name="certificate">Its own.</param>
    public static ProxyProgram StartVisited(string host, string next, string nextName, HopCertificate certificate) => Start(host, $$"""
        {{Listeners(host)}}
        LogLevel        2
        {{Tls(certificate)}}
        {{_accessServers}}
        server next {
            host {{next}}
            port {{RadiusPlan.TlsPort}}
            type tls
            secret radsec
            certificateNameCheck off
            matchCertificateAttribute SubjectAltName:DNS:/^{{Escaped(nextName)}}$/
            statusServer off
        }
        realm {{_realm}} {
            server next
            accountingServer next
        }

        """);

    /// <summary>Starts one that is asked over TLS, and asks the home over UDP.</summary>
    public static ProxyProgram StartHome(string host, HopCertificate certificate) => Start(
        host,
        $$"""
        ListenTLS       {{host}}:{{RadiusPlan.TlsPort}}
        LogLevel        2
        {{Tls(certificate)}}
        client visited {
            host 127.0.0.0/8
            type tls
            secret radsec
            certificateNameCheck off
        }
        {{HomeServer("home", RadiusPlan.AuthenticationPort)}}
        realm {{_realm}} {
            server home
        }

        """,
        isTls: true);

    static ProxyProgram Start(string host, string configuration, bool isTls = false) => new(
        Program, host, folder =>
        {
            var file = Path.Combine(folder, "radsecproxy.conf");
            File.WriteAllText(file, configuration);
            return ["-f", "-c", file];
        },
        isTls);

    static string Listeners(string host) => $"""
        ListenUDP       {host}:{RadiusPlan.AuthenticationPort}
        ListenUDP       {host}:{RadiusPlan.AccountingPort}
        """;

    static string HomeServer(string name, int port) => $$"""
        server {{name}} {
            host {{RadiusPlan.Home}}
            port {{port}}
            type udp
            secret {{RadiusPlan.HomeSecret}}
            statusServer off
        }
        """;

    static string Tls(HopCertificate certificate) => $$"""
        tls default {
            CACertificateFile {{certificate.Authority}}
            CertificateFile {{certificate.Certificate}}
            CertificateKeyFile {{certificate.Key}}
        }
        """;

    static string Escaped(string name) => name.Replace(".", "\\.", StringComparison.Ordinal);
}

using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>radsecproxy: takes RADIUS over TLS and hands it on over UDP.</summary>
sealed class RadsecProxy : IAsyncDisposable
{
    static readonly TimeSpan _ready = TimeSpan.FromSeconds(15);

    readonly string _folder;
    readonly ChildProcess _process;

    RadsecProxy(string folder, ChildProcess process) => (_folder, _process) = (folder, process);

    /// <summary>Starts it before a home server.</summary>
    /// <param name="listen">Where it is asked over TLS.</param>
    /// <param name="peer">DNS name that the certificate of who asks must have.</param>
    /// <param name="realm">Whose home it leads to.</param>
    /// <param name="home">Where the home is asked, accounting one port up.</param>
    /// <param name="secret">What both share.</param>
    /// <param name="certificate">What it shows: PEM files of certificate and key.</param>
    /// <param name="trusted">Whom it believes, in PEM.</param>
    public static async Task<RadsecProxy> StartAsync(NetAddress listen, string peer, string realm, NetAddress home, string secret, (string Certificate, string Key) certificate, string trusted)
    {
        var folder = RealPeer.NewFolder("radsecproxy");
        var file = Path.Combine(folder, "radsecproxy.conf");
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.pem"), trusted);
        await File.WriteAllTextAsync(file, $$"""
            ListenTLS {{listen}}
            LogLevel 2
            tls default {
                CACertificateFile {{folder}}/ca.pem
                CertificateFile {{certificate.Certificate}}
                CertificateKeyFile {{certificate.Key}}
            }
            client exchange {
                host 127.0.0.0/8
                type tls
                secret radsec
                certificateNameCheck off
                matchCertificateAttribute SubjectAltName:DNS:/^{{peer.Replace(".", "\\.", StringComparison.Ordinal)}}$/
            }
            server home {
                host {{home.Host}}
                port {{home.Port}}
                type udp
                secret {{secret}}
            }
            server accounts {
                host {{home.Host}}
                port {{home.Port + 1}}
                type udp
                secret {{secret}}
            }
            realm {{realm}} {
                server home
                accountingServer accounts
            }

            """);
        var process = await ChildProcess.StartAsync("radsecproxy", folder, RealPeer.Require("radsecproxy", "radsecproxy"), "-f", "-c", file);
        await Expect.EventuallyAsync(
            () => Task.FromResult(process.Exited.IsCompleted || RealPeer.HearsStreams(listen) ? "yes" : null), _ready, $"radsecproxy to listen on {listen}", process.LogTail);
        Assert.False(process.Exited.IsCompleted, $"expected radsecproxy to run; instead: {process.LogTail()}");
        return new RadsecProxy(folder, process);
    }

    /// <summary>Its last words.</summary>
    public string LogTail() => _process.LogTail();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.KillAsync();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

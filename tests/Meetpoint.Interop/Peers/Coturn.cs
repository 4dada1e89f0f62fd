using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meetpoint.Demo;
using Meetpoint.Net;

namespace Meetpoint.Interop.Peers;

/// <summary>coturn, as an operator runs it beside an exchange (docs/operate/join-page.md), on loopback.</summary>
sealed class Coturn : IAsyncDisposable
{
    /// <summary>What exchange and relay share.</summary>
    public const string Secret = "a secret of relay and exchange";

    /// <summary>Where it listens by TLS: what would be 443 is for who may bind it.</summary>
    public const int TlsPort = 5_349;

    readonly string _folder;
    readonly ChildProcess _process;

    Coturn(string folder, ChildProcess process, NetAddress listen, string publicKey) => (_folder, _process, Listen, PublicKey) = (folder, process, listen, publicKey);

    /// <summary>Where it listens, by UDP and TCP; by TLS at <see cref="TlsPort"/>.</summary>
    public NetAddress Listen { get; }

    /// <summary>Of its certificate, which nobody signed: base64 of the SHA-256 of the public key.</summary>
    public string PublicKey { get; }

    /// <summary>Starts it; it listens once this returns.</summary>
    /// <param name="listen">Its own address; relayed packets leave from there too.</param>
    /// <param name="exchange">The one address that it relays to.</param>
    public static async Task<Coturn> StartAsync(NetAddress listen, NetAddress exchange)
    {
        var executable = RealPeer.Require("turnserver", "coturn");
        var folder = RealPeer.NewFolder("coturn");
        var publicKey = await WriteCertificateAsync(folder);
        var configuration = Path.Combine(folder, "turnserver.conf");
        // As in the document, but for what loopback needs.
        await File.WriteAllTextAsync(configuration, $"""
            listening-ip={listen.Host}
            relay-ip={listen.Host}
            listening-port={listen.Port}
            min-port=34500
            max-port=34999
            realm=albion.example
            use-auth-secret
            static-auth-secret={Secret}
            fingerprint
            no-cli
            tls-listening-port={TlsPort}
            cert={folder}/relay.pem
            pkey={folder}/relay-key.pem
            no-dtls
            no-multicast-peers
            denied-peer-ip=0.0.0.0-255.255.255.255
            denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            allowed-peer-ip={exchange.Host}
            allow-loopback-peers
            userdb={folder}/turn.db
            pidfile={folder}/turn.pid
            log-file=stdout
            """);
        var coturn = new Coturn(folder, await ChildProcess.StartAsync("coturn", folder, executable, "-c", configuration), listen, publicKey);
        try
        {
            await Expect.EventuallyAsync(() => Task.FromResult(RealPeer.HearsStreams(listen) && RealPeer.HearsStreams(listen.WithPort(TlsPort)) ? "" : null), TimeSpan.FromSeconds(15), "coturn to listen", coturn._process.LogTail);
            return coturn;
        }
        catch
        {
            await coturn.DisposeAsync();
            throw;
        }
    }

    /// <summary>The end of what it says.</summary>
    public string LogTail() => _process.LogTail();

    static async Task<string> WriteCertificateAsync(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=relay.albion.example", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2049, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await File.WriteAllTextAsync(Path.Combine(folder, "relay.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "relay-key.pem"), key.ExportPkcs8PrivateKeyPem());
        return Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

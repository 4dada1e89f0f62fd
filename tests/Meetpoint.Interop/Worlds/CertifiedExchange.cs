using System.Security.Cryptography.X509Certificates;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Worlds;

/// <summary>
/// One exchange with a TLS listener that shows a certificate of its own, and three authorities: that which the machine believes and which signed it,
/// that of one trunk's record (tlsCa), and that of the file which takes the machine's place (trusted_certificates).
/// </summary>
public sealed class CertifiedExchange : IAsyncLifetime
{
    /// <summary>A trunk whose record says nothing of authorities.</summary>
    internal const string Carrier = "sbc.carrier.example";

    /// <summary>A trunk whose record says who signs for it.</summary>
    internal const string Plant = "pbx.plant.example";

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-certified-").FullName;
    DemoWorld _world = null!;

    internal TestAuthority Public { get; } = new("Public", TimeProvider.System.GetUtcNow());

    internal TestAuthority OfPlant { get; } = new("Plant", TimeProvider.System.GetUtcNow());

    internal TestAuthority OfFile { get; } = new("File", TimeProvider.System.GetUtcNow());

    internal DemoExchange Exchange => _world.Albion;

    /// <summary>The listener with the certificate.</summary>
    internal Net.NetAddress Listener => Exchange.Party.Address(1, 5_063);

    /// <summary>PEM of the authority that is public.</summary>
    internal string PublicPem => Path.Combine(_folder, "public.pem");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        RealPeer.Require("openssl", "openssl");
        await File.WriteAllTextAsync(PublicPem, Public.Pem);
        await File.WriteAllTextAsync(Path.Combine(_folder, "file.pem"), OfFile.Pem);
        _world = await DemoWorld.PrepareAsync(WorldPlan.At(114), Path.Combine(_folder, "world"));
        using var leaf = Public.Leaf([Exchange.Party.Domain]);
        var (certificate, key) = Public.Write(leaf, _folder, "exchange");
        await Exchange.ListenAsync("outside", "tls", Listener, (certificate, key));
        Exchange.Environment = new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = PublicPem,
            ["SSL_CERT_DIR"] = Directory.CreateDirectory(Path.Combine(_folder, "none")).FullName,
        };
        await _world.StartAlbionAsync();
        await BorderWorld.ChangeAsync(Exchange, world =>
        {
            foreach (var (id, name, authority) in ((string, string, TestAuthority?)[])[("carrier", Carrier, null), ("plant", Plant, OfPlant)])
            {
                BorderWorld.Add(world, "neighbours", $$"""{"id":"{{id}}","provider":"albion","kind":"sip-trunk","tlsNames":["{{name}}"],"profile":"sipp"}""");
                if (authority is not null)
                    world["neighbours"]!.AsArray()[^1]!["tlsCa"] = authority.Pem;
            }
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        foreach (var authority in (TestAuthority[])[Public, OfPlant, OfFile])
            authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Sends OPTIONS as a trunk that shows a certificate of that name by that authority, with openssl, and gives what openssl wrote.</summary>
    internal async Task<string> OptionsAsync(string name, TestAuthority authority)
    {
        using X509Certificate2 leaf = authority.Leaf([name]);
        var own = authority.Write(leaf, _folder, Guid.NewGuid().ToString("N"));
        var request = new SipText("OPTIONS", $"sip:{Exchange.Party.Domain}", Exchange.Party.Address(1, 5_090)) { Transport = "TLS", Caller = "sip:carol@albion.example" };
        return await OpenSslClient.AskAsync(Listener, Exchange.Party.Domain, PublicPem, own, request.ToString(), BorderWorld.Soon);
    }

    /// <summary>Sends REGISTER as somebody who shows no certificate, and gives what openssl wrote.</summary>
    internal Task<string> RegisterAsync(string caller)
    {
        var request = new SipText("REGISTER", $"sip:{Exchange.Party.Domain}", Exchange.Party.Address(1, 5_091)) { Transport = "TLS", Caller = caller };
        return OpenSslClient.AskAsync(Listener, Exchange.Party.Domain, PublicPem, null, request.ToString(), BorderWorld.Soon);
    }

    /// <summary>Starts it again with a file of authorities in place of the machine's, while something is done.</summary>
    internal async Task WithAuthoritiesOfFileAsync(Func<Task> during)
    {
        const string Setting = "trusted_certificates: ";
        await Exchange.ConfigureAsync("media:\n", $"{Setting}{Path.Combine(_folder, "file.pem")}\nmedia:\n");
        await RestartAsync();
        try
        {
            await during();
        }
        finally
        {
            await Exchange.ConfigureAsync($"{Setting}{Path.Combine(_folder, "file.pem")}\n", "");
            await RestartAsync();
        }
    }

    async Task RestartAsync()
    {
        await Exchange.Process.StopAsync();
        await Exchange.Process.DisposeAsync();
        await Exchange.StartAsync();
    }
}

using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Worlds;
using Meetpoint.KilledAtWrite;
using Meetpoint.Net;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Calls;

/// <summary>
/// One exchange between three providers: Thames, whose calls are anchored, and Severn, whose calls are transparent, call numbers of Albion's, which two
/// trunks take. A TLS listener shows a certificate of files, and the store's disk can be full.
/// </summary>
public sealed class CarrierWorld : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-carriers-").FullName;
    readonly TestAuthority _authority = new("Carriers", TimeProvider.System.GetUtcNow());
    (string Certificate, string Key) _shown;
    DemoWorld _world = null!;
    WriteGate _gate = null!;
    int _version;

    internal DemoExchange Albion => _world.Albion;

    internal ExchangeLogFile Log { get; private set; } = null!;

    /// <summary>Thames' trunk.</summary>
    internal NetAddress Thames => Albion.Party.Address(70, 5_060);

    /// <summary>Severn's trunk.</summary>
    internal NetAddress Severn => Albion.Party.Address(72, 5_060);

    /// <summary>The trunk that calls go to first.</summary>
    internal NetAddress First => Albion.Party.Address(80, 5_060);

    /// <summary>The one that takes them when the first does not.</summary>
    internal NetAddress Second => Albion.Party.Address(81, 5_060);

    /// <summary>A phone behind the first.</summary>
    internal NetAddress BehindFirst => Albion.Party.Address(82, 5_060);

    /// <summary>Who takes emergency calls of Thames' customers.</summary>
    internal NetAddress Help => Albion.Party.Address(83, 5_060);

    internal NetAddress SipTcp => Albion.Party.Address(1, 5_062);

    /// <summary>The listener whose certificate stands in files.</summary>
    internal NetAddress SipTls => Albion.Party.Address(1, 5_063);

    internal string TrustedPem => Path.Combine(_folder, "trusted.pem");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(TrustedPem, _authority.Pem);
        _world = await DemoWorld.PrepareAsync(WorldPlan.At(166), Path.Combine(_folder, "world"));
        using var leaf = _authority.Leaf([Albion.Party.Domain]);
        _shown = _authority.Write(leaf, _folder, "shown");
        await Albion.ListenAsync("tcp", "tcp", SipTcp);
        await Albion.ListenAsync("outside", "tls", SipTls, _shown);
        var gate = Path.Combine(_folder, "gate");
        _gate = WriteGate.Open(gate);
        Albion.Environment = new Dictionary<string, string> { ["DOTNET_STARTUP_HOOKS"] = typeof(WriteGate).Assembly.Location, [WriteGate.PathVariable] = gate };
        await _world.StartAlbionAsync();
        Log = new ExchangeLogFile(Albion.Process);
        await BorderWorld.ChangeAsync(Albion, world =>
        {
            BorderWorld.Add(world, "providers", """{"id":"thames","name":"Thames Tel","domains":["thames.example"],"exchange":"albion.example","numbering":{"country":"44","nationalPrefix":"0","emergencyCodes":["999"]},"emergency":["thames-help"]}""");
            BorderWorld.Add(world, "providers", """{"id":"severn","name":"Severn Tel","domains":["severn.example"],"exchange":"albion.example"}""");
            BorderWorld.Add(world, "neighbours", $$"""{"id":"thames-network","provider":"thames","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{Thames.Host}}"]}""");
            BorderWorld.Add(world, "neighbours", $$"""{"id":"severn-network","provider":"severn","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{Severn.Host}}"]}""");
            BorderWorld.Add(world, "neighbours", $$"""{"id":"thames-help","provider":"thames","kind":"sip-trunk","listener":"trunk","sipUri":"sip:{{Help}}","sourceAddresses":["{{Help.Host}}"]}""");
            BorderWorld.Add(world, "neighbours", $$"""{"id":"albion-second","provider":"albion","kind":"sip-trunk","listener":"trunk","sipUri":"sip:{{Second}}","sourceAddresses":["{{Second.Host}}"]}""");
            BorderWorld.Add(world, "neighbours", FirstTrunk("udp"));
        });
        await UseAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        _gate?.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Applies the world with another order of the trunks, another limit, and a new version of the agreements.</summary>
    /// <param name="firstTransport">By which the first trunk is asked.</param>
    /// <param name="secondFirst">True puts the second before the first.</param>
    /// <param name="ports">What Thames may use at one time; one a call.</param>
    internal Task UseAsync(string firstTransport = "udp", bool secondFirst = false, int ports = 400) => BorderWorld.ChangeAsync(Albion, world =>
    {
        BorderWorld.Replace(world, "neighbours", FirstTrunk(firstTransport));
        var order = secondFirst ? """{"via":"albion-second"},{"via":"albion-first"}""" : """{"via":"albion-first"},{"via":"albion-second"}""";
        BorderWorld.Replace(world, "routes", $$"""{"id":"numbers","prefix":"+442095","provider":"albion","candidates":[{{order}}]}""");
        BorderWorld.Replace(world, "agreements", $$"""{"id":"thames-albion","parties":["thames","albion"],"version":{{++_version}},"stage":"commercial","services":[{"service":"call"}],"calls":{"mode":"anchored"},"aToB":{"ports":{{ports}} } }""");
        BorderWorld.Replace(world, "agreements", $$"""{"id":"severn-albion","parties":["severn","albion"],"version":{{++_version}},"stage":"commercial","services":[{"service":"call"}],"calls":{"mode":"transparent"} }""");
    });

    /// <summary>Puts a new certificate in the place of the one that the listener shows, and gives it as PEM.</summary>
    internal string RenewCertificate()
    {
        using var leaf = _authority.Leaf([Albion.Party.Domain]);
        var (certificate, key) = _authority.Write(leaf, _folder, "renewed");
        File.Move(key, _shown.Key, overwrite: true);
        File.Move(certificate, _shown.Certificate, overwrite: true);
        return leaf.ExportCertificatePem();
    }

    /// <summary>Does something while the store's disk is full.</summary>
    internal async Task WhileDiskIsFullAsync(Func<Task> during)
    {
        _gate.IsFull = true;
        try
        {
            await during();
        }
        finally
        {
            _gate.IsFull = false;
        }
    }

    internal async Task<JsonArray> CallsAsync() => (await Albion.Api.GetAsync("calls?limit=100"))["items"]!.AsArray();

    internal async Task<int> CountUpAsync() => (await CallsAsync()).Count(call => (string?)call!["state"] == "up");

    string FirstTrunk(string transport) =>
        $$"""{"id":"albion-first","provider":"albion","kind":"sip-trunk","listener":"{{(transport == "udp" ? "trunk" : "tcp")}}","sipUri":"sip:{{First}};transport={{transport}}","sourceAddresses":["{{First.Host}}"]}""";
}

/// <summary>All tests of the carriers share one world.</summary>
[CollectionDefinition(Name)]
public sealed class CarrierCollection : ICollectionFixture<CarrierWorld>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "carriers";
}

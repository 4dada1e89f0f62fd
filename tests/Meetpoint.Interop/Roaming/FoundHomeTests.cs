using System.Text.Json.Nodes;
using Meetpoint.Demo;
using Meetpoint.Demo.World;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Net.Dns;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Roaming;

/// <summary>
/// A federation whose home servers only the DNS names: campus.example leads to radsecproxy, whose certificate has that realm, before FreeRADIUS. elsewhere.example leads to the same proxy, which proves nothing for it.
/// </summary>
public sealed class FoundHomeTests : IAsyncLifetime
{
    const string Secret = "testing-123-4567";
    const string Alice = $"User-Name = \"alice@campus.example\", User-Password = \"s3cret\", {RadClient.MessageAuthenticator}";

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(15);

    readonly WorldPlan _plan = WorldPlan.At(188);
    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-found-").FullName;
    readonly TestAuthority _authority = new("Federation", TimeProvider.System.GetUtcNow());
    readonly ThreadEventLoop _loop = new("names", TimeProvider.System, static _ => { });
    DemoWorld _world = null!;
    DnsServer? _names;
    FreeRadius? _home;
    RadsecProxy? _proxy;

    NetAddress NameServer => _plan.Albion.Address(53, 5_353);

    NetAddress NasAddress => _plan.Albion.Address(20, 0);

    NetAddress Hub => _plan.Albion.Address(1, 1_812);

    NetAddress Accounting => _plan.Albion.Address(1, 1_813);

    RadClient Nas => new(NasAddress, Secret);

    string Words => $"{_world.Albion.Process.LogTail()}\n{_proxy?.LogTail()}\n{_home?.LogTail()}";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _world = await DemoWorld.PrepareAsync(_plan, Path.Combine(_folder, "world"));
        var server = _plan.Liberty.Address(20, 2_083);
        _names = new DnsServer(new SocketNetwork(), _loop, NameServer, Zone("campus.example", server), Zone("elsewhere.example", server));
        await _world.Albion.ConfigureAsync($"name_servers: [\"{_plan.NameServer}\"]", $"name_servers: [\"{NameServer}\"]");
        var (certificate, key) = Certificate("radius.albion.example", null);
        await _world.Albion.ConfigureAsync("media:\n", $"""
            radius:
              - name: radius
                listen: {Hub}
              - name: outside
                transport: tls
                listen: {_plan.Albion.Address(1, 2_084)}
                certificate: {certificate}
                key: {key}
            media:

            """);
        _home = await HomeServer.StartAsync(_plan.Liberty.Address(10, 1_812), "campus.example", _authority);
        _proxy = await RadsecProxy.StartAsync(server, "radius.albion.example", "campus.example", _home.Listen, HomeServer.Secret, Certificate("radius.campus.example", ["campus.example"]), _authority.Pem);
        await _world.Albion.StartAsync();
        await _world.Albion.ApplyAsync(World("true"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var peer in (IAsyncDisposable?[])[_proxy, _home, _world])
        {
            if (peer is not null)
                await peer.DisposeAsync();
        }

        if (_names is { } names)
            _loop.Post(names.Dispose);
        _loop.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Customer_OfARealmThatTheDnsNames_IsLetIn_AndItsAccountingArrives()
    {
        var answer = await Nas.AskAsync(Hub, "auth", Alice);
        Assert.True(answer.Code == "Access-Accept", answer.Text + Words);
        Assert.Equal(["0x616c696365"], answer.Values("Class"));
        Assert.Contains(_home!.Asked(), packet => packet.Contains("Operator-Name = \"1albion.example\"", StringComparison.Ordinal));

        var trusted = Path.Combine(_folder, "ca.pem");
        await File.WriteAllTextAsync(trusted, _authority.Pem);
        EapolTest.AssertIn(await new EapolTest(NasAddress, Secret).RunAsync(
            Hub, $"eap=TTLS\n phase2=\"auth=PAP\"\n identity=\"alice@campus.example\"\n anonymous_identity=\"@campus.example\"\n password=\"s3cret\"\n ca_cert=\"{trusted}\""));

        var told = await Nas.AskAsync(Accounting, "acct", "User-Name = \"alice@campus.example\", Acct-Status-Type = Start, Acct-Session-Id = \"found-1\", NAS-Identifier = \"ap-1\"");
        Assert.True(told.Code == "Accounting-Response", told.Text + Words);
        await Expect.EventuallyAsync(
            async () => _home!.Accounted().Any(packet => packet.Contains("found-1", StringComparison.Ordinal)) && (long?)(await _world.Albion.Api.GetAsync("radius/realms"))["kept"] == 0 ? "yes" : null,
            _soon, "the report at home, and acknowledged", () => Words);
        Assert.Contains("campus.example\taaa+auth\tfound", await PrintAsync("roaming", "realms", "--discovered"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Realm_WhoseServerProvesNothing_IsRejectedAtOnce_AndTakesNothingFromOthers()
    {
        var log = new ExchangeLogFile(_world.Albion.Process);
        var mark = log.Mark();
        // As a password and as EAP, which gets its failure: each within the first wait of a client, none by silence.
        foreach (var proof in (string[])["User-Password = \"s3cret\"", "EAP-Message = 0x0201001b01616c69636540656c736577686572652e6578616d706c65"])
        {
            var answer = await Nas.AskAsync(Hub, "auth", $"User-Name = \"alice@elsewhere.example\", {proof}, {RadClient.MessageAuthenticator}", patience: 3);
            Assert.True(answer.Code == "Access-Reject", answer.Text + Words);
        }

        await log.LinesAsync(mark, "certificate.other_realm", "elsewhere.example");
        await log.LinesAsync(mark, "refused.no-route", "elsewhere.example");
        Assert.Contains("elsewhere.example\taaa+auth\tunproven", await PrintAsync("roaming", "realms", "--discovered"), StringComparison.Ordinal);
        Assert.Empty(_home!.Asked());

        var other = await Nas.AskAsync(Hub, "auth", Alice);
        Assert.True(other.Code == "Access-Accept", "the same server, for the realm that it proves: " + other.Text + Words);
    }

    [Fact]
    public async Task Realm_WithoutALeaveInTheAgreement_IsRefused_AndItsAccountingIsNotTaken()
    {
        await _world.Albion.ApplyAsync(World("false", version: 2));
        var log = new ExchangeLogFile(_world.Albion.Process);
        var mark = log.Mark();
        var answer = await Nas.AskAsync(Hub, "auth", Alice);
        Assert.True(answer.Code == "Access-Reject", answer.Text + Words);
        await log.LinesAsync(mark, "refused.discovery-not-agreed");
        var told = await Nas.AskAsync(Accounting, "acct", "User-Name = \"alice@campus.example\", Acct-Status-Type = Start, Acct-Session-Id = \"found-2\", NAS-Identifier = \"ap-1\"", patience: 1);
        Assert.True(told.Code == "silence", told.Text + Words);
        await log.LinesAsync(mark, "radius.discarded", "accounting of @campus.example");
        Assert.Empty(_home!.Asked());
    }

    static DnsZone Zone(string realm, NetAddress server) => new DnsZone(realm, 300)
        .Naptr("@", 100, 10, "aaa+auth:radius.tls.tcp", $"_radiustls._tcp.{realm}").Srv("_radiustls._tcp", 0, 0, server.Port, $"radius.{realm}").Address("radius", server.Host);

    (string Certificate, string Key) Certificate(string name, IReadOnlyList<string>? realms)
    {
        using var leaf = _authority.Leaf([name], realms: realms);
        return _authority.Write(leaf, _folder, name);
    }

    async Task<string> PrintAsync(params IReadOnlyList<string> arguments)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        await using var process = await ChildProcess.StartAsync(
            "meetpoint", folder, Path.Combine(AppContext.BaseDirectory, "meetpoint"), [.. arguments, "--config", _world.Albion.ConfigurationPath]);
        var code = await process.Exited.WithinAsync(_soon, $"meetpoint {string.Join(' ', arguments)} to end", process.LogTail);
        var text = await File.ReadAllTextAsync(process.LogPath);
        Assert.True(code == 0, text);
        return text;
    }

    string World(string leave, int version = 1) =>
        $$"""
        providers:
          - { id: albion, name: Albion, domains: [albion.example], exchange: {{_plan.Albion.Domain}}, realms: [{ name: albion.example }] }
          - { id: federation, name: Federation, exchange: {{_plan.Albion.Domain}}, realms: [{ name: "*" }] }
        neighbours:
          - id: nas
            provider: albion
            kind: radius
            listener: radius
            sourceAddresses: ["{{NasAddress.Host}}"]
            radius: { secret: {{Secret}} }
          - id: federation
            provider: federation
            kind: radius
            tlsCa: {{JsonValue.Create(_authority.Pem).ToJsonString()}}
            radius: { discover: aaa, proof: realm }
        agreements:
          - { id: albion-federation, parties: [albion, federation], version: {{version}}, stage: commercial, services: [{ service: roaming }], roaming: { discovery: {{leave}} } }
        """;
}

using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Peers;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Net.Dns;

namespace Meetpoint.Interop.Roaming;

/// <summary>
/// A federation whose home servers only the DNS names: campus.example leads to radsecproxy, whose certificate has that realm, before FreeRADIUS. elsewhere.example leads to the same proxy, which proves nothing for it.
/// </summary>
public sealed class FoundHomeTests : IAsyncLifetime
{
    const string Alice = $"User-Name = \"alice@campus.example\", User-Password = \"s3cret\", {RadClient.MessageAuthenticator}";

    static readonly TimeSpan _soon = TimeSpan.FromSeconds(15);

    readonly FederationWorld _world = new(188);
    FreeRadius? _home;
    RadsecProxy? _proxy;

    string Words => $"{_world.Exchange.Process.LogTail()}\n{_proxy?.LogTail()}\n{_home?.LogTail()}";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var server = _world.Plan.Liberty.Address(20, 2_083);
        var (certificate, key) = Certificate("radius.albion.example", null);
        await _world.PrepareAsync(
            $"  - name: outside\n    transport: tls\n    listen: {_world.Plan.Albion.Address(1, 2_084)}\n    certificate: {certificate}\n    key: {key}\n",
            Zone("campus.example", server), Zone("elsewhere.example", server));
        _home = await HomeServer.StartAsync(_world.Plan.Liberty.Address(10, 1_812), "campus.example", _world.Authority);
        _proxy = await RadsecProxy.StartAsync(
            server, "radius.albion.example", "campus.example", _home.Listen, HomeServer.Secret, Certificate("radius.campus.example", ["campus.example"]), _world.Authority.Pem);
        await _world.StartAsync(World("true"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var peer in (IAsyncDisposable?[])[_proxy, _home, _world])
        {
            if (peer is not null)
                await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task Customer_OfARealmThatTheDnsNames_IsLetIn_AndItsAccountingArrives()
    {
        var answer = await _world.Nas.AskAsync(_world.Hub, "auth", Alice);
        Assert.True(answer.Code == "Access-Accept", answer.Text + Words);
        Assert.Equal(["0x616c696365"], answer.Values("Class"));
        Assert.Contains(_home!.Asked(), packet => packet.Contains("Operator-Name = \"1albion.example\"", StringComparison.Ordinal));

        var trusted = Path.Combine(_world.Folder, "ca.pem");
        await File.WriteAllTextAsync(trusted, _world.Authority.Pem);
        EapolTest.AssertIn(await new EapolTest(_world.NasAddress, FederationWorld.Secret).RunAsync(
            _world.Hub, $"eap=TTLS\n phase2=\"auth=PAP\"\n identity=\"alice@campus.example\"\n anonymous_identity=\"@campus.example\"\n password=\"s3cret\"\n ca_cert=\"{trusted}\""));

        var told = await _world.Nas.AskAsync(_world.Accounting, "acct", "User-Name = \"alice@campus.example\", Acct-Status-Type = Start, Acct-Session-Id = \"found-1\", NAS-Identifier = \"ap-1\"");
        Assert.True(told.Code == "Accounting-Response", told.Text + Words);
        await Expect.EventuallyAsync(
            async () => _home!.Accounted().Any(packet => packet.Contains("found-1", StringComparison.Ordinal)) && (long?)(await _world.Exchange.Api.GetAsync("radius/realms"))["kept"] == 0 ? "yes" : null,
            _soon, "the report at home, and acknowledged", () => Words);
        Assert.Contains("campus.example\taaa+auth\tfound", await PrintAsync("roaming", "realms", "--discovered"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Realm_WhoseServerProvesNothing_IsRejectedAtOnce_AndTakesNothingFromOthers()
    {
        var log = new ExchangeLogFile(_world.Exchange.Process);
        var mark = log.Mark();
        // As a password and as EAP, which gets its failure: each within the first wait of a client, none by silence.
        foreach (var proof in (string[])["User-Password = \"s3cret\"", "EAP-Message = 0x0201001b01616c69636540656c736577686572652e6578616d706c65"])
        {
            var answer = await _world.Nas.AskAsync(_world.Hub, "auth", $"User-Name = \"alice@elsewhere.example\", {proof}, {RadClient.MessageAuthenticator}", patience: 3);
            Assert.True(answer.Code == "Access-Reject", answer.Text + Words);
        }

        await log.LinesAsync(mark, "certificate.other_realm", "elsewhere.example");
        await log.LinesAsync(mark, "refused.no-route", "elsewhere.example");
        Assert.Contains("elsewhere.example\taaa+auth\tunproven", await PrintAsync("roaming", "realms", "--discovered"), StringComparison.Ordinal);
        Assert.Empty(_home!.Asked());

        var other = await _world.Nas.AskAsync(_world.Hub, "auth", Alice);
        Assert.True(other.Code == "Access-Accept", "the same server, for the realm that it proves: " + other.Text + Words);
    }

    [Fact]
    public async Task Realm_WithoutALeaveInTheAgreement_IsRefused_AndItsAccountingIsNotTaken()
    {
        await _world.Exchange.ApplyAsync(World("false", version: 2));
        var log = new ExchangeLogFile(_world.Exchange.Process);
        var mark = log.Mark();
        var answer = await _world.Nas.AskAsync(_world.Hub, "auth", Alice);
        Assert.True(answer.Code == "Access-Reject", answer.Text + Words);
        await log.LinesAsync(mark, "refused.discovery-not-agreed");
        var told = await _world.Nas.AskAsync(_world.Accounting, "acct", "User-Name = \"alice@campus.example\", Acct-Status-Type = Start, Acct-Session-Id = \"found-2\", NAS-Identifier = \"ap-1\"", patience: 1);
        Assert.True(told.Code == "silence", told.Text + Words);
        await log.LinesAsync(mark, "radius.discarded", "accounting of @campus.example");
        Assert.Empty(_home!.Asked());
    }

    static DnsZone Zone(string realm, NetAddress server) => new DnsZone(realm, 300)
        .Naptr("@", 100, 10, "aaa+auth:radius.tls.tcp", $"_radiustls._tcp.{realm}").Srv("_radiustls._tcp", 0, 0, server.Port, $"radius.{realm}").Address("radius", server.Host);

    (string Certificate, string Key) Certificate(string name, IReadOnlyList<string>? realms)
    {
        using var leaf = _world.Authority.Leaf([name], realms: realms);
        return _world.Authority.Write(leaf, _world.Folder, name);
    }

    async Task<string> PrintAsync(params IReadOnlyList<string> arguments)
    {
        var outcome = await _world.RunAsync(arguments);
        Assert.True(outcome.Code == 0, outcome.Text);
        return outcome.Text;
    }

    string World(string leave, int version = 1) => _world.World("federation", "discover: aaa, proof: realm", $"version: {version}, roaming: {{ discovery: {leave} }}");
}

using System.Text.Json.Nodes;
using Meetpoint.Demo.World;
using Meetpoint.Demo;
using Meetpoint.Interop.Border;
using Meetpoint.Interop.Worlds;
using Meetpoint.Net;
using Meetpoint.Simulation.Kit;
using Meetpoint.Tests.Support;

namespace Meetpoint.Interop.Calls;

/// <summary>Two nodes of one exchange on one PostgreSQL: the first is killed (SIGKILL) with calls up, and the second, which takes its addresses, goes on.</summary>
public sealed class TakenOverCallTests : IAsyncLifetime
{
    /// <summary>When a node is taken for dead, and how long it then has to come back, with the looks on the way.</summary>
    static readonly TimeSpan TakenOver = TimeSpan.FromMinutes(4);

    readonly string _folder = Directory.CreateTempSubdirectory("meetpoint-nodes-").FullName;
    readonly PostgresServer _server = new();
    DemoWorld? _world;
    DemoExchange? _second;

    DemoExchange First => _world!.Albion;

    NetAddress Thames => First.Party.Address(70, 5_060);

    NetAddress Core => First.Party.Address(80, 5_060);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        if (!_server.IsInstalled)
            return;
        _world = await DemoWorld.PrepareAsync(WorldPlan.At(167), Path.Combine(_folder, "world"), _ => _server.ConnectionString);
        await First.ConfigureAsync("store:\n", "store:\n  node: node-1\n");
        await _world.StartAlbionAsync();
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "second", "data")).Parent!.FullName;
        File.Copy(Path.Combine(First.Folder, "data", "identity.pem"), Path.Combine(folder, "data", "identity.pem"));
        _second = await DemoExchange.PrepareAsync(First.Party, folder, _server.ConnectionString);
        await _second.ConfigureAsync("store:\n", "store:\n  node: node-2\n");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_second is not null)
            await _second.DisposeAsync();
        if (_world is not null)
            await _world.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task TransparentCall_WhoseNodeIsKilled_IsChangedEndedAndChargedByAnother()
    {
        _server.SkipWhenAbsent();
        await AgreeAsync("transparent");
        using var callee = RawSip.Bind(Core, First.Party.Trunk);
        using var call = await BeginAsync(callee);
        await KillAsync();

        await ChangeAsync(call, callee);
        await EndAsync(call, callee);

        await IsChargedAsync();
    }

    [Fact]
    public async Task AnchoredCall_WhoseNodeIsKilled_GoesOnAtAnotherOnceThatHasTakenItOver()
    {
        _server.SkipWhenAbsent();
        Assert.SkipUnless(LongForms.AreAsked, "a node is given two minutes to come back: ./test --full");
        await AgreeAsync("anchored");
        using var callee = RawSip.Bind(Core, First.Party.Trunk);
        using var call = await BeginAsync(callee);
        await KillAsync();
        await Expect.EventuallyAsync(
            async () => (await _second!.Api.GetAsync("calls"))["items"]!.AsArray().Count == 1 ? "taken" : null, TakenOver, "the call to be taken over", _second!.Process.LogTail);

        await ChangeAsync(call, callee);
        await EndAsync(call, callee);

        await IsChargedAsync();
    }

    Task AgreeAsync(string mode) => BorderWorld.ChangeAsync(First, world =>
    {
        BorderWorld.Add(world, "providers", """{"id":"thames","name":"Thames Tel","domains":["thames.example"],"exchange":"albion.example"}""");
        BorderWorld.Add(world, "neighbours", $$"""{"id":"thames-network","provider":"thames","kind":"sip-trunk","listener":"trunk","sourceAddresses":["{{Thames.Host}}"]}""");
        BorderWorld.Add(world, "neighbours", $$"""{"id":"albion-core","provider":"albion","kind":"sip-trunk","listener":"trunk","sipUri":"sip:{{Core}}","sourceAddresses":["{{Core.Host}}"]}""");
        BorderWorld.Add(world, "tariffs", """{"id":"calls","currency":"EUR","rates":[{"unit":"call-minute","price":"0.06","per":"minute"}]}""");
        BorderWorld.Add(world, "agreements", $$"""{"id":"thames-albion","parties":["thames","albion"],"version":1,"stage":"commercial","services":[{"service":"call"}],"calls":{"mode":"{{mode}}"},"charges":[{"unit":"call-minute","payer":"thames","payee":"albion","tariff":"calls"}]}""");
    });

    async Task<CarrierCall> BeginAsync(RawSip callee)
    {
        var caller = RawSip.Bind(Thames, First.Party.Trunk);
        var invite = SipText.Invite("sip:+442095550001@albion.example", caller.Local, "sip:carol@thames.example");
        caller.Send(invite.ToString());
        var call = new CarrierCall(caller, invite);
        await call.AnswerAsync(callee, await callee.RequestAsync("INVITE"));
        return call;
    }

    async Task KillAsync()
    {
        await First.Process.KillAsync();
        await _second!.StartAsync();
    }

    static async Task ChangeAsync(CarrierCall call, RawSip callee)
    {
        call.Caller.Send((call.Within("INVITE", 2) with { ContentType = "application/sdp", Body = call.Invite.Body }).ToString());
        callee.Send(Answering.To(await callee.RequestAsync("INVITE"), 200, "OK", callee.Local, SipText.Offer(callee.Local.WithPort(29_802))));
        Assert.Equal(200, SipText.Status(await call.Caller.AnswerAsync("2 INVITE")));
        call.Caller.Send((call.Within("ACK", 2) with { Branch = "z9hG4bKtakenover" }).ToString());
        await callee.RequestAsync("ACK");
    }

    static Task EndAsync(CarrierCall call, RawSip callee) => call.EndAsync(callee, 3);

    /// <summary>For all of its length: longer than the second node took to start, which the kill alone would not leave.</summary>
    async Task IsChargedAsync()
    {
        var line = await Expect.EventuallyAsync(
            async () => (await _second!.Api.GetAsync("agreements/thames-albion/statement"))["lines"]!.AsArray().SingleOrDefault(), BorderWorld.Soon,
            "the call on the statement", _second!.Process.LogTail);
        Assert.Equal(("call-minute", "+442095550001"), ((string?)line!["unit"], (string?)line["called"]));
        Assert.InRange((long)line["billableMs"]!, 500, 600_000);
    }
}

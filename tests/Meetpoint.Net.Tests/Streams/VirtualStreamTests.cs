using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Net.Tests.Streams;

public sealed class VirtualStreamTests : StreamContract
{
    readonly VirtualWorld _world = new(11);
    readonly VirtualHost _client;
    readonly VirtualHost _server;

    public VirtualStreamTests()
    {
        _world.Network.DefaultConditions = new LinkConditions { JitterNs = 5 * MonotonicTime.Millisecond, Loss = 0.05 };
        _client = _world.Network.AddHost("10.0.0.1", "2001:db8::1");
        _server = _world.Network.AddHost("10.0.0.2", "2001:db8::2");
        Loop = _world.CreateLoop("both");
    }

    internal override (INetwork Client, INetwork Server) Networks => (_client, _server);

    internal override IEventLoop Loop { get; }

    internal override NetAddress[] ServerAddresses => [NetAddress.Parse("10.0.0.2:0"), NetAddress.Parse("[2001:db8::2]:0")];

    [Fact]
    public async Task Cut_Short_DelaysAStreamAndLong_EndsBothEnds()
    {
        var (client, server) = await Open(ServerAddresses[0], null, null, echo: false);
        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.2"));
        client.Stream!.Send([1, 2]);
        client.Stream!.Send([3]);
        _world.RunFor(5 * MonotonicTime.Second);
        server.Bytes.ShouldBeEmpty();
        _world.Network.HealAll();
        await Until(() => server.Bytes.Count == 3);
        server.Bytes.ShouldBe([1, 2, 3]);

        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.2"));
        client.Stream.Send([4]);
        await Until(() => client.Closed is not null && server.Closed is not null);
        client.Closed.ShouldBe("timed out");
        server.Bytes.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Connect_NoRoute_IsTold()
    {
        var lonely = _world.Network.AddHost("10.9.9.9");
        var probe = new StreamProbe { Loop = Loop };
        lonely.Connect(NetAddress.Parse("[2001:db8::2]:1"), null, null, Loop, probe);
        await Until(() => probe.Closed == "no route");
    }

    internal override Task Until(Func<bool> condition)
    {
        _world.RunUntil(condition, 300 * MonotonicTime.Second).ShouldBeTrue("not within five minutes of virtual time");
        return Task.CompletedTask;
    }

    internal override Task OnLoop(Action work)
    {
        Loop.Post(work);
        _world.RunDue();
        return Task.CompletedTask;
    }
}

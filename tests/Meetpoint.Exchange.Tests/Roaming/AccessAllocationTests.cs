using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Roaming.Discovery;
using Meetpoint.Exchange.Roaming.Hub;
using Meetpoint.Exchange.Roaming.Rules;
using Meetpoint.Exchange.Roaming.Sessions;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Exchange.Settlement;
using Meetpoint.Exchange.Tests.Interconnect;
using Meetpoint.Exchange.Roaming.Transports;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Discovery;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Meetpoint.Tests.Support;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming;

/// <summary>An access request and its answer through the hub leave nothing to the collector once everything is warm.</summary>
public sealed class AccessAllocationTests : IEventLoop, INetwork, IClock
{
    const string Secret = "testing-123-4567";
    const int Warm = 3_000, Measured = 1_000;

    static readonly NetAddress _nas = NetAddress.Parse("192.0.2.1:40000"), _home = NetAddress.Parse("192.0.2.2:1812"), _hub = NetAddress.Parse("192.0.2.3:1812");
    static readonly PacketSecurity _security = PacketSecurity.By(new SharedSecret(Encoding.UTF8.GetBytes(Secret)), MessageAuthenticatorRule.Always);

    readonly byte[] _request = new byte[RadiusPacket.MaxLength], _response = new byte[RadiusPacket.MaxLength];
    readonly List<StubSocket> _sockets = [];
    ulong _authenticator;

    public long NowNs { get; private set; }

    public TimerWheel Timers { get; } = new(0);

    public bool IsCurrent => true;

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"cui":"as-issued"}""")]
    [InlineData(
        """
        {"maxUpBps":2000,"maxSessions":1000000,"requestsPerSecond":1000000,"rules":[{"of":"request","remove":["WISPr-Location-Name","NAS-Port"]},
         {"of":"accept","keepOnly":["Session-Timeout","WISPr","Microsoft"],"cap":["Session-Timeout = 600"],"add":["Idle-Timeout = 60"],"set":["Reply-Message = hello"]}]}
        """)]
    public void Access_Warm_AllocatesNothing(string roaming)
    {
        var admission = Worlds.Admission(World(roaming));
        var terms = new WorldUsageTerms(() => admission.World, null!);
        var context = new RoamingContext
        {
            Network = this, Loop = this, Admission = admission, Crossings = new Crossings(new byte[32], () => admission.World), Room = new SessionRoom(null!, () => admission.World, this), Refusals = null!, Log = null!, Clock = this, Store = null!, Node = "1",
            Sessions = new RoamingSessions("albion.example", null!, null!, terms, () => admission.World, this, new SeededRandomness(1), this, null!),
            Authenticators = new AuthenticatorSource(new SeededRandomness(1)), OwnProxyState = RoamingContext.ProxyStateOf("albion.example"),
            Discovery = new RealmDiscovery(null!, this, new Random(1), new RealmLookupOptions()),
        };
        using var hub = new RadiusHub(context, new Random(1));
        hub.Listen(new RadiusListen("radius", _hub, NetAddress.None));
        hub.OnWorldApplied();
        // Who has watched, and watches no more, costs nothing either.
        WatchedName.TryParse("alice@liberty.example", out var name).ShouldBeTrue();
        var watcher = context.Watch.TryAdd(name!)!;
        Ask(hub).ShouldBe(RadiusCode.AccessAccept);
        watcher.Lines.Count.ShouldBeGreaterThan(5, "each step of what was watched");
        context.Watch.Remove(watcher);
        for (var i = 0; i < Warm; i++)
            Ask(hub).ShouldBe(RadiusCode.AccessAccept);
        var before = Allocations.Begin();
        var accepted = 0;
        for (var i = 0; i < Measured; i++)
            accepted += Ask(hub) == RadiusCode.AccessAccept ? 1 : 0;
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        accepted.ShouldBe(Measured);
    }

    /// <summary>One request, its way to the home, the answer, and its way back.</summary>
    RadiusCode Ask(RadiusHub hub)
    {
        NowNs += MonotonicTime.Millisecond;
        var writer = _security.BeginRequest(_request, new RequestMark(RadiusCode.AccessRequest, (uint)(_authenticator % 256), new RequestAuthenticator(7, ++_authenticator)));
        writer.TryWrite(AttributeType.UserName, "alice@liberty.example"u8);
        writer.TryWrite(AttributeType.ChargeableUserIdentity, [0]);
        writer.TryWriteInteger(AttributeType.NasPort, 3);
        writer.TryWrite(AttributeType.VendorSpecific, [0, 0, 0x37, 0x2a, 1, 3, (byte)'x', 2, 3, (byte)'y']); // WISPr: where it is
        hub.OnDatagram(_sockets[0], _request.AsSpan(0, _security.SignRequest(ref writer)), _nas, NowNs);

        var server = _sockets[^1];
        if (!RadiusPacket.TryParse(server.Sent, out var asked, out _) || asked.Code != RadiusCode.AccessRequest)
            return RadiusCode.None;
        var answer = _security.BeginResponse(_response, RadiusCode.AccessAccept, _security.MarkOf(asked));
        answer.TryWriteInteger(AttributeType.SessionTimeout, 3_600);
        answer.TryWrite(AttributeType.FilterId, "staff"u8);
        answer.TryWrite(AttributeType.ChargeableUserIdentity, "c0ffee00-1111-2222-3333-444455556666"u8);
        answer.TryWrite(AttributeType.VendorSpecific, [0, 0, 0x37, 0x2a, 7, 6, 0, 0, 0x23, 0x28]); // WISPr-Bandwidth-Max-Up = 9000
        ProxyStates.TryCopyAll(asked, ref answer);
        server.Receiver.OnDatagram(server, _response.AsSpan(0, _security.SignResponse(ref answer)), _home, NowNs);
        return RadiusPacket.TryParse(_sockets[0].Sent, out var back, out _) ? back.Code : RadiusCode.None;
    }

    public Instant GetCurrentInstant() => Worlds.Now;

#pragma warning disable xUnit1013 // what follows is the loop's, the network's and the clock's
    public void Post(Action work) => work();

    public IDatagramSocket OpenDatagram(NetAddress local, IEventLoop loop, IDatagramReceiver receiver)
    {
        var socket = new StubSocket(local, receiver);
        _sockets.Add(socket);
        return socket;
    }

    public IStreamListener Listen(NetAddress local, TlsIdentity? tls, IEventLoop loop, Func<IStream, IStreamReceiver> accept) => throw new NotSupportedException();

    public IStream Connect(NetAddress remote, TlsIdentity? tls, string? serverName, IEventLoop loop, IStreamReceiver receiver) => throw new NotSupportedException();

    static WorldDocument World(string roaming)
    {
        var world = JsonNode.Parse(Worlds.Json)!;
        world["providers"]![1]!["realms"] = JsonNode.Parse("""[{"name":"liberty.example"}]""");
        world["agreements"]![0]!["services"]!.AsArray().Add(JsonNode.Parse("""{"service":"roaming"}"""));
        world["agreements"]![0]!["roaming"] = JsonNode.Parse(roaming);
        var neighbours = world["neighbours"]!.AsArray();
        neighbours.Add(JsonNode.Parse($$$"""{"id":"nas","provider":"albion","kind":"radius","listener":"radius","sourceAddresses":["{{{_nas.Host}}}"],"radius":{"secret":"{{{Secret}}}"}}"""));
        neighbours.Add(JsonNode.Parse($$$"""{"id":"home","provider":"liberty","kind":"radius","radius":{"secret":"{{{Secret}}}","servers":["{{{_home}}}"]}}"""));
        return Worlds.Read(world.ToJsonString());
    }

    sealed class StubSocket(NetAddress local, IDatagramReceiver receiver) : IDatagramSocket
    {
        readonly byte[] _sent = new byte[RadiusPacket.MaxLength];
        int _length;

        public NetAddress Local { get; } = local;

        public IDatagramReceiver Receiver { get; } = receiver;

        /// <summary>What was sent last.</summary>
        public ReadOnlySpan<byte> Sent => _sent.AsSpan(0, _length);

        public bool DeliversAtOnce { get; set; } = true;

        public void Send(ReadOnlySpan<byte> payload, in NetAddress to)
        {
            payload.CopyTo(_sent);
            _length = payload.Length;
        }

        public void Deliver()
        {
        }

        public void Dispose()
        {
        }
    }
}

using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Net.Tests.Dns;

/// <summary>Answers that fit into no datagram, over IPv4 and IPv6, in virtual time.</summary>
public sealed class DnsStreamTests
{
    const int Hosts = 100;

    readonly VirtualWorld _world = new(7);
    readonly VirtualEventLoop _loop;
    readonly VirtualHost _client;
    readonly VirtualHost _serverHost;
    readonly List<VirtualTraceEntry> _sent = [];

    public DnsStreamTests()
    {
        _loop = _world.CreateLoop("all");
        _client = _world.Network.AddHost("10.0.0.1", "2001:db8::1");
        _serverHost = _world.Network.AddHost("10.0.0.53", "2001:db8::53");
        _world.Network.Trace = _sent.Add;
    }

    [Theory]
    [InlineData("10.0.0.53")]
    [InlineData("2001:db8::53")]
    public void Query_AnswerIsCutShort_TheWholeComesOverTcp(string server)
    {
        _ = new DnsServer(_serverHost, _loop, NetAddress.Parse(server).WithPort(53), Big());
        Ask(Client(server)).Records.Count.ShouldBe(Hosts);
        _sent.ShouldContain(entry => entry.IsStream && entry.To.Port == 53, "over TCP");
        _world.RunFor(20 * MonotonicTime.Second);
        _sent.Clear();
        Ask(Client(server), "small.example.org").Records.Count.ShouldBe(1);
        _sent.ShouldNotContain(entry => entry.IsStream, "what fits needs no connection");
    }

    [Fact]
    public void Query_OnIPv6LiteralOfAConfiguration_IsAServer()
    {
        SystemNames.ParseServers("nameserver 2001:db8::53\nnameserver 10.0.0.53").Select(server => server.ToString())
            .ShouldBe(["[2001:db8::53]:53", "10.0.0.53:53"]);
    }

    [Fact]
    public void Query_FirstServerTakesNoTcp_TheNextIsAskedForTheWhole()
    {
        var half = _world.Network.AddHost("10.0.0.54");
        _ = new CutServer(half, _loop, "10.0.0.54:53");
        _ = new DnsServer(_serverHost, _loop, NetAddress.Parse("10.0.0.53:53"), Big());
        Ask(Client("10.0.0.54", "10.0.0.53")).Records.Count.ShouldBe(Hosts);
    }

    [Fact]
    public void Query_NoServerGivesTheWhole_WhatCameIsUsedInBoundedTime()
    {
        var half = _world.Network.AddHost("10.0.0.54");
        _ = new CutServer(half, _loop, "10.0.0.54:53");
        var answer = Ask(Client("10.0.0.54"));
        (answer.Status, answer.Records.Count).ShouldBe((DnsAnswerStatus.Found, 1));
        _world.NowNs.ShouldBeLessThan(13 * MonotonicTime.Second);
    }

    [Fact]
    public void Query_TcpServerThatSaysNothing_IsGivenUpInItsTime()
    {
        var half = _world.Network.AddHost("10.0.0.54");
        _ = new CutServer(half, _loop, "10.0.0.54:53");
        half.Listen(NetAddress.Parse("10.0.0.54:53"), null, _loop, _ => new Silent());
        var answer = Ask(Client("10.0.0.54"));
        answer.Records.Count.ShouldBe(1);
        _world.NowNs.ShouldBeLessThan(13 * MonotonicTime.Second);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public void Server_QueriesInPiecesOfAnySize_AreAllAnsweredOnOneConnection(int size)
    {
        _ = new DnsServer(_serverHost, _loop, NetAddress.Parse("10.0.0.53:53"), Big());
        var peer = Connect();
        var wire = Framed(1, "small.example.org").Concat(Framed(2, "many.example.org")).ToArray();
        _loop.Post(() =>
        {
            foreach (var piece in wire.Chunk(size))
                peer.Stream!.Send(piece);
        });
        _world.RunFor(MonotonicTime.Second);
        peer.Messages.Select(message => (message.Id, message.Answers.Count)).ShouldBe([((ushort)1, 1), ((ushort)2, Hosts)]);
        peer.Messages[1].IsTruncated.ShouldBeFalse();
        peer.IsClosed.ShouldBeFalse();
        _world.RunFor(11 * MonotonicTime.Second);
        peer.IsClosed.ShouldBeTrue("a quiet connection is closed");
    }

    [Fact]
    public void Server_WhatIsNoQuery_IsClosed()
    {
        _ = new DnsServer(_serverHost, _loop, NetAddress.Parse("10.0.0.53:53"), Big());
        var peer = Connect();
        _loop.Post(() => peer.Stream!.Send([0, 4, 1, 2, 3, 4]));
        _world.RunFor(MonotonicTime.Second);
        (peer.IsClosed, peer.Messages.Count).ShouldBe((true, 0));
    }

    static DnsZone Big()
    {
        var zone = new DnsZone("example.org").Address("small", "192.0.2.250");
        for (var i = 1; i <= Hosts; i++)
            zone.Address("many", $"192.0.2.{i}");
        return zone;
    }

    static byte[] Framed(ushort id, string name)
    {
        var bytes = new byte[512];
        var length = new DnsMessage { Id = id, QuestionName = name, QuestionType = DnsType.A }.Write(bytes.AsSpan(2));
        bytes[1] = (byte)length;
        return bytes[..(length + 2)];
    }

    Peer Connect()
    {
        var peer = new Peer();
        _loop.Post(() => _client.Connect(NetAddress.Parse("10.0.0.53:53"), null, null, _loop, peer));
        _world.RunFor(MonotonicTime.Second);
        peer.Stream.ShouldNotBeNull();
        return peer;
    }

    DnsClient Client(params string[] servers) => new(_client, _loop, new DnsClientOptions { Servers = [.. servers.Select(server => NetAddress.Parse(server))] });

    DnsAnswer Ask(DnsClient client, string name = "many.example.org")
    {
        DnsAnswer? answer = null;
        _loop.Post(() => client.Query(name, DnsType.A, found => answer = found));
        _world.RunUntil(() => answer is not null, 60 * MonotonicTime.Second).ShouldBeTrue();
        return answer!;
    }

    /// <summary>A server that always says that more did not fit.</summary>
    sealed class CutServer : IDatagramReceiver
    {
        public CutServer(VirtualHost host, VirtualEventLoop loop, string at) => host.OpenDatagram(NetAddress.Parse(at), loop, this);

        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
            DnsMessage.TryParse(payload, out var query, out _).ShouldBeTrue();
            var bytes = new byte[512];
            var length = new DnsMessage
            {
                Id = query!.Id, IsResponse = true, IsTruncated = true, QuestionName = query.QuestionName, QuestionType = query.QuestionType,
                Answers = [new AddressRecord(query.QuestionName!, 60, NetAddress.Parse("192.0.2.1"))],
            }.Write(bytes);
            socket.Send(bytes.AsSpan(0, length), from);
        }
    }

    sealed class Silent : IStreamReceiver
    {
        public void OnOpened(IStream stream)
        {
        }

        public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
        {
        }

        public void OnClosed(IStream stream, string reason)
        {
        }
    }

    sealed class Peer : IStreamReceiver
    {
        readonly DnsStreamFramer _framer = new();

        public IStream? Stream { get; private set; }

        public List<DnsMessage> Messages { get; } = [];

        public bool IsClosed { get; private set; }

        public void OnOpened(IStream stream) => Stream = stream;

        public void OnBytes(IStream stream, ReadOnlySpan<byte> bytes, long nowNs)
        {
            _framer.Add(bytes);
            while (_framer.TryNext(out var payload))
            {
                DnsMessage.TryParse(payload, out var message, out var error).ShouldBeTrue(error.ToString());
                Messages.Add(message!);
            }
        }

        public void OnClosed(IStream stream, string reason) => IsClosed = true;
    }
}

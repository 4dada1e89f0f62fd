using Meetpoint.Net.Dns;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Net.Tests.Dns;

/// <summary>Client, SIP resolver and server together, in virtual time.</summary>
public sealed class ResolutionTests
{
    readonly VirtualWorld _world = new(5);
    readonly VirtualEventLoop _loop;
    readonly VirtualHost _clientHost;
    readonly DnsClient _client;
    readonly SipResolver _resolver;
    int _asked;

    public ResolutionTests()
    {
        _loop = _world.CreateLoop("all");
        _clientHost = _world.Network.AddHost("10.0.0.1");
        var serverHost = _world.Network.AddHost("10.0.0.53");
        _ = new DnsServer(serverHost, _loop, NetAddress.Parse("10.0.0.53:53"), new DnsZone("example.org")
            .Naptr("@", 10, 10, "SIPS+D2T", "_sips._tcp.example.org")
            .Naptr("@", 20, 10, "SIP+D2U", "_sip._udp.example.org")
            .Srv("_sips._tcp", 1, 0, 5061, "a.example.org")
            .Srv("_sip._udp", 1, 0, 5060, "a.example.org")
            .Srv("_sip._udp", 2, 0, 5070, "b.example.org")
            .Srv("_sip._tcp.denied", 0, 0, 0, "")
            .Srv("_sip._udp.denied", 0, 0, 0, "")
            .Srv("_sips._tcp.denied", 0, 0, 0, "")
            .Address("a", "192.0.2.1").Address("a", "2001:db8::1").Address("b", "192.0.2.2").Address("plain", "192.0.2.3")
            .Alias("www", "plain.example.org"));
        _client = new DnsClient(
            _clientHost,
            _loop,
            new DnsClientOptions
            {
                Servers = [NetAddress.Parse("10.0.0.99"), NetAddress.Parse("10.0.0.53")],
                Hosts = SystemNames.ParseHosts("127.0.0.1 box # a comment\n\n::1 box"),
            },
            new SeededRandomness(7));
        _resolver = new SipResolver(_client, _loop, new Random(1));
        _world.Network.Trace = entry => _asked += entry.To.Port == 53 ? 1 : 0;
    }

    [Theory]
    [InlineData("example.org", 0, null, false,
        "Tls [2001:db8::1]:5061,Tls 192.0.2.1:5061,Udp [2001:db8::1]:5060,Udp 192.0.2.1:5060,Udp 192.0.2.2:5070")]
    [InlineData("example.org", 0, null, true, "Tls [2001:db8::1]:5061,Tls 192.0.2.1:5061")]
    [InlineData("EXAMPLE.org.", 0, SipTransport.Udp, false, "Udp [2001:db8::1]:5060,Udp 192.0.2.1:5060,Udp 192.0.2.2:5070")]
    [InlineData("a.example.org", 5080, null, false, "Udp [2001:db8::1]:5080,Udp 192.0.2.1:5080")]
    [InlineData("plain.example.org", 0, null, false, "Udp 192.0.2.3:5060")]
    [InlineData("plain.example.org", 0, null, true, "Tls 192.0.2.3:5061")]
    [InlineData("plain.example.org", 0, SipTransport.Tcp, true, "Tls 192.0.2.3:5061")]
    [InlineData("www.example.org", 5062, SipTransport.Tcp, false, "Tcp 192.0.2.3:5062")]
    [InlineData("192.0.2.9", 0, null, false, "Udp 192.0.2.9:5060")]
    [InlineData("[2001:db8::9]", 0, null, true, "Tls [2001:db8::9]:5061")]
    [InlineData("box", 5060, SipTransport.Tcp, false, "Tcp [::1]:5060,Tcp 127.0.0.1:5060")]
    [InlineData("denied.example.org", 0, null, false, "")]
    [InlineData("missing.example.org", 0, null, false, "")]
    public void Resolve_EveryForm_GivesItsHopsInOrder(string host, int port, SipTransport? transport, bool secure, string expected)
    {
        SipResolution? result = null;
        _loop.Post(() => _resolver.Resolve(new SipTarget(host, port, transport, secure), found => result = found));
        _world.RunUntil(() => result is not null, 60 * MonotonicTime.Second).ShouldBeTrue();
        string.Join(",", result!.Hops.Select(hop => $"{hop.Transport} {hop.Address}")).ShouldBe(expected);
        (result.Failure is null).ShouldBe(expected.Length > 0);
    }

    [Theory]
    [InlineData("a.example.org", DnsAnswerStatus.Found)]
    [InlineData("missing.example.org", DnsAnswerStatus.NoSuchName)]
    [InlineData("_udp.example.org", DnsAnswerStatus.NoData)]
    public void Query_SecondTimeWithinItsLife_AsksNoServerAndLaterDoes(string name, DnsAnswerStatus expected)
    {
        Ask(name).Status.ShouldBe(expected);
        var asked = _asked;
        Ask(name).Status.ShouldBe(expected);
        _asked.ShouldBe(asked);
        _world.RunFor(61 * MonotonicTime.Second);
        Ask(name);
        _asked.ShouldBeGreaterThan(asked);
    }

    [Fact]
    public void Query_NoServerAnswers_FailsInBoundedTime()
    {
        _world.Network.Cut(AddressPrefix.Any, AddressPrefix.Parse("10.0.0.53"));
        Ask("a.example.org").Status.ShouldBe(DnsAnswerStatus.Failed);
        _world.NowNs.ShouldBe(6 * MonotonicTime.Second);
    }

    [Fact]
    public void Query_AnswersOfAStranger_AreNotBelieved()
    {
        var stranger = _world.Network.AddHost("10.0.0.66");
        var socket = stranger.OpenDatagram(NetAddress.Parse("10.0.0.66:53"), _loop, new Deaf());
        var forged = new byte[512];
        _world.Network.Trace = entry =>
        {
            if (entry.To.Port != 53)
                return;
            var length = new DnsMessage
            {
                Id = 0x0707, IsResponse = true, QuestionName = "a.example.org", QuestionType = DnsType.A,
                Answers = [new AddressRecord("a.example.org", 60, NetAddress.Parse("6.6.6.6"))],
            }.Write(forged);
            socket.Send(forged.AsSpan(0, length), entry.From);
        };
        Ask("a.example.org").Records.OfType<AddressRecord>().Single().Address.Host.ShouldBe("192.0.2.1");
    }

    DnsAnswer Ask(string name)
    {
        DnsAnswer? answer = null;
        _loop.Post(() => _client.Query(name, DnsType.A, found => answer = found));
        _world.RunUntil(() => answer is not null, 60 * MonotonicTime.Second).ShouldBeTrue();
        return answer!;
    }

    sealed class Deaf : IDatagramReceiver
    {
        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
        }
    }
}

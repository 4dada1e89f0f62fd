using System.Text;
using Meetpoint.Media.DataChannels;
using Meetpoint.Media.Dtls;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.DataChannels;

/// <summary>Data channels between two of ours, DTLS and all, in virtual time.</summary>
public sealed class DataTransportTests : IDisposable
{
    readonly Queue<(End To, byte[] Datagram)> _way = new();
    readonly DtlsContext _context = new(DtlsCertificate.Create(DateTimeOffset.UnixEpoch.AddYears(56), TimeSpan.FromDays(30)), new DtlsOptions { CarriesData = true });
    readonly End _client, _server;
    long _nowNs = MonotonicTime.Second;

    public DataTransportTests()
    {
        _client = new End(this, DtlsRole.Client, 1);
        _server = new End(this, DtlsRole.Server, 2);
        (_client.Peer, _server.Peer) = (_server, _client);
    }

    public void Dispose()
    {
        _client.Transport.Dispose();
        _server.Transport.Dispose();
        _context.Dispose();
    }

    [Fact]
    public void Open_BothSides_ChannelsWithTheirNamesAndNumbers()
    {
        Connect();
        var first = _client.Transport.Open("one", "CLUE", _nowNs)!;
        var second = _server.Transport.Open("två", "", _nowNs)!;
        Exchange();
        (first.Stream, second.Stream).ShouldBe(((ushort)0, (ushort)1));
        (first.IsOpen, second.IsOpen).ShouldBe((true, true));
        _server.Log.ShouldBe(["up", "opened 0 one CLUE", "opened 1 två "], ignoreOrder: true);

        _client.Transport.TrySend(first, Encoding.UTF8.GetBytes("häilo"), isText: true, _nowNs).ShouldBeTrue();
        _server.Transport.TrySend(second, [1, 2, 3], isText: false, _nowNs).ShouldBeTrue();
        _client.Transport.TrySend(first, default, isText: true, _nowNs).ShouldBeTrue();
        Exchange();
        _server.Log[^2..].ShouldBe(["0 text häilo", "0 text "]);
        _client.Log[^1].ShouldBe("1 binary 010203");
    }

    [Fact]
    public void Settle_ByDescriptions_NothingIsSaidAndMessagesPass()
    {
        Connect();
        var (here, there) = (_client.Transport.Settle(2, "", "CLUE")!, _server.Transport.Settle(2, "", "CLUE")!);
        var long1 = new string('m', 50_000);
        _server.Transport.TrySend(there, Encoding.ASCII.GetBytes(long1), isText: true, _nowNs).ShouldBeTrue();
        Exchange();
        _client.Log.ShouldBe(["up", "2 text " + long1]);
        here.Protocol.ShouldBe("CLUE");
    }

    [Fact]
    public void Open_MoreThanAllowed_Null()
    {
        Connect();
        for (var i = 0; i < DataTransport.MaxChannels; i++)
            _client.Transport.Open("c", "", _nowNs).ShouldNotBeNull();
        _client.Transport.Open("c", "", _nowNs).ShouldBeNull();
    }

    [Fact]
    public void Close_TellsThePeer()
    {
        Connect();
        _client.Transport.Close(_nowNs);
        Exchange();
        _client.Log[^1].ShouldBe("down closed");
        _server.Log[^1].ShouldBe("down aborted by the peer");
    }

    [Fact]
    public void LongSilence_TheAssociationStays()
    {
        Connect();
        _nowNs += 600 * MonotonicTime.Second;
        _client.Transport.OnTimer(_nowNs);
        _server.Transport.OnTimer(_nowNs);
        _client.Transport.Open("late", "", _nowNs).ShouldNotBeNull();
        Exchange();
        _server.Log[^1].ShouldBe("opened 0 late ");
    }

    void Connect()
    {
        _server.Transport.Start(_nowNs);
        _client.Transport.Start(_nowNs);
        Exchange();
        (_client.Transport.IsUp, _server.Transport.IsUp).ShouldBe((true, true));
    }

    void Exchange()
    {
        for (var i = 0; i < 100; i++)
        {
            while (_way.TryDequeue(out var item))
                item.To.Transport.OnDatagram(item.Datagram, _nowNs);
            _nowNs += 10 * MonotonicTime.Millisecond;
            _client.Transport.OnTimer(_nowNs);
            _server.Transport.OnTimer(_nowNs);
        }
    }

    sealed class End : IDataChannelOutput
    {
        readonly DataTransportTests _test;

        public End(DataTransportTests test, DtlsRole role, int seed)
        {
            _test = test;
            Transport = new DataTransport(role, test._context, test._context.Fingerprint, new SctpOptions(), this, seed);
        }

        public DataTransport Transport { get; }

        public End Peer { get; set; } = null!;

        public List<string> Log { get; } = [];

        public void SendDatagram(ReadOnlySpan<byte> datagram)
        {
            datagram.Length.ShouldBeLessThanOrEqualTo(1_200);
            _test._way.Enqueue((Peer, datagram.ToArray()));
        }

        public void OnUp(DataTransport transport) => Log.Add("up");

        public void OnOpened(DataTransport transport, DataChannel channel) => Log.Add($"opened {channel.Stream} {channel.Label} {channel.Protocol}");

        public void OnMessage(DataTransport transport, DataChannel channel, ReadOnlySpan<byte> message, bool isText) =>
            Log.Add($"{channel.Stream} {(isText ? "text " + Encoding.UTF8.GetString(message) : "binary " + Convert.ToHexString(message))}");

        public void OnDown(DataTransport transport, string reason) => Log.Add("down " + reason);
    }
}

using Meetpoint.Media.Codecs;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Relay;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Media.Tests.Dtls;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Tests.Support;
using Shouldly;

namespace Meetpoint.Media.Tests.Relay;

/// <summary>What a relay does for a packet, from one socket to the other, allocates nothing once warm.</summary>
public sealed class RelayAllocationTests
{
    const int Packets = 2000;

    static readonly NetAddress[] Remotes = [NetAddress.Parse("192.0.2.2:4000"), NetAddress.Parse("192.0.2.2:5000")];

    [Theory]
    [InlineData(SrtpProfile.None, SrtpProfile.None)]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80, SrtpProfile.None)]
    [InlineData(SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmHmacSha1Tag32)]
    public void Relaying_RtpAndRtcpBothWays_AllocatesNothing(SrtpProfile a, SrtpProfile b)
    {
        var network = new StubNetwork();
        var loop = new StubLoop();
        var relay = Open(network, loop);
        var peerA = Configure(relay, RelaySide.A, a);
        var peerB = Configure(relay, RelaySide.B, b);
        var (fromA, fromB) = (new Source(peerA, 1), new Source(peerB, 2));
        var (toA, toB) = (network.SocketOf(relay.LocalAddress(RelaySide.A).Port), network.SocketOf(relay.LocalAddress(RelaySide.B).Port));
        var (reportsToA, reportsToB) = (network.SocketOf(toA.Local.Port + 1), network.SocketOf(toB.Local.Port + 1));

        Measure(i =>
        {
            loop.NowNs += 10 * MonotonicTime.Millisecond;
            toA.Receive(fromA.Rtp(), RemoteOf(RelaySide.A), loop.NowNs);
            toB.Receive(fromB.Rtp(), RemoteOf(RelaySide.B), loop.NowNs);
            if (i % 10 != 0)
                return;
            reportsToA.Receive(fromA.Rtcp(2), RemoteOf(RelaySide.A, 1), loop.NowNs);
            reportsToB.Receive(fromB.Rtcp(1), RemoteOf(RelaySide.B, 1), loop.NowNs);
        });

        foreach (var side in (RelaySide[])[RelaySide.A, RelaySide.B])
        {
            relay.Statistics(side).PacketsSent.ShouldBe(2 * Packets);
            relay.Statistics(side).ControlPacketsSent.ShouldBe(2 * Packets / 10);
        }
    }

    [Fact]
    public void Relaying_UnderKeysOfDtls_AllocatesNothing()
    {
        var network = new StubNetwork();
        var loop = new StubLoop();
        var relay = Open(network, loop);
        using var ours = DtlsWorld.NewContext();
        using var theirs = DtlsWorld.NewContext();
        relay.Configure(RelaySide.A, new MediaRelaySettings
        {
            Remote = RemoteOf(RelaySide.A), IsMuxed = true, Handshake = new RelayHandshake(ours, DtlsRole.Server, theirs.Fingerprint),
        });
        relay.Configure(RelaySide.B, new MediaRelaySettings { Remote = RemoteOf(RelaySide.B) });
        var toA = network.SocketOf(relay.LocalAddress(RelaySide.A).Port);
        var records = new Queue<byte[]>();
        toA.Sent = datagram => records.Enqueue(datagram);
        using var peer = new DtlsEndpoint(DtlsRole.Client, theirs, ours.Fingerprint, new Output(datagram => toA.Receive(datagram, RemoteOf(RelaySide.A), loop.NowNs)));
        peer.Start(loop.NowNs);
        while (records.TryDequeue(out var record))
            peer.OnDatagram(record, loop.NowNs);
        peer.TryTakeSrtp(out var keys).ShouldBeTrue();
        toA.Sent = null;
        var source = new Source(keys, 1);
        Measure(i =>
        {
            loop.NowNs += 10 * MonotonicTime.Millisecond;
            toA.Receive(source.Rtp(), RemoteOf(RelaySide.A), loop.NowNs);
        });
        relay.Statistics(RelaySide.B).PacketsSent.ShouldBe(2 * Packets);
    }

    [Fact]
    public void Relaying_KeysTakenOutAndPutIn_AllocatesNothing()
    {
        var network = new StubNetwork();
        var loop = new StubLoop();
        var relay = Open(network, loop);
        relay.Configure(RelaySide.A, new MediaRelaySettings { Remote = RemoteOf(RelaySide.A), TelephoneEventPayloadType = 101, TakesDigits = true });
        relay.Configure(RelaySide.B, new MediaRelaySettings { Remote = RemoteOf(RelaySide.B), TelephoneEventPayloadType = 101 });
        var source = new Source(null, 1);
        var toA = network.SocketOf(relay.LocalAddress(RelaySide.A).Port);
        Measure(i =>
        {
            loop.NowNs += 20 * MonotonicTime.Millisecond;
            loop.Timers.Advance(loop.NowNs);
            // A key of five packets in every fifty, with its three ends.
            toA.Receive(i % 50 < 5 ? source.Key(i % 50 >= 2, (ushort)(160 * ((i % 50) + 1)), begins: i % 50 == 0) : source.Rtp(), RemoteOf(RelaySide.A), loop.NowNs);
        });
        relay.Statistics(RelaySide.B).PacketsSent.ShouldBe(2 * Packets * 45 / 50);
    }

    static MediaRelay Open(StubNetwork network, StubLoop loop) => new MediaEngine(
        network, [loop],
        new MediaEngineOptions { BindAddress = NetAddress.Parse("192.0.2.1:0"), MinPort = 30_000, MaxPort = 30_019, ReservedPairs = 2, Randomness = new SeededRandomness(1) })
        .OpenRelay(new MediaRelayOptions { Events = new NoEvents(), EventLoop = loop })!;

    static SrtpSession? Configure(MediaRelay relay, RelaySide side, SrtpProfile profile)
    {
        var settings = new MediaRelaySettings { Remote = RemoteOf(side), TelephoneEventPayloadType = 101 };
        if (profile == SrtpProfile.None)
        {
            relay.Configure(side, settings);
            return null;
        }

        var randomness = new SeededRandomness(2 + (int)side);
        var (send, receive) = (SdesKey.Generate(profile, 1, randomness), SdesKey.Generate(profile, 1, randomness));
        relay.Configure(side, settings with { SendKey = send, ReceiveKey = receive });
        return SrtpSession.Create(receive, send);
    }

    static NetAddress RemoteOf(RelaySide side, int above = 0) => Remotes[(int)side].WithPort(Remotes[(int)side].Port + above);

    static void Measure(Action<int> unit)
    {
        for (var i = 0; i < Packets; i++)
            unit(i);
        var before = Allocations.Begin();
        for (var i = 0; i < Packets; i++)
            unit(i);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, $"bytes over {Packets} packets");
    }

    /// <summary>Makes a peer's packets in one buffer.</summary>
    sealed class Source(SrtpSession? keys, uint ssrc)
    {
        readonly byte[] _packet = new byte[256];
        ushort _sequence;
        uint _timestamp;
        uint _keyTimestamp;

        public Span<byte> Rtp()
        {
            new RtpHeader(0, false, ++_sequence, _timestamp += 160, ssrc).Write(_packet);
            var length = 172;
            keys?.ProtectRtp(_packet, length, out length);
            return _packet.AsSpan(0, length);
        }

        public Span<byte> Key(bool ends, ushort duration, bool begins)
        {
            _timestamp += 160;
            if (begins)
                _keyTimestamp = _timestamp;
            var length = new RtpHeader(101, begins, ++_sequence, _keyTimestamp, ssrc).Write(_packet);
            new TelephoneEvent(5, ends, 10, duration).Write(_packet.AsSpan(length));
            return _packet.AsSpan(0, length + TelephoneEvent.Length);
        }

        public Span<byte> Rtcp(uint about)
        {
            var writer = new RtcpWriter(_packet);
            writer.SenderReport(ssrc, (ulong)_sequence << 32, _timestamp, 1, 1, [new ReportBlock(about, 0, 0, _sequence, 1, (uint)_sequence << 16, 1)]);
            var length = writer.Length;
            keys?.ProtectRtcp(_packet, length, out length);
            return _packet.AsSpan(0, length);
        }
    }

    sealed class StubLoop : IEventLoop
    {
        public long NowNs { get; set; } = MonotonicTime.Second;

        public TimerWheel Timers { get; } = new(MonotonicTime.Second);

        public bool IsCurrent => true;

        public void Post(Action work) => work();
    }

    sealed class StubNetwork : INetwork
    {
        readonly Dictionary<int, StubSocket> _sockets = [];

        public StubSocket SocketOf(int port) => _sockets[port];

        public IDatagramSocket OpenDatagram(NetAddress local, IEventLoop loop, IDatagramReceiver receiver) =>
            _sockets[local.Port] = new StubSocket(local, receiver);

        public IStreamListener Listen(NetAddress local, TlsIdentity? tls, IEventLoop loop, Func<IStream, IStreamReceiver> accept) => throw new NotSupportedException();

        public IStream Connect(NetAddress remote, TlsIdentity? tls, string? serverName, IEventLoop loop, IStreamReceiver receiver) => throw new NotSupportedException();
    }

    sealed class StubSocket(NetAddress local, IDatagramReceiver receiver) : IDatagramSocket
    {
        public NetAddress Local => local;

        public bool DeliversAtOnce { get; set; } = true;

        public Action<byte[]>? Sent { get; set; }

        public void Receive(Span<byte> payload, in NetAddress from, long nowNs) => receiver.OnDatagram(this, payload, from, nowNs);

        public void Send(ReadOnlySpan<byte> payload, in NetAddress to) => Sent?.Invoke(payload.ToArray());

        public void Deliver()
        {
        }

        public void Dispose()
        {
        }
    }

    sealed class Output(Action<byte[]> send) : IDtlsOutput
    {
        public void SendDatagram(ReadOnlySpan<byte> datagram) => send(datagram.ToArray());
    }

    sealed class NoEvents : IMediaRelayEvents
    {
        public void OnDigit(MediaRelay relay, RelaySide side, char digit, int durationMs)
        {
        }

        public void OnPortFailed(MediaRelay relay, RelaySide side)
        {
        }
    }
}

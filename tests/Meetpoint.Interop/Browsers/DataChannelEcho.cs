using System.Net;
using System.Net.Sockets;
using System.Text;
using Meetpoint.Media.DataChannels;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Ice;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Interop.Browsers;

/// <summary>Our half of data channels on a port of loopback: ICE-lite, DTLS, SCTP. It says everything back that it hears, opens a channel of its own, and says a word in it when it hears one there.</summary>
sealed class DataChannelEcho : IDataChannelOutput, IAsyncDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly IceCredentials _credentials = IceCredentials.Draw(Randomness.Secure);
    readonly DtlsContext _context = new(DtlsCertificate.Create(TimeProvider.System.GetUtcNow().AddDays(-1), TimeSpan.FromDays(30)), new DtlsOptions { CarriesData = true });
    readonly CancellationTokenSource _end = new();
    readonly Task _pump;
    readonly IceLiteAgent _ice;
    readonly List<string> _opened = [];
    DataTransport? _transport;
    DtlsFingerprint? _peer;
    EndPoint _to = new IPEndPoint(IPAddress.Loopback, 0);

    public DataChannelEcho()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ice = new IceLiteAgent(_credentials);
        _pump = Task.Factory.StartNew(Pump, _end.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What a browser is offered.</summary>
    public string Offer
    {
        get
        {
            var port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
            return string.Join("\r\n",
                "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite", "a=group:BUNDLE 0",
                $"m=application {port} UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 127.0.0.1", "a=mid:0", "a=setup:actpass", $"a=fingerprint:{_context.Fingerprint}",
                $"a=ice-ufrag:{_credentials.UserFragment}", $"a=ice-pwd:{_credentials.Password}", $"a=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host", "a=end-of-candidates",
                "a=sctp-port:5000", "a=max-message-size:65536", "");
        }
    }

    /// <summary>Labels and protocols of what the browser opened.</summary>
    public IReadOnlyList<string> Opened
    {
        get
        {
            lock (_opened)
                return [.. _opened];
        }
    }

    /// <summary>The browser's answer is known: whose certificate to expect.</summary>
    public void Answer(string sdp)
    {
        var media = SdpDescription.Parse(sdp).Media[0];
        Assert.Equal("active", media.Attributes.Setup);
        Assert.True(DtlsFingerprint.TryParse(media.Attributes.First("fingerprint"), out var fingerprint));
        Volatile.Write(ref _peer, fingerprint);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _pump;
        _transport?.Dispose();
        _context.Dispose();
        _socket.Dispose();
        _end.Dispose();
    }

    void Pump()
    {
        var (buffer, response) = (new byte[2_048], new byte[IceLiteAgent.MaxResponseBytes]);
        while (!_end.IsCancellationRequested)
        {
            var isReady = _socket.Poll(10_000, SelectMode.SelectRead);
            var now = TimeProvider.System.NowNs();
            if (Volatile.Read(ref _peer) is { } peer && _transport is null)
            {
                _transport = new DataTransport(DtlsRole.Server, _context, peer, new SctpOptions(), this, 1);
                _transport.Start(now);
            }

            if (isReady)
                Take(buffer, response, now);
            _transport?.OnTimer(now);
        }
    }

    void Take(byte[] buffer, byte[] response, long now)
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        var datagram = buffer.AsSpan(0, _socket.ReceiveFrom(buffer, ref from));
        if (datagram.IsEmpty)
            return;
        if (PacketKind.Of(datagram[0]) == PacketKind.Stun)
        {
            var answer = _ice.OnDatagram(datagram, NetAddress.Parse(from.ToString()!), now, response);
            if (answer.ResponseLength > 0)
                _socket.SendTo(response.AsSpan(0, answer.ResponseLength), from);
            return;
        }

        _to = from;
        _transport?.OnDatagram(datagram, now);
    }

    void IDataChannelOutput.SendDatagram(ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, _to);

    void IDataChannelOutput.OnUp(DataTransport transport) => Assert.NotNull(transport.Open("from the exchange", "CLUE", TimeProvider.System.NowNs()));

    void IDataChannelOutput.OnOpened(DataTransport transport, DataChannel channel)
    {
        lock (_opened)
            _opened.Add($"{channel.Label} {channel.Protocol}");
    }

    void IDataChannelOutput.OnMessage(DataTransport transport, DataChannel channel, ReadOnlySpan<byte> message, bool isText) =>
        transport.TrySend(channel, channel.Label == "from the exchange" ? Encoding.UTF8.GetBytes("a word") : message, isText, TimeProvider.System.NowNs());

    void IDataChannelOutput.OnDown(DataTransport transport, string reason)
    {
    }
}

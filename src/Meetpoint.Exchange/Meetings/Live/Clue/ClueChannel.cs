using Meetpoint.Media.DataChannels;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Net;
using Meetpoint.Sip.Clue;

namespace Meetpoint.Exchange.Meetings.Live.Clue;

/// <summary>The channel of one room system on a port of its own (RFC 8850): SCTP over DTLS. It runs on the media loop, and is told and tells on the signalling loop.</summary>
/// <param name="leg">Whose port it is; nothing else uses it.</param>
/// <param name="loop">The signalling loop.</param>
sealed class ClueChannel(MediaLegHandle leg, IEventLoop loop) : ILegDatagramHandler, IDataChannelOutput
{
    NetAddress _remote;
    LoopTimer? _timer;
    DataTransport? _transport;
    DataChannel? _channel;

    /// <summary>Messages may be sent.</summary>
    public required Action Up { get; init; }

    /// <summary>A message came.</summary>
    public required Action<byte[]> Heard { get; init; }

    /// <summary>It is over.</summary>
    public required Action<string> Down { get; init; }

    /// <summary>Begins, with what SDP settled.</summary>
    public void Start(DtlsContext context, DtlsRole role, DtlsFingerprint peer, NetAddress remote, ushort stream, ushort remotePort, int seed)
    {
        leg.DatagramHandler = this;
        leg.Loop.Post(() =>
        {
            _remote = remote;
            _timer = new LoopTimer(leg.Loop, OnTimer);
            _transport = new DataTransport(role, context, peer, new SctpOptions { RemotePort = remotePort }, this, seed);
            _channel = _transport.Settle(stream, "", ClueNames.Protocol);
            _transport.Start(leg.Loop.NowNs);
            Arm();
        });
    }

    /// <summary>Sends a message; one that finds no room is lost, and its answer is waited for in vain.</summary>
    public void Send(byte[] message) => leg.Loop.Post(() =>
    {
        if (_transport is not { } transport || _channel is not { } channel)
            return;
        transport.TrySend(channel, message, isText: true, leg.Loop.NowNs);
        Arm();
    });

    /// <summary>Ends it, and gives the port back.</summary>
    public void Stop()
    {
        leg.Loop.Post(() =>
        {
            _timer?.Disarm();
            _transport?.Close(leg.Loop.NowNs);
            _transport?.Dispose();
            _transport = null;
        });
        leg.Remove();
    }

    /// <inheritdoc/>
    public void OnDatagram(MediaLegHandle handle, Span<byte> datagram, in NetAddress from, long nowNs)
    {
        if (_transport is not { } transport || PacketKind.Of(datagram[0]) != PacketKind.Dtls)
            return;
        // Replies go where the handshake comes from, as media do (symmetric).
        _remote = from;
        transport.OnDatagram(datagram, nowNs);
        Arm();
    }

    void IDataChannelOutput.SendDatagram(ReadOnlySpan<byte> datagram) => leg.SendRaw(datagram, _remote);

    void IDataChannelOutput.OnUp(DataTransport transport) => loop.Post(Up);

    void IDataChannelOutput.OnOpened(DataTransport transport, DataChannel channel)
    {
        // Settled by SDP: another channel is none of ours.
    }

    void IDataChannelOutput.OnMessage(DataTransport transport, DataChannel channel, ReadOnlySpan<byte> message, bool isText)
    {
        var bytes = message.ToArray();
        if (channel == _channel)
            loop.Post(() => Heard(bytes));
    }

    void IDataChannelOutput.OnDown(DataTransport transport, string reason) => loop.Post(() => Down(reason));

    void OnTimer(long nowNs)
    {
        _transport?.OnTimer(nowNs);
        Arm();
    }

    void Arm()
    {
        if (_transport is { NextTimeoutNs: < long.MaxValue and var due })
            _timer!.Arm(Math.Max(0, due - leg.Loop.NowNs));
        else
            _timer?.Disarm();
    }
}

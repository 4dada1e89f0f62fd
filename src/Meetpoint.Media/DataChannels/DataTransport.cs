using Meetpoint.Media.Dtls;

namespace Meetpoint.Media.DataChannels;

/// <summary>
/// Data channels with one peer: DTLS, SCTP in it (RFC 8261), and messages in channels that are opened by DCEP (RFC 8832) or settled by SDP (RFC 8864). Datagrams and monotonic nanoseconds go in,
/// datagrams and messages come out. Not thread-safe; nothing received throws.
/// </summary>
public sealed class DataTransport : IDtlsOutput, ISctpOutput, IDisposable
{
    /// <summary>The most channels at one time.</summary>
    public const int MaxChannels = 16;

    // Payload protocols (RFC 8831 section 8); an empty message is one octet of another protocol.
    const uint Control = 50, Text = 51, Binary = 53, EmptyText = 56, EmptyBinary = 57;

    readonly IDataChannelOutput _output;
    readonly DtlsEndpoint _dtls;
    readonly SctpAssociation _association;
    readonly Dictionary<ushort, DataChannel> _channels = [];
    readonly bool _isClient;
    long _nowNs;
    bool _isDown;

    /// <param name="role">From a=setup.</param>
    /// <param name="context">Certificate; its options say <see cref="DtlsOptions.CarriesData"/>.</param>
    /// <param name="peer">From a=fingerprint.</param>
    /// <param name="options">Limits and ports.</param>
    /// <param name="output">Where datagrams and messages go.</param>
    /// <param name="seed">Seed of the association; from a secret source outside of tests.</param>
    public DataTransport(DtlsRole role, DtlsContext context, DtlsFingerprint peer, SctpOptions options, IDataChannelOutput output, int seed)
    {
        _output = output;
        _isClient = role == DtlsRole.Client;
        _dtls = new DtlsEndpoint(role, context, peer, this);
        _association = new SctpAssociation(options, this, seed);
    }

    /// <summary>Channels may be opened.</summary>
    public bool IsUp => _association.State == SctpState.Up;

    /// <summary>When to call <see cref="OnTimer"/>; <see cref="long.MaxValue"/> when there is no need.</summary>
    public long NextTimeoutNs => Math.Min(_dtls.NextTimeoutNs, _association.NextTimeoutNs);

    /// <summary>Starts the handshake.</summary>
    public void Start(long nowNs)
    {
        _nowNs = nowNs;
        _dtls.Start(nowNs);
    }

    /// <summary>Takes a datagram of kind <see cref="PacketKind.Dtls"/>.</summary>
    public void OnDatagram(ReadOnlySpan<byte> datagram, long nowNs)
    {
        _nowNs = nowNs;
        _dtls.OnDatagram(datagram, nowNs);
        CheckHandshake();
    }

    /// <summary>Does what is due. Calling it early does no harm.</summary>
    public void OnTimer(long nowNs)
    {
        _nowNs = nowNs;
        _dtls.OnTimer(nowNs);
        _association.OnTimer(nowNs);
        CheckHandshake();
    }

    /// <summary>Opens a channel by DCEP; null while the transport is not up, and where there are <see cref="MaxChannels"/>.</summary>
    public DataChannel? Open(string label, string protocol, long nowNs)
    {
        _nowNs = nowNs;
        var stream = (ushort)(_isClient ? 0 : 1);
        while (_channels.ContainsKey(stream))
            stream += 2;
        if (!IsUp || _channels.Count >= MaxChannels || !_association.TrySend(stream, Control, new DataChannelOpen(label, protocol).Write(), nowNs))
            return null;
        return _channels[stream] = new DataChannel(stream, label, protocol);
    }

    /// <summary>A channel that SDP settled (a=dcmap): both know of it, and nothing is said.</summary>
    public DataChannel? Settle(ushort stream, string label, string protocol)
    {
        if (_channels.Count >= MaxChannels || stream >= SctpOptions.MaxStreams)
            return null;
        return _channels[stream] = new DataChannel(stream, label, protocol) { IsOpen = true };
    }

    /// <summary>Sends a message; false when it is too long, or too much waits.</summary>
    public bool TrySend(DataChannel channel, ReadOnlySpan<byte> message, bool isText, long nowNs)
    {
        _nowNs = nowNs;
        return message.IsEmpty
            ? _association.TrySend(channel.Stream, isText ? EmptyText : EmptyBinary, [0], nowNs)
            : _association.TrySend(channel.Stream, isText ? Text : Binary, message, nowNs);
    }

    /// <summary>Ends it, and tells the peer.</summary>
    public void Close(long nowNs)
    {
        _nowNs = nowNs;
        _association.Close(nowNs);
        _dtls.Close();
    }

    /// <inheritdoc/>
    public void Dispose() => _dtls.Dispose();

    void IDtlsOutput.SendDatagram(ReadOnlySpan<byte> datagram) => _output.SendDatagram(datagram);

    void IDtlsOutput.OnData(ReadOnlySpan<byte> data) => _association.OnPacket(data, _nowNs);

    void ISctpOutput.SendPacket(ReadOnlySpan<byte> packet) => _dtls.TrySend(packet);

    void ISctpOutput.OnUp() => _output.OnUp(this);

    void ISctpOutput.OnDown(string reason) => GoDown(reason);

    void ISctpOutput.OnMessage(ushort stream, uint payloadProtocol, ReadOnlySpan<byte> message)
    {
        if (payloadProtocol == Control)
        {
            OnControl(stream, message);
            return;
        }

        if (!_channels.TryGetValue(stream, out var channel) || payloadProtocol is not (Text or Binary or EmptyText or EmptyBinary))
            return;
        var isEmpty = payloadProtocol is EmptyText or EmptyBinary;
        _output.OnMessage(this, channel, isEmpty ? default : message, payloadProtocol is Text or EmptyText);
    }

    void OnControl(ushort stream, ReadOnlySpan<byte> message)
    {
        if (message is [DataChannelOpen.AckType, ..])
        {
            if (!_channels.TryGetValue(stream, out var ours) || ours.IsOpen)
                return;
            ours.IsOpen = true;
            _output.OnOpened(this, ours);
        }
        else if (DataChannelOpen.TryRead(message, out var open) && !_channels.ContainsKey(stream) && _channels.Count < MaxChannels)
        {
            var channel = _channels[stream] = new DataChannel(stream, open.Label, open.Protocol) { IsOpen = true };
            _association.TrySend(stream, Control, [DataChannelOpen.AckType], _nowNs);
            _output.OnOpened(this, channel);
        }
    }

    void CheckHandshake()
    {
        if (_dtls.State == DtlsState.Connected)
            _association.Start(_nowNs);
        else if (_dtls.State is DtlsState.Failed or DtlsState.Closed)
            GoDown(_dtls.State == DtlsState.Failed ? $"DTLS: {_dtls.Failure}" : "closed by the peer");
    }

    void GoDown(string reason)
    {
        if (_isDown)
            return;
        _isDown = true;
        _output.OnDown(this, reason);
    }
}

using System.Buffers.Binary;

namespace Meetpoint.Media.DataChannels;

/// <summary>Where an association stands (RFC 9260 section 4).</summary>
public enum SctpState
{
    /// <summary>CLOSED.</summary>
    Closed,

    /// <summary>COOKIE-WAIT: asked, not answered.</summary>
    CookieWait,

    /// <summary>COOKIE-ECHOED: answered, not confirmed.</summary>
    CookieEchoed,

    /// <summary>ESTABLISHED.</summary>
    Up,

    /// <summary>It is over.</summary>
    Down,
}

/// <summary>
/// One SCTP association over DTLS (RFC 9260, RFC 8261), as data channels need it: reliable messages, in order within each stream. Packets and monotonic nanoseconds go in, packets and messages
/// come out. Not thread-safe; nothing received throws.
/// </summary>
/// <remarks>
/// Both ends ask at once (RFC 8841 section 9.3), and whichever handshake is through first counts: either end has one tag and one first number for both. The peer has proved itself by DTLS, so the
/// cookie only has to be ours. There is one path, which DTLS and ICE watch: no heartbeats are sent, they are answered. Partial reliability and the reset of streams are not offered, and so not used by a peer.
/// </remarks>
public sealed class SctpAssociation
{
    const int InitLength = 16;
    const int SecretLength = 8;
    const ushort CookieParameter = 7;

    readonly SctpOptions _options;
    readonly ISctpOutput _output;
    readonly SctpReceiver _receiver;
    readonly SctpSender _sender;
    readonly uint _ourTag;
    readonly byte[] _secret = new byte[SecretLength];
    readonly Queue<byte[]> _outgoing = new();
    readonly byte[] _packet;
    byte[] _cookie = [];
    uint _peerTag;
    int _tries;
    long _handshakeDueNs = long.MaxValue;
    int _depth;

    /// <param name="options">Limits.</param>
    /// <param name="output">Where packets and messages go.</param>
    /// <param name="seed">Seed of tag, first number and cookie; from a secret source outside of tests.</param>
    public SctpAssociation(SctpOptions options, ISctpOutput output, int seed)
    {
        (_options, _output) = (options, output);
        (_receiver, _sender) = (new SctpReceiver(options), new SctpSender(options));
        _packet = new byte[options.MaxPacketBytes];
        var random = new Random(seed);
        _ourTag = (uint)random.NextInt64(1, uint.MaxValue);
        _sender.Begin((uint)random.NextInt64());
        random.NextBytes(_secret);
    }

    /// <summary>Where it stands.</summary>
    public SctpState State { get; private set; }

    /// <summary>All that was given to send is acknowledged.</summary>
    public bool IsIdle => _sender.IsIdle;

    /// <summary>When to call <see cref="OnTimer"/>; <see cref="long.MaxValue"/> when there is no need.</summary>
    public long NextTimeoutNs => State switch
    {
        SctpState.CookieWait or SctpState.CookieEchoed => _handshakeDueNs,
        SctpState.Up => _sender.DueNs,
        _ => long.MaxValue,
    };

    /// <summary>DTLS is up: asks the peer.</summary>
    public void Start(long nowNs)
    {
        if (State != SctpState.Closed)
            return;
        _depth++;
        State = SctpState.CookieWait;
        SendInit(nowNs);
        Leave(nowNs);
    }

    /// <summary>Sends a message; false while the association is not up, when it is empty or too long, or when too much waits.</summary>
    public bool TrySend(ushort stream, uint payloadProtocol, ReadOnlySpan<byte> message, long nowNs)
    {
        if (State != SctpState.Up || stream >= SctpOptions.MaxStreams)
            return false;
        _depth++;
        var isTaken = _sender.TryAdd(stream, payloadProtocol, message);
        Leave(nowNs);
        return isTaken;
    }

    /// <summary>Takes a packet.</summary>
    public void OnPacket(ReadOnlySpan<byte> packet, long nowNs)
    {
        if (State == SctpState.Down || !SctpPacket.IsWhole(packet))
            return;
        var (source, destination, tag) = SctpPacket.Header(packet);
        if (source != _options.RemotePort || destination != _options.LocalPort)
            return;
        _depth++;
        var hasData = false;
        var chunks = packet[SctpPacket.HeaderLength..];
        while (State != SctpState.Down && SctpPacket.TryTake(ref chunks, out var type, out var flags, out var value) && IsTagged(type, flags, tag))
            hasData |= TryTake(type, flags, value, nowNs);
        if (hasData && State == SctpState.Up)
            Acknowledge();
        while (State == SctpState.Up && _receiver.TryTakeMessage(out var message))
            _output.OnMessage(message.Stream, message.Protocol, message.Data);
        Leave(nowNs);
    }

    /// <summary>Does what is due. Calling it early does no harm.</summary>
    public void OnTimer(long nowNs)
    {
        if (nowNs < NextTimeoutNs)
            return;
        _depth++;
        if (State == SctpState.Up)
        {
            _sender.OnTimeout(nowNs);
            if (_sender.Failures > _options.MaxRetransmissions)
                Abort("no acknowledgement");
        }
        else if (++_tries > _options.MaxRetransmissions)
        {
            Abort("no answer");
        }
        else if (State == SctpState.CookieWait)
        {
            SendInit(nowNs);
        }
        else
        {
            SendCookie(nowNs);
        }

        Leave(nowNs);
    }

    /// <summary>Ends it, and tells the peer.</summary>
    public void Close(long nowNs)
    {
        _depth++;
        if (State is not (SctpState.Closed or SctpState.Down))
            Abort("closed");
        Leave(nowNs);
    }

    /// <summary>A packet has our tag, but for the first word of a peer, and the last one of a peer that has forgotten us (section 8.5).</summary>
    bool IsTagged(SctpChunkType type, byte flags, uint tag) => type switch
    {
        SctpChunkType.Init => tag == 0,
        SctpChunkType.Abort or SctpChunkType.ShutdownComplete when (flags & 1) != 0 => tag == _peerTag && tag != 0,
        _ => tag == _ourTag,
    };

    /// <summary>True for data, which is to be acknowledged.</summary>
    bool TryTake(SctpChunkType type, byte flags, ReadOnlySpan<byte> value, long nowNs)
    {
        switch (type)
        {
            case SctpChunkType.Data when State == SctpState.Up:
                if (!_receiver.TryTake(flags, value))
                    Abort("a message beyond the limit");
                return true;
            case SctpChunkType.Init when value.Length >= InitLength:
                AnswerInit(value);
                break;
            case SctpChunkType.InitAck when value.Length >= InitLength && State == SctpState.CookieWait && CookieOf(value) is { Length: > 0 } cookie:
                Meet(BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[12..]), BinaryPrimitives.ReadUInt32BigEndian(value[4..]));
                (_cookie, State, _tries) = (cookie.ToArray(), SctpState.CookieEchoed, 0);
                SendCookie(nowNs);
                break;
            case SctpChunkType.CookieEcho when value.Length == SecretLength + 12 && value[..SecretLength].SequenceEqual(_secret):
                TakeCookie(value[SecretLength..]);
                break;
            case SctpChunkType.CookieAck when State == SctpState.CookieEchoed:
                Rise();
                break;
            case SctpChunkType.Sack when value.Length >= 12 && State == SctpState.Up:
                if (!_sender.TryAcknowledge(value, nowNs))
                    Abort("what was never sent is acknowledged");
                break;
            case SctpChunkType.Heartbeat when value.Length <= _options.MaxPacketBytes / 2:
                Send(SctpChunkType.HeartbeatAck, value);
                break;
            case SctpChunkType.Shutdown:
                Send(SctpChunkType.ShutdownAck, default);
                GoDown("shut down by the peer");
                break;
            case SctpChunkType.Abort:
                GoDown("aborted by the peer");
                break;
        }

        return false;
    }

    void SendInit(long nowNs)
    {
        Span<byte> value = stackalloc byte[InitLength];
        WriteInit(value);
        Send(SctpChunkType.Init, value, tag: 0);
        AwaitHandshake(nowNs);
    }

    void SendCookie(long nowNs)
    {
        Send(SctpChunkType.CookieEcho, _cookie);
        AwaitHandshake(nowNs);
    }

    void AwaitHandshake(long nowNs) => _handshakeDueNs = nowNs + Math.Min(_options.MaxTimeoutNs, _options.InitialTimeoutNs << Math.Min(_tries, 10));

    void WriteInit(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(value, _ourTag);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], (uint)_options.MaxBufferBytes);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], SctpOptions.MaxStreams);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], SctpOptions.MaxStreams);
        BinaryPrimitives.WriteUInt32BigEndian(value[12..], _sender.FirstNumber);
    }

    /// <summary>All that has to be known of the peer goes into the cookie, and comes back with it.</summary>
    void AnswerInit(ReadOnlySpan<byte> init)
    {
        const int CookieLength = SecretLength + 12;
        var tag = BinaryPrimitives.ReadUInt32BigEndian(init);
        if (tag == 0 || BinaryPrimitives.ReadUInt16BigEndian(init[8..]) == 0 || BinaryPrimitives.ReadUInt16BigEndian(init[10..]) == 0)
            return;
        Span<byte> value = stackalloc byte[InitLength + 4 + CookieLength];
        WriteInit(value);
        BinaryPrimitives.WriteUInt16BigEndian(value[InitLength..], CookieParameter);
        BinaryPrimitives.WriteUInt16BigEndian(value[(InitLength + 2)..], 4 + CookieLength);
        var cookie = value[(InitLength + 4)..];
        _secret.CopyTo(cookie);
        init[..4].CopyTo(cookie[SecretLength..]);
        init[12..16].CopyTo(cookie[(SecretLength + 4)..]);
        init[4..8].CopyTo(cookie[(SecretLength + 8)..]);
        Send(SctpChunkType.InitAck, value, tag);
    }

    void TakeCookie(ReadOnlySpan<byte> peer)
    {
        var tag = BinaryPrimitives.ReadUInt32BigEndian(peer);
        if (State == SctpState.Up && tag != _peerTag)
            return; // begun anew by the peer: that comes with another DTLS association, and so with another of these
        if (State != SctpState.Up)
            Meet(tag, BinaryPrimitives.ReadUInt32BigEndian(peer[4..]), BinaryPrimitives.ReadUInt32BigEndian(peer[8..]));
        Send(SctpChunkType.CookieAck, default);
        Rise();
    }

    void Meet(uint tag, uint firstNumber, uint window)
    {
        _peerTag = tag;
        _receiver.Begin(firstNumber);
        _sender.Open(window);
    }

    void Rise()
    {
        if (State == SctpState.Up)
            return;
        (State, _handshakeDueNs) = (SctpState.Up, long.MaxValue);
        _output.OnUp();
    }

    void Acknowledge()
    {
        Span<byte> value = stackalloc byte[SctpReceiver.MaxAcknowledgement];
        Send(SctpChunkType.Sack, value[.._receiver.WriteAcknowledgement(value)]);
    }

    void Abort(string reason)
    {
        Send(SctpChunkType.Abort, default);
        GoDown(reason);
    }

    void GoDown(string reason)
    {
        if (State == SctpState.Down)
            return;
        State = SctpState.Down;
        _output.OnDown(reason);
    }

    static ReadOnlySpan<byte> CookieOf(ReadOnlySpan<byte> init)
    {
        var parameters = init[InitLength..];
        while (parameters.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(parameters[2..]);
            if (length < 4 || length > parameters.Length)
                return default;
            if (BinaryPrimitives.ReadUInt16BigEndian(parameters) == CookieParameter)
                return parameters[4..length];
            parameters = parameters[Math.Min(parameters.Length, SctpPacket.Padded(length))..];
        }

        return default;
    }

    void Send(SctpChunkType type, ReadOnlySpan<byte> value) => Send(type, value, _peerTag);

    void Send(SctpChunkType type, ReadOnlySpan<byte> value, uint tag)
    {
        if (value.Length > _packet.Length - SctpPacket.HeaderLength - SctpPacket.ChunkHeaderLength - 3)
            return;
        value.CopyTo(_packet.AsSpan(SctpPacket.HeaderLength + SctpPacket.ChunkHeaderLength));
        Finish(SctpPacket.HeaderLength + SctpPacket.WriteChunk(_packet.AsSpan(SctpPacket.HeaderLength), type, 0, value.Length), tag);
    }

    void SendData(long nowNs)
    {
        while (_sender.Next(nowNs) is { } chunk)
            Finish(SctpPacket.HeaderLength + SctpSender.Write(_packet.AsSpan(SctpPacket.HeaderLength), chunk), _peerTag);
    }

    void Finish(int length, uint tag)
    {
        var packet = _packet.AsSpan(0, length);
        SctpPacket.WriteHeader(packet, _options.LocalPort, _options.RemotePort, tag);
        SctpPacket.WriteChecksum(packet);
        _outgoing.Enqueue(packet.ToArray());
    }

    /// <summary>Last in every call, when this object is consistent: the output may deliver to a peer that answers at once.</summary>
    void Leave(long nowNs)
    {
        if (--_depth > 0)
            return;
        if (State == SctpState.Up)
            SendData(nowNs);
        while (_outgoing.TryDequeue(out var packet))
            _output.SendPacket(packet);
    }
}

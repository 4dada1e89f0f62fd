using System.Buffers.Binary;
using Meetpoint.Media.Dtls;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// One side of a relay on its media loop: hears the peer, judges and counts what it sends, and hands it to the other side; sends what that
/// one hands over.
/// </summary>
sealed class RelayLeg : IPortUser, IDisposable
{
    /// <summary>The longest packet that is encrypted: a full Ethernet frame would be 1,500, and jumbo frames are 9,000.</summary>
    public const int MaxPacketBytes = 9000;

    readonly MediaRelay _relay;
    readonly RelaySide _side;
    readonly IEventLoop _loop;
    readonly MediaRelayOptions _options;
    readonly RelayProtection _protection = new();
    readonly RelayAssociation?[] _associations = new RelayAssociation?[2];
    readonly DigitTaker _taker;
    readonly DigitSender _digits;
    RelayInbound _inbound;
    PeerAddresses _peer;
    RelayReports _reports;
    PacketRate _rate;
    byte[]? _buffer; // only where it encrypts
    EarlyRecord _early;
    PortPair? _ports;
    bool _isSecure;

    public RelayLeg(MediaRelay relay, RelaySide side, IEventLoop loop, MediaRelayOptions options, Randomness randomness)
    {
        (_relay, _side, _loop, _options) = (relay, side, loop, options);
        _rate = new PacketRate(options.MaxBurstPackets, loop.NowNs);
        _taker = new DigitTaker(loop, (digit, durationMs) => relay.OnDigit(side, digit, durationMs));
        _digits = new DigitSender(loop, this);
        Stream = RelayStream.Begin(randomness);
    }

    /// <summary>The other side.</summary>
    public RelayLeg Other { get; set; } = null!;

    public RelayCounters Counters { get; } = new();

    public MediaRelaySettings Settings { get; private set; } = new() { Direction = MediaDirection.Inactive };

    /// <summary>What the peer receives.</summary>
    public RelayStream Stream;

    /// <summary>True when media may be sent to the peer.</summary>
    public bool MaySend => (Settings.Direction & MediaDirection.Send) != 0;

    /// <summary>Begins to hear the ports.</summary>
    public void Open(PortPair ports)
    {
        _ports = ports;
        ports.User = this;
    }

    /// <summary>Gives the ports away; nothing is heard or sent any more.</summary>
    public PortPair? Surrender()
    {
        var ports = _ports;
        _ports = null;
        return ports;
    }

    public void Configure(MediaRelaySettings settings, long nowNs)
    {
        _peer.Signal(settings.Remote, settings.RemoteControl, settings.IsMuxed);
        var (before, wasMuxed) = (Settings.Handshake, Settings.IsMuxed);
        Settings = settings;
        _isSecure = settings.IsSecure;
        _protection.Use(settings, nowNs);
        if (_isSecure)
            _buffer ??= new byte[MaxPacketBytes + SrtpSession.MaxOverheadBytes];
        if (!Equals(settings.Handshake, before) || (before is not null && wasMuxed != settings.IsMuxed))
            Associate(settings);
    }

    public void SendDigit(char digit, int durationMs) => _digits.TryAdd(digit, durationMs);

    public void SendRaw(bool fromControlPort, ReadOnlySpan<byte> datagram, in NetAddress to) => _ports?.Send(fromControlPort, datagram, to);

    /// <summary>An association has keys.</summary>
    public void OnKeys(bool onControlPort, SrtpSession session) => _protection.UseAgreed(onControlPort, session);

    /// <summary>No keys come of an association.</summary>
    public void OnKeysFailed(DtlsFailure failure) => _relay.OnKeysFailed(_side, failure);

    /// <inheritdoc/>
    public void OnDatagram(bool onControlPort, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (payload[0] is < 128 or > 191)
        {
            OnOther(onControlPort, payload, from, nowNs);
            return;
        }

        var isControl = onControlPort || RtcpReader.IsRtcp(payload);
        if (payload.Length < (isControl ? RtcpHeaderBytes : RtpPacket.FixedHeaderLength))
        {
            Counters.Malformed++;
            return;
        }

        ref var latch = ref _peer.On(onControlPort);
        var ssrc = isControl ? SrtpPacket.RtcpSsrc(payload) : SrtpPacket.RtpSsrc(payload);
        // A packet that proves itself by its keys may come from anywhere.
        if (!_isSecure && !latch.MayAccept(from, ssrc, nowNs))
        {
            Counters.Strangers++;
            return;
        }

        if (!_rate.TryTake(_options.MaxPacketsPerSecond, _options.MaxBurstPackets, nowNs))
        {
            Counters.OverRate++;
            return;
        }

        var length = payload.Length;
        if (_isSecure && !_protection.TryUnprotect(payload, isControl, nowNs, out length))
        {
            Counters.NotAuthentic++;
            return;
        }

        if (isControl ? OnRtcp(payload[..length], nowNs) : OnRtp(payload[..length], ssrc, nowNs))
        {
            latch.Accepted(from, ssrc, nowNs);
            Counters.LastPacketNs = nowNs;
        }
        else
        {
            Counters.Malformed++;
        }
    }

    /// <summary>Sends RTP to the peer, encrypted where it must be. The memory may be changed.</summary>
    public bool SendRtp(ReadOnlySpan<byte> packet)
    {
        if (!Send(packet, control: false))
            return false;
        Counters.PacketsSent++;
        Counters.BytesSent += packet.Length;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _taker.Stop();
        _digits.Stop();
        Dissociate();
        _protection.Dispose();
    }

    /// <summary>Begins the handshakes of new terms, those before end; RTCP has its own where it has a port of its own (RFC 5764 section 4.1).</summary>
    void Associate(MediaRelaySettings settings)
    {
        Dissociate();
        if (settings.Handshake is not { } terms)
            return;
        for (var i = 0; i < (settings.IsMuxed ? 1 : 2); i++)
        {
            _associations[i] = new RelayAssociation(this, terms, _loop, onControlPort: i == 1);
            _associations[i]!.Start(SignalledOf(i == 1));
        }

        if (_early.TryTake(out var record, out var from))
            _associations[0]!.OnDatagram(record, from, settings.Remote, _loop.NowNs);
    }

    void Dissociate()
    {
        for (var i = 0; i < _associations.Length; i++)
        {
            _associations[i]?.Dispose();
            _associations[i] = null;
        }
    }

    /// <summary>What is neither RTP nor RTCP (RFC 7983): records of DTLS, and STUN for who wants it.</summary>
    void OnOther(bool onControlPort, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (_options.DatagramHandler is { } handler)
        {
            handler.OnDatagram(_relay, _side, payload, from, nowNs);
            return;
        }

        if (PacketKind.Of(payload[0]) != PacketKind.Dtls || !_rate.TryTake(_options.MaxPacketsPerSecond, _options.MaxBurstPackets, nowNs))
        {
            Counters.Malformed++;
            return;
        }

        if (_associations[onControlPort ? 1 : 0] is { } association)
            association.OnDatagram(payload, from, SignalledOf(onControlPort), nowNs);
        else if (!onControlPort && Settings.Handshake is null)
            _early.Keep(payload, from);
    }

    NetAddress SignalledOf(bool onControlPort) => !onControlPort ? Settings.Remote
        : Settings.RemoteControl.IsSet || !Settings.Remote.IsSet ? Settings.RemoteControl
        : Settings.Remote.WithPort(Math.Min(Settings.Remote.Port + 1, ushort.MaxValue));

    bool OnRtp(Span<byte> packet, uint ssrc, long nowNs)
    {
        if (!SrtpPacket.TryGetRtpHeaderLength(packet, out _))
            return false;
        var sequence = SrtpPacket.RtpSequenceNumber(packet);
        var timestamp = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        var payloadType = packet[1] & 0x7F;
        if (_inbound.OnPacket(ssrc, sequence, timestamp, packet.Length, Settings.ClockRate, nowNs, Counters))
            _taker.Reset();

        if (payloadType == Settings.TelephoneEventPayloadType && Settings.TakesDigits && (Settings.Direction & MediaDirection.Receive) != 0)
        {
            if (!RtpPacket.TryParse(packet, out var press, out _))
                return false;
            _taker.OnPacket(press, Settings.ClockRate, nowNs);
            Other.Stream.Remove(ssrc, sequence, timestamp, nowNs);
            return true;
        }

        var mapped = Settings.PayloadTypes[payloadType];
        if ((Settings.Direction & MediaDirection.Receive) == 0 || mapped == PayloadTypeMap.Dropped || !Other.MaySend || Other._digits.IsActive)
        {
            Counters.HeldBack++;
            Other.Stream.Remove(ssrc, sequence, timestamp, nowNs);
            return true;
        }

        if (!Other.Stream.TryPass(ssrc, sequence, timestamp, nowNs, out var renumbered, out var marks))
        {
            Counters.HeldBack++;
            return true;
        }

        if (renumbered != sequence)
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], renumbered);
        packet[1] = (byte)((packet[1] & 0x80) | mapped | (marks ? 0x80 : 0));
        if (!Other.SendRtp(packet))
            Counters.HeldBack++;
        return true;
    }

    bool OnRtcp(Span<byte> packet, long nowNs)
    {
        if (!RtcpReader.TryOpen(packet, reducedSize: true, out var reader, out _))
            return false;
        Counters.ControlPacketsReceived++;
        var at = 0;
        while (reader.TryRead(out var report))
        {
            if (report.TryGetNtpTime(out var ntp))
                Other._reports.OnSenderReportPassed(ntp, nowNs);
            ReadBlocks(report, packet[at..], nowNs);
            at += RtcpReader.PacketLength(packet[at..]);
        }

        if (Other.Send(packet, control: true))
            Other.Counters.ControlPacketsSent++;
        return true;
    }

    void ReadBlocks(in RtcpPacket report, Span<byte> bytes, long nowNs)
    {
        // Behind the first word, and in a sender report behind the sender's counts.
        var at = 4 + (report.Type == RtcpType.SenderReport ? 24 : 4);
        for (var i = 0; report.TryGetReportBlock(i, out var block); i++, at += ReportBlock.Length)
        {
            if (block.Ssrc != Stream.Ssrc)
                continue;
            _reports.OnBlock(block, Other.Settings.ClockRate, nowNs, Counters);
            if (Stream.IsRenumbered)
                RelayReports.Renumber(bytes[at..], Stream.Shift);
        }
    }

    bool Send(ReadOnlySpan<byte> packet, bool control)
    {
        if (_ports is not { } ports)
            return false;
        var to = _peer.TargetOf(control, out var fromControlPort);
        if (!_isSecure)
            return ports.Send(fromControlPort, packet, to);
        if (packet.Length > MaxPacketBytes || !to.IsSet)
            return false;
        packet.CopyTo(_buffer);
        return _protection.TryProtect(_buffer, packet.Length, control, out var length)
            && ports.Send(fromControlPort, _buffer.AsSpan(0, length), to);
    }

    const int RtcpHeaderBytes = 8;
}

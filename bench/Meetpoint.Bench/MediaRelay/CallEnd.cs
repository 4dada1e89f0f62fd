using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaRelay;

/// <summary>One end of a call: sends RTP at even intervals and reports every five seconds, and counts what it hears. On the callers' loop.</summary>
sealed class CallEnd : IDatagramReceiver
{
    const long ReportEveryNs = 5 * MonotonicTime.Second; // RFC 3550 6.2
    const int PacketBytes = RtpPacket.FixedHeaderLength + RelayLoad.SamplesPerPacket;

    readonly IDatagramSocket _media;
    readonly IDatagramSocket _control;
    readonly byte[] _packet = new byte[PacketBytes];
    readonly byte[] _report = new byte[128];
    readonly uint _ssrc;
    ushort _sequence;
    uint _timestamp;
    uint _peerSsrc;
    uint _peerHighest;
    uint _lastSenderReport;
    long _nextNs;
    long _nextReportNs;

    public CallEnd(SocketNetwork network, IEventLoop loop, uint ssrc)
    {
        _ssrc = ssrc;
        var any = NetAddress.Parse("127.0.0.1:0");
        _media = network.OpenDatagram(any, loop, this);
        _control = network.OpenDatagram(any, loop, this);
        // A peer on this machine that wakes us would be charged for it; on a network it would not.
        loop.Post(() => _media.DeliversAtOnce = _control.DeliversAtOnce = false);
        _packet.AsSpan(RtpPacket.FixedHeaderLength).Fill((byte)ssrc);
    }

    public int MediaPort => _media.Local.Port;

    public int ControlPort => _control.Local.Port;

    /// <summary>The relay's port for it; RTCP is one above.</summary>
    public NetAddress Remote { get; set; }

    public long Sent { get; private set; }

    /// <summary>RTP packets heard from the other end, whole and as it sent them.</summary>
    public long Heard { get; private set; }

    public long ReportsHeard { get; private set; }

    public void Start(long firstNs) => (_nextNs, _nextReportNs) = (firstNs, firstNs + (_ssrc % 50 * ReportEveryNs / 50));

    /// <summary>Sends what is due.</summary>
    public void Send(long nowNs, long intervalNs)
    {
        for (; _nextNs <= nowNs; _nextNs += intervalNs)
        {
            new RtpHeader(RelayLoad.PayloadType, false, _sequence++, _timestamp += RelayLoad.SamplesPerPacket, _ssrc).Write(_packet);
            _media.Send(_packet, Remote);
            Sent++;
        }

        if (nowNs < _nextReportNs)
            return;
        _nextReportNs += ReportEveryNs;
        Report(nowNs);
    }

    /// <summary>Takes in what came.</summary>
    public void Hear()
    {
        _media.Deliver();
        _control.Deliver();
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (socket == _control)
        {
            ReportsHeard++;
            if (RtcpReader.TryOpen(payload, reducedSize: false, out var reader, out _) && reader.TryRead(out var report) && report.TryGetNtpTime(out var ntp))
                _lastSenderReport = (uint)(ntp >> 16);
            return;
        }

        if (payload.Length != PacketBytes || !RtpPacket.TryParse(payload, out var packet, out _))
            return;
        (_peerSsrc, _peerHighest) = (packet.Ssrc, packet.SequenceNumber);
        Heard++;
    }

    void Report(long nowNs)
    {
        var writer = new RtcpWriter(_report);
        var block = new ReportBlock(_peerSsrc, 0, 0, _peerHighest, 1, _lastSenderReport, 1);
        writer.SenderReport(_ssrc, (ulong)nowNs << 2, _timestamp, (uint)Sent, (uint)(Sent * RelayLoad.SamplesPerPacket), [block]);
        writer.SourceDescription(_ssrc, "end"u8);
        _control.Send(_report.AsSpan(0, writer.Length), Remote.WithPort(Remote.Port + 1));
    }
}

using System.Text;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Rooms;

/// <summary>The RTCP of a leg: reports out every five seconds or so, reports in, goodbyes.</summary>
sealed class LegControl
{
    /// <summary>Bytes of the longest compound that is made: SR with one block, SDES, BYE.</summary>
    public const int MaxLength = 28 + ReportBlock.Length + 8 + 260 + 8;

    readonly byte[] _canonicalName;
    readonly long _unixOffsetNs;
    RtcpSchedule _schedule;
    uint _lastSenderReport;
    long _lastSenderReportNs;
    long _packetsAtLastReport;
    uint _remoteHighest;
    uint _remoteJitter;

    public LegControl(string canonicalName, uint seed, long unixOffsetNs, long nowNs)
    {
        var name = Encoding.UTF8.GetBytes(canonicalName);
        _canonicalName = name.Length <= RtcpWriter.MaxCanonicalName ? name : name[..RtcpWriter.MaxCanonicalName];
        _unixOffsetNs = unixOffsetNs;
        _schedule = new RtcpSchedule(seed, nowNs);
    }

    /// <summary>Share of our packets that the peer lost, 0 to 1.</summary>
    public double RemoteLoss { get; private set; }

    /// <summary>Blocks about our packets that came.</summary>
    public long RemoteReports { get; private set; }

    /// <summary>Packets of ours that the peer was to get by its last report, from the first that it reported on.</summary>
    public long RemoteExpected { get; private set; }

    /// <summary>Packets of ours that it lost in all.</summary>
    public long RemoteLost { get; private set; }

    /// <summary>Jitter that it reported last, in milliseconds.</summary>
    public double RemoteJitterMs(int clockRate) => _remoteJitter * 1000.0 / clockRate;

    /// <summary>Round trip in milliseconds.</summary>
    public double RoundTripMs { get; private set; }

    /// <summary>True when a report is due.</summary>
    public bool Take(long nowNs) => _schedule.Take(nowNs);

    /// <summary>Reads a compound packet; false when it is none.</summary>
    /// <param name="datagram">The packet.</param>
    /// <param name="ownSsrc">Our source: blocks about it are ours to read.</param>
    /// <param name="peerSsrc">The peer's source: its goodbye counts.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="goodbye">The peer's source left.</param>
    public bool OnPacket(ReadOnlySpan<byte> datagram, uint ownSsrc, uint peerSsrc, long nowNs, out bool goodbye)
    {
        goodbye = false;
        if (!RtcpReader.TryOpen(datagram, reducedSize: true, out var reader, out _))
            return false;
        while (reader.TryRead(out var packet))
        {
            if (packet.TryGetNtpTime(out var ntp))
            {
                _lastSenderReport = (uint)(ntp >> 16);
                _lastSenderReportNs = nowNs;
            }

            for (var i = 0; packet.TryGetReportBlock(i, out var block); i++)
            {
                if (block.Ssrc == ownSsrc)
                    OnBlock(block, nowNs);
            }

            for (var i = 0; packet.TryGetByeSource(i, out var ssrc); i++)
                goodbye |= ssrc == peerSsrc;
        }

        return true;
    }

    /// <summary>Writes a compound packet; returns its length.</summary>
    public int Write(Span<byte> packet, LegSender sender, LegReceiver receiver, in LegStatistics counts, bool bye, long nowNs)
    {
        var writer = new RtcpWriter(packet);
        Span<ReportBlock> blocks = stackalloc ReportBlock[1];
        var count = 0;
        if (counts.PacketsReceived > 0)
        {
            ref var statistics = ref receiver.Statistics;
            blocks[count++] = new ReportBlock(
                receiver.Ssrc, statistics.TakeFractionLost(), (int)Math.Clamp(statistics.CumulativeLost, int.MinValue, int.MaxValue),
                statistics.ExtendedHighest, statistics.Jitter, _lastSenderReport,
                // A tick that is made up for was due before what came meanwhile.
                _lastSenderReport == 0 ? 0 : NtpTime.ShortOf(Math.Max(0, nowNs - _lastSenderReportNs)));
        }

        // A sender report only when something was sent since the last report (6.4).
        if (counts.PacketsSent > _packetsAtLastReport)
        {
            var header = RtpPacket.FixedHeaderLength;
            writer.SenderReport(
                sender.Ssrc, NtpTime.Of(nowNs + _unixOffsetNs), sender.Timestamp, (uint)counts.PacketsSent,
                (uint)(counts.BytesSent - (counts.PacketsSent * header)), blocks[..count]);
        }
        else
        {
            writer.ReceiverReport(sender.Ssrc, blocks[..count]);
        }

        _packetsAtLastReport = counts.PacketsSent;
        writer.SourceDescription(sender.Ssrc, _canonicalName);
        if (bye)
            writer.Bye(sender.Ssrc);
        return writer.Length;
    }

    void OnBlock(in ReportBlock block, long nowNs)
    {
        RemoteLoss = block.FractionLost / 256.0;
        // Numbers go back when the peer, or our source, began anew.
        var step = RemoteReports++ == 0 ? 0 : unchecked((int)(block.ExtendedHighest - _remoteHighest));
        RemoteExpected += Math.Max(0, step);
        (_remoteHighest, _remoteJitter, RemoteLost) = (block.ExtendedHighest, block.Jitter, block.CumulativeLost);
        if (NtpTime.TryGetRoundTrip(block, nowNs + _unixOffsetNs, out var roundTripNs))
            RoundTripMs = roundTripNs / (double)MonotonicTime.Millisecond;
    }
}

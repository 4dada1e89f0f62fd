using System.Buffers.Binary;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;

namespace Meetpoint.Bench.VideoForward;

/// <summary>Counts the packets that it is sent, looks into one of fifty, and reports each second. On the audience's loop.</summary>
sealed class Screen(INetwork network, IEventLoop loop, uint ssrc, bool isWatch = false) : SecureEnd(network, loop, isWatch)
{
    const int LookEvery = 50;
    const int WatchEvery = 5;

    readonly byte[] _report = new byte[128];
    uint _source;
    uint _highest;

    /// <summary>Of the stream that it is sent, where that is ours to say.</summary>
    public uint Ssrc => ssrc;

    /// <summary>Packets so far.</summary>
    public long Heard { get; private set; }

    /// <summary>Of them those that were opened.</summary>
    public long Looked { get; private set; }

    /// <summary>Of these, those that were authentic and whole.</summary>
    public long Whole { get; private set; }

    /// <summary>How long the packets that were opened were under way, in nanoseconds; of one that watches.</summary>
    public List<long> UnderWayNs { get; } = [];

    /// <summary>Its receiver report.</summary>
    public void Report()
    {
        if (_source == 0)
            return;
        var writer = new RtcpWriter(_report);
        writer.ReceiverReport(ssrc + 1, [new ReportBlock(_source, 0, 0, _highest, 1, 0, 0)]);
        writer.SourceDescription(ssrc + 1, "screen"u8);
        SendControl(_report, writer.Length);
    }

    protected override void OnMedia(Span<byte> packet, long nowNs)
    {
        if (packet.Length < VideoLoad.PayloadBytes)
            return;
        (_source, _highest) = (BinaryPrimitives.ReadUInt32BigEndian(packet[8..]), BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        if (Heard++ % (IsPrompt ? WatchEvery : LookEvery) != 0)
            return;
        Looked++;
        if (Session.UnprotectRtp(packet, out var length) != SrtpStatus.Ok || !packet[..length].EndsWith(VideoLoad.Stamp))
            return;
        Whole++;
        if (IsPrompt)
            UnderWayNs.Add(nowNs - BinaryPrimitives.ReadInt64BigEndian(packet[(length - VideoLoad.Stamp.Length - sizeof(long))..]));
    }
}

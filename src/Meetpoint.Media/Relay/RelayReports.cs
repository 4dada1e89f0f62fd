using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Media.Relay;

/// <summary>
/// What the RTCP of one side tells. The peers report to each other; of a sender report that passes here the time is noted, and the block that
/// answers it then shows the round trip between here and who answers (RFC 3550 6.4.1, with our clock in place of the sender's).
/// </summary>
struct RelayReports
{
    const int Remembered = 4;

    Passed _passed;
    int _next;

    /// <summary>A sender report with this NTP time goes to the peer now.</summary>
    public void OnSenderReportPassed(ulong ntp, long nowNs)
    {
        _passed[_next++ % Remembered] = ((uint)(ntp >> 16), nowNs);
        if (_next == Remembered)
            _next = 0;
    }

    /// <summary>The peer reports on what it is sent.</summary>
    public readonly void OnBlock(in ReportBlock block, int clockRate, long nowNs, RelayCounters counters)
    {
        counters.RemoteReports++;
        counters.RemotePacketsLost = block.CumulativeLost;
        counters.RemoteLoss = block.FractionLost / 256.0;
        counters.RemoteJitterMs = block.Jitter * 1000.0 / clockRate;
        if (block.LastSenderReport == 0)
            return;
        foreach (ref readonly var report in (ReadOnlySpan<(uint Ntp, long Ns)>)_passed)
        {
            if (report.Ntp != block.LastSenderReport)
                continue;
            var heldNs = (long)(block.DelaySinceLastSenderReport * (double)MonotonicTime.Second / 65536);
            // A clock that runs a little fast may show less than nothing.
            counters.RoundTripMs = Math.Max(0, nowNs - report.Ns - heldNs) / (double)MonotonicTime.Millisecond;
            return;
        }
    }

    /// <summary>
    /// Where the stream was renumbered, puts the highest number that a block reports back to that of the stream as it came. In place.
    /// </summary>
    public static void Renumber(Span<byte> block, ushort shift)
    {
        var highest = block.Slice(HighestAt, sizeof(uint));
        var back = BinaryPrimitives.ReadUInt32BigEndian(highest) - (uint)(short)shift;
        BinaryPrimitives.WriteUInt32BigEndian(highest, back);
    }

    const int HighestAt = 8;

    [InlineArray(Remembered)]
    struct Passed
    {
        (uint Ntp, long Ns) _first;
    }
}

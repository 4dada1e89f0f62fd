using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Rtp;

public sealed class RtcpTests
{
    static readonly ReportBlock Block = new(0xAABBCCDD, 12, -5, 70000, 33, 0x11112222, 65536);

    [Fact]
    public void Write_SenderReport_BytesAsInRfc3550()
    {
        var buffer = new byte[256];
        var writer = new RtcpWriter(buffer);
        writer.SenderReport(0x01020304, 0x1112131415161718, 160, 3, 480, [Block]);
        writer.SourceDescription(0x01020304, "ab@c"u8);
        writer.Bye(0x01020304);

        Convert.ToHexStringLower(buffer.AsSpan(0, writer.Length)).ShouldBe(
            "81c8000c" + "01020304" + "1112131415161718" + "000000a0" + "00000003" + "000001e0"
            + "aabbccdd" + "0cfffffb" + "00011170" + "00000021" + "11112222" + "00010000"
            + "81ca0003" + "01020304" + "0104616240630000"
            + "81cb0001" + "01020304");
    }

    [Fact]
    public void TryRead_Compound_GivesBackWhatWasWritten()
    {
        var buffer = new byte[256];
        var writer = new RtcpWriter(buffer);
        writer.ReceiverReport(9, [Block]);
        writer.SourceDescription(9, "name@host"u8);
        writer.Bye(9);

        RtcpReader.TryOpen(buffer.AsSpan(0, writer.Length), reducedSize: false, out var reader, out _).ShouldBeTrue();
        reader.TryRead(out var report).ShouldBeTrue();
        report.Type.ShouldBe(RtcpType.ReceiverReport);
        report.TryGetReportBlock(0, out var block).ShouldBeTrue();
        block.ShouldBe(Block);
        report.TryGetReportBlock(1, out _).ShouldBeFalse();
        reader.TryRead(out var description).ShouldBeTrue();
        description.TryGetCanonicalName(out var ssrc, out var name).ShouldBeTrue();
        ssrc.ShouldBe(9u);
        name.ToArray().ShouldBe("name@host"u8.ToArray());
        reader.TryRead(out var bye).ShouldBeTrue();
        bye.TryGetByeSource(0, out ssrc).ShouldBeTrue();
        ssrc.ShouldBe(9u);
        reader.TryRead(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", RtpError.Truncated)]
    [InlineData("81cb0001 01020304", RtpError.Compound)] // a compound begins with a report
    [InlineData("80c90001", RtpError.Compound)] // runs past the end
    [InlineData("40c90001 01020304", RtpError.Version)]
    [InlineData("a0c90002 01020304 00000000", RtpError.Padding)]
    [InlineData("a0c90002 01020304 00000004 80c90001 01020304", RtpError.Padding)] // padded, and not the last
    public void TryOpen_Malformed_SaysWhy(string hex, RtpError expected)
    {
        RtcpReader.TryOpen(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), false, out _, out var error).ShouldBeFalse();
        error.ShouldBe(expected);
    }

    [Fact]
    public void TryRead_AnyBytes_NeverThrows() => Prop.ForAll<byte[]>(bytes =>
    {
        for (var type = 200; type < 208; type++)
        {
            var body = bytes[..(bytes.Length & ~3)];
            byte[] datagram = [0xBF, (byte)type, 0, (byte)(body.Length / 4), .. body];
            foreach (var first in (byte[])[0x80, 0x9F, 0xBF])
            {
                datagram[0] = first;
                if (!RtcpReader.TryOpen(datagram, reducedSize: true, out var reader, out _))
                    continue;
                while (reader.TryRead(out var packet))
                {
                    packet.TryGetNtpTime(out _);
                    packet.TryGetCanonicalName(out _, out _);
                    for (var i = 0; i < 33; i++)
                    {
                        packet.TryGetReportBlock(i, out _);
                        packet.TryGetByeSource(i, out _);
                    }
                }
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Take_ManyIntervals_MeanIsFiveSecondsOverCompensation()
    {
        var schedule = new RtcpSchedule(7, 0);
        var due = new List<long>();
        for (long now = 0; now < 5000 * MonotonicTime.Second; now += 20 * MonotonicTime.Millisecond)
        {
            if (schedule.Take(now))
                due.Add(now);
        }

        due[0].ShouldBeLessThan(4 * MonotonicTime.Second);
        var gaps = due.Zip(due.Skip(1), (a, b) => (b - a) / 1e9).ToArray();
        gaps.Average().ShouldBe(5 / 1.218, 0.2);
        gaps.Min().ShouldBeGreaterThan(2.0);
        gaps.Max().ShouldBeLessThan(6.3);
    }

    [Fact]
    public void OnPacket_LossWrapAndReorder_CountedAsInRfc3550()
    {
        var statistics = default(ReceiverStatistics);
        ushort sequence = 65530;
        for (var i = 0; i < 100; i++, sequence++)
        {
            if (i % 10 != 5)
                statistics.OnPacket(sequence, (uint)(i * 160), 8000, i * 20 * MonotonicTime.Millisecond, out _);
        }

        statistics.Received.ShouldBe(90);
        statistics.CumulativeLost.ShouldBe(10);
        statistics.TakeFractionLost().ShouldBe((byte)(10 * 256 / 100));
        statistics.TakeFractionLost().ShouldBe((byte)0);
        statistics.ExtendedHighest.ShouldBe(65629u);
        statistics.Jitter.ShouldBe(0u);
    }

    [Fact]
    public void OnPacket_SequenceRestarts_TwoInARowAreBelieved()
    {
        var statistics = default(ReceiverStatistics);
        statistics.OnPacket(100, 0, 8000, 0, out _);
        statistics.OnPacket(40000, 160, 8000, 1, out var restarted).ShouldBeFalse();
        restarted.ShouldBeFalse();
        statistics.OnPacket(40001, 320, 8000, 2, out restarted).ShouldBeTrue();
        restarted.ShouldBeTrue();
        statistics.CumulativeLost.ShouldBe(0);
    }

    [Fact]
    public void Extend_WrapAndReorder_GrowsAndGoesBack()
    {
        var extender = default(SequenceExtender);
        var first = extender.Extend(65534);
        extender.Extend(1).ShouldBe(first + 3);
        extender.Extend(65535).ShouldBe(first + 1);
        extender.Highest.ShouldBe(first + 3);
    }
}

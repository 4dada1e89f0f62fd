using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Media.Rtp;
using Shouldly;

namespace Meetpoint.Media.Tests.Rtp;

public sealed class RtcpFeedbackTests
{
    readonly byte[] _buffer = new byte[RtcpWriter.MaxTransportFeedback];

    [Fact]
    public void PictureLoss_BytesAsInRfc4585()
    {
        var writer = new RtcpWriter(_buffer);
        writer.PictureLoss(0x01020304, 0x0a0b0c0d);
        Hex(writer.Length).ShouldBe("81ce0002" + "01020304" + "0a0b0c0d");
        writer.Length.ShouldBe(RtcpWriter.PictureLossLength);

        var packet = Read(writer.Length);
        packet.IsPictureLoss.ShouldBeTrue();
        packet.Ssrc.ShouldBe(0x01020304u);
        packet.MediaSource.ShouldBe(0x0a0b0c0du);
        packet.IsNack.ShouldBeFalse();
    }

    [Fact]
    public void FullIntraRequest_BytesAsInRfc5104()
    {
        var writer = new RtcpWriter(_buffer);
        writer.FullIntraRequest(0x01020304, 0x0a0b0c0d, 9);
        Hex(writer.Length).ShouldBe("84ce0004" + "01020304" + "00000000" + "0a0b0c0d" + "09000000");
        writer.Length.ShouldBe(RtcpWriter.FullIntraRequestLength);

        var packet = Read(writer.Length);
        packet.TryGetFullIntraRequest(0, out var ssrc, out var number).ShouldBeTrue();
        (ssrc, number).ShouldBe((0x0a0b0c0du, (byte)9));
        packet.TryGetFullIntraRequest(1, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Nack_BytesAsInRfc4585()
    {
        var writer = new RtcpWriter(_buffer);
        writer.Nack(0x01020304, 0x0a0b0c0d, [65535, 0, 15, 16, 100]);
        Hex(writer.Length).ShouldBe("81cd0005" + "01020304" + "0a0b0c0d" + "ffff8001" + "00100000" + "00640000");
        Span<ushort> missing = stackalloc ushort[8];
        var packet = Read(writer.Length);
        packet.IsNack.ShouldBeTrue();
        missing[..packet.ReadNack(missing)].ToArray().ShouldBe([(ushort)65535, (ushort)0, (ushort)15, (ushort)16, (ushort)100]);
        packet.ReadNack(missing[..2]).ShouldBe(2, "no more than fit");
    }

    [Fact]
    public void Nack_AnyGaps_AreReadAsWritten() => Prop.ForAll<ushort, NonEmptyArray<byte>>((first, gaps) =>
    {
        var missing = new List<ushort> { first };
        foreach (var gap in gaps.Get.Take(50))
            missing.Add((ushort)(missing[^1] + 1 + gap));
        var writer = new RtcpWriter(_buffer);
        writer.Nack(1, 2, missing.ToArray());
        var read = new ushort[missing.Count + 1];
        return writer.Length <= RtcpWriter.MaxNackLength(missing.Count) && read.AsSpan(0, Read(writer.Length).ReadNack(read)).SequenceEqual(missing.ToArray());
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, "00000000")]
    [InlineData(262_143, "0003ffff")]
    [InlineData(262_144, "00060000")]
    [InlineData(1_000_000, "000bd090")]
    public void MaxBitrate_BytesAsInTheDraft(long bitsPerSecond, string expected)
    {
        var writer = new RtcpWriter(_buffer);
        writer.MaxBitrate(0x01020304, bitsPerSecond, [0x0a0b0c0d]);
        Hex(writer.Length).ShouldBe("8fce0005" + "01020304" + "00000000" + "52454d42" + "01" + expected[2..] + "0a0b0c0d");
        Read(writer.Length).TryGetMaxBitrate(out var read).ShouldBeTrue();
        read.ShouldBe(bitsPerSecond);
    }

    [Fact]
    public void MaxBitrate_AnyRate_IsRoundedDownByLessThanTwoPartsInAHundredThousand() => Prop.ForAll<PositiveInt, byte>((rate, shift) =>
    {
        var bitsPerSecond = (long)rate.Get << (shift % 32);
        var writer = new RtcpWriter(_buffer);
        writer.MaxBitrate(1, bitsPerSecond, []);
        Read(writer.Length).TryGetMaxBitrate(out var read).ShouldBeTrue();
        return read <= bitsPerSecond && bitsPerSecond - read <= bitsPerSecond / 131_072;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryGetMaxBitrate_ExponentOverflows_IsTheMost()
    {
        var datagram = Convert.FromHexString("8fce0004" + "01020304" + "00000000" + "52454d42" + "00ffffff");
        RtcpReader.TryOpen(datagram, reducedSize: true, out var reader, out _).ShouldBeTrue();
        reader.TryRead(out var packet).ShouldBeTrue();
        packet.TryGetMaxBitrate(out var bitsPerSecond).ShouldBeTrue();
        bitsPerSecond.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void TransportFeedback_BytesAsInTheDraft()
    {
        // Numbers 65535, 0 (lost), 1 (300 ms later, a large delta), 2 (1 ms before that, negative).
        var writer = new RtcpWriter(_buffer);
        writer.TransportFeedback(0x01020304, 0x0a0b0c0d, 65535, 7, [256 + 3, -1, 256 + 1203, 256 + 1199]).ShouldBe(4);
        Hex(writer.Length).ShouldBe(
            "8fcd0006" + "01020304" + "0a0b0c0d" + "ffff0004" + "00000107"
            + "d280" // 11 01 00 10 10: two-bit symbols
            + "03" + "04b0" + "fffc" + "00");
    }

    [Fact]
    public void TransportFeedback_ALongRun_IsOneChunk()
    {
        var arrivals = Enumerable.Range(0, 400).Select(i => (long)i).ToArray();
        var writer = new RtcpWriter(_buffer);
        writer.TransportFeedback(1, 2, 100, 0, arrivals).ShouldBe(400);
        writer.Length.ShouldBe(12 + 8 + 2 + 400 + 2);
    }

    [Fact]
    public void TransportFeedback_TooFarApart_TellsOfWhatFits()
    {
        var writer = new RtcpWriter(_buffer);
        writer.TransportFeedback(1, 2, 100, 0, [0, 5, -1, 40_000, 40_001]).ShouldBe(3);
        writer.TransportFeedback(1, 2, 103, 1, [40_000, 40_001]).ShouldBe(2);
    }

    [Fact]
    public void TransportFeedback_AnyArrivals_AreReadAsWritten() => Prop.ForAll<ushort, NonEmptyArray<short>, byte>((first, steps, thinning) =>
    {
        // Steps of all sizes: mostly small ones, as on a real path, some large, some backwards; every so many is lost.
        var arrivals = new long[Math.Min(steps.Get.Length * 9, RtcpWriter.MaxTransportStatuses)];
        var tick = 1_000_000L;
        for (var i = 0; i < arrivals.Length; i++)
        {
            tick += steps.Get[i % steps.Get.Length] / (i % 3 == 0 ? 1 : 300);
            arrivals[i] = i > 0 && i % ((thinning % 20) + 2) < (thinning % 3) ? -1 : Math.Max(0, tick);
        }

        var writer = new RtcpWriter(_buffer);
        var told = writer.TransportFeedback(1, 2, first, 5, arrivals);
        Read(writer.Length).TryGetTransportFeedback(out var feedback).ShouldBeTrue();
        feedback.Number.ShouldBe((byte)5);
        for (var i = 0; i < told; i++)
        {
            feedback.TryRead(out var sequence, out var received, out var ticks).ShouldBeTrue($"status {i} of {told}");
            (sequence, received).ShouldBe(((ushort)(first + i), arrivals[i] >= 0));
            if (received)
                ticks.ShouldBe(arrivals[i], $"arrival of status {i}");
        }

        return !feedback.TryRead(out _, out _, out _) && writer.Length <= RtcpWriter.MaxTransportFeedback && writer.Length % 4 == 0;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Theory]
    [InlineData("0001")] // shorter than its head
    [InlineData("00010000 00000000 2001 0000")] // tells of nothing
    [InlineData("00010002 00000000 2001 0000")] // a run of one, and then no chunk that has deltas
    [InlineData("00010001 00000000")] // no chunk at all
    [InlineData("00010004 00000000 2004 0101")] // two deltas of four
    [InlineData("00010001 00000000 2000 2001 01000000")] // a run of none
    [InlineData("0001ffff 00000000 5fff 0000")] // a run of 8191 large deltas
    public void TryGetTransportFeedback_Contradictory_IsRefused(string hex)
    {
        byte[] body = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        byte[] datagram = [0x8F, 205, 0, (byte)(2 + ((body.Length + 3) / 4)), 0, 0, 0, 1, 0, 0, 0, 2, .. body, .. new byte[(4 - (body.Length % 4)) % 4]];
        RtcpReader.TryOpen(datagram, reducedSize: true, out var reader, out _).ShouldBeTrue();
        reader.TryRead(out var packet).ShouldBeTrue();
        packet.TryGetTransportFeedback(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("AFCD00068392600E0000222200A800040939BC5420044401C2000002", "168 169 170 171")]
    [InlineData("AFCD00068392600E00002222012400040939F08420046700AB000002", "292 293 294 295")]
    [InlineData("AFCD00068392600E00002222011B00030939ED8020031B0300000003", "283 284 285")]
    [InlineData("AFCD00068392600E00002222011B00030939ED8020031B0300000003" + "81CE0002010203040A0B0C0D", "283 284 285")] // and another behind it
    public void TryGetTransportFeedback_OfChromium_PaddedByLessThanAWord_IsRead(string hex, string expected)
    {
        RtcpReader.TryOpen(Convert.FromHexString(hex), reducedSize: true, out var reader, out var error).ShouldBeTrue(error.ToString());
        reader.TryRead(out var packet).ShouldBeTrue();
        packet.TryGetTransportFeedback(out var feedback).ShouldBeTrue();
        var told = new List<int>();
        while (feedback.TryRead(out var sequence, out var received, out _))
        {
            received.ShouldBeTrue($"packet {sequence}");
            told.Add(sequence);
        }

        string.Join(' ', told).ShouldBe(expected);
    }

    [Fact]
    public void TryRead_AnyBytes_NeverThrows() => Prop.ForAll<byte[]>(bytes =>
    {
        var missing = new ushort[40];
        var body = bytes[..(bytes.Length & ~3)];
        foreach (var type in (byte[])[205, 206])
        {
            for (var format = 0; format < 32; format++)
            {
                byte[] datagram = [(byte)(0x80 | format), type, 0, (byte)(body.Length / 4), .. body];
                RtcpReader.TryOpen(datagram, reducedSize: true, out var reader, out _).ShouldBeTrue();
                reader.TryRead(out var packet).ShouldBeTrue();
                packet.ReadNack(missing);
                packet.TryGetMaxBitrate(out _);
                _ = packet.IsPictureLoss || packet.MediaSource == 1;
                for (var i = -1; i < 20; i++)
                {
                    packet.TryGetNackItem(i, out _, out _);
                    packet.TryGetFullIntraRequest(i, out _, out _);
                }

                if (!packet.TryGetTransportFeedback(out var feedback))
                    continue;
                var told = 0;
                while (feedback.TryRead(out _, out _, out _))
                    told++;
                told.ShouldBe(feedback.Count);
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void ReadTransportFeedback_RandomBitsFlipped_NeverThrows()
    {
        var random = new Random(3);
        var arrivals = new long[100];
        for (var round = 0; round < 5_000; round++)
        {
            for (var i = 0; i < arrivals.Length; i++)
                arrivals[i] = random.Next(4) == 0 ? -1 : 5_000 + (i * 7) + random.Next(300);
            arrivals[0] = 5_000;
            var writer = new RtcpWriter(_buffer);
            writer.TransportFeedback(1, 2, (ushort)random.Next(65_536), 0, arrivals);
            for (var flips = 0; flips < 3; flips++)
                _buffer[12 + random.Next(writer.Length - 12)] ^= (byte)(1 << random.Next(8));
            if (!Read(writer.Length).TryGetTransportFeedback(out var feedback))
                continue;
            var told = 0;
            while (feedback.TryRead(out _, out _, out _))
                told++;
            told.ShouldBe(feedback.Count);
        }
    }

    RtcpPacket Read(int length)
    {
        RtcpReader.TryOpen(_buffer.AsSpan(0, length), reducedSize: true, out var reader, out var error).ShouldBeTrue(error.ToString());
        reader.TryRead(out var packet).ShouldBeTrue();
        return packet;
    }

    string Hex(int length) => Convert.ToHexStringLower(_buffer.AsSpan(0, length));
}

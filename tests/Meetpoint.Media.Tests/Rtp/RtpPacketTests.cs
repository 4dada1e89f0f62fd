using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Media.Rtp;
using Shouldly;

namespace Meetpoint.Media.Tests.Rtp;

public sealed class RtpPacketTests
{
    [Theory]
    [InlineData("80 00 0001 000000a0 12345678 ffff", 0, false, 1, 160u, 0x12345678u, 2)]
    [InlineData("80 89 ffff ffffffff ffffffff", 9, true, 65535, 4294967295u, 4294967295u, 0)]
    [InlineData("a0 08 0002 00000140 00000001 aabb 0000 04 04", 8, false, 2, 320u, 1u, 2)]
    public void TryParse_PlainPackets_FieldsAsWritten(string hex, int type, bool marker, int sequence, uint timestamp, uint ssrc, int payload)
    {
        RtpPacket.TryParse(Bytes(hex), out var packet, out var error).ShouldBeTrue(error.ToString());
        packet.PayloadType.ShouldBe((byte)type);
        packet.Marker.ShouldBe(marker);
        packet.SequenceNumber.ShouldBe((ushort)sequence);
        packet.Timestamp.ShouldBe(timestamp);
        packet.Ssrc.ShouldBe(ssrc);
        packet.Payload.Length.ShouldBe(payload);
    }

    [Theory]
    [InlineData("", RtpError.Truncated)]
    [InlineData("80 00 0001 000000a0 123456", RtpError.Truncated)]
    [InlineData("40 00 0001 000000a0 12345678", RtpError.Version)]
    [InlineData("81 00 0001 000000a0 12345678", RtpError.Truncated)]
    [InlineData("90 00 0001 000000a0 12345678", RtpError.Truncated)]
    [InlineData("90 00 0001 000000a0 12345678 bede 0002 00000000", RtpError.Truncated)]
    [InlineData("a0 00 0001 000000a0 12345678", RtpError.Padding)]
    [InlineData("a0 00 0001 000000a0 12345678 00", RtpError.Padding)]
    [InlineData("a0 00 0001 000000a0 12345678 01 03", RtpError.Padding)]
    public void TryParse_Malformed_SaysWhy(string hex, RtpError expected)
    {
        RtpPacket.TryParse(Bytes(hex), out _, out var error).ShouldBeFalse();
        error.ShouldBe(expected);
    }

    [Fact]
    public void TryGetExtension_OneByteForm_FindsEachAndStopsAtFifteen()
    {
        // id 1 length 1, padding, id 3 length 4, then the reserved 15 that ends it (RFC 8285 4.2).
        RtpPacket.TryParse(Bytes("90 00 0001 000000a0 12345678 bede 0003 10 aa 00 00 33 01020304 f0 20 bb"), out var packet, out _).ShouldBeTrue();
        packet.TryGetExtension(1, out var first).ShouldBeTrue();
        first.ToArray().ShouldBe([0xAA]);
        packet.TryGetExtension(3, out var third).ShouldBeTrue();
        third.ToArray().ShouldBe([1, 2, 3, 4]);
        packet.TryGetExtension(2, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryGetExtension_TwoByteForm_FindsEmptyAndLong()
    {
        RtpPacket.TryParse(Bytes("90 00 0001 000000a0 12345678 1000 0002 01 00 14 02 abcd 00 00"), out var packet, out _).ShouldBeTrue();
        packet.TryGetExtension(1, out var empty).ShouldBeTrue();
        empty.Length.ShouldBe(0);
        packet.TryGetExtension(0x14, out var value).ShouldBeTrue();
        value.ToArray().ShouldBe([0xAB, 0xCD]);
    }

    [Fact]
    public void Write_ContributorsAndLevels_ReadBack()
    {
        var buffer = new byte[RtpHeader.MaxLength + 3];
        uint[] csrcs = [7, 8, 0xFFFF_FFFF];
        byte[] levels = [10, 127, 0];
        var length = new RtpHeader(9, true, 500, 600, 700).Write(buffer, csrcs, levels, 5);

        RtpPacket.TryParse(buffer.AsSpan(0, length), out var packet, out _).ShouldBeTrue();
        packet.CsrcCount.ShouldBe(3);
        for (var i = 0; i < 3; i++)
        {
            packet.GetCsrc(i).ShouldBe(csrcs[i]);
            AudioLevelExtension.TryReadContributor(packet, 5, i, out var level).ShouldBeTrue();
            level.ShouldBe(levels[i]);
        }

        packet.Payload.Length.ShouldBe(0);
    }

    [Fact]
    public void Write_FifteenContributors_FitsMaxLength()
    {
        var buffer = new byte[RtpHeader.MaxLength];
        var length = new RtpHeader(0, false, 1, 2, 3).Write(buffer, new uint[15], new byte[15], 14);
        length.ShouldBe(RtpHeader.MaxLength);
    }

    [Fact]
    public void TryParse_AnyBytes_NeverThrows() => Prop.ForAll<byte[]>(bytes =>
    {
        foreach (var first in (byte[])[0x80, 0x90, 0xB0, 0xAF, 0xBF])
        {
            byte[] datagram = [first, .. bytes];
            if (!RtpPacket.TryParse(datagram, out var packet, out var error))
            {
                error.ShouldNotBe(RtpError.None);
                continue;
            }

            for (var id = 0; id < 17; id++)
                packet.TryGetExtension(id, out _);
            for (var i = 0; i < packet.CsrcCount; i++)
                packet.GetCsrc(i);
            packet.Payload.Length.ShouldBeLessThan(datagram.Length);
        }
    }).QuickCheckThrowOnFailure();

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}

using Meetpoint.Media.Rtp;
using Shouldly;

namespace Meetpoint.Media.Tests.Rtp;

public sealed class RtpHeaderExtensionsTests
{
    [Fact]
    public void Finish_MidAndTransportSequence_BytesAsInRfc8285AndReadBack()
    {
        var datagram = new byte[40];
        datagram.AsSpan().Fill(0xEE);
        new RtpHeader(96, true, 1, 2, 3).Write(datagram.AsSpan());
        datagram[0] |= 0x10;
        var extensions = new RtpHeaderExtensions(datagram.AsSpan(RtpPacket.FixedHeaderLength, 16));
        extensions.TryAdd(4, "10"u8).ShouldBeTrue();
        extensions.TryAddTransportSequence(3, 0xABCD).ShouldBeTrue();
        var length = extensions.Finish();

        Convert.ToHexStringLower(datagram.AsSpan(RtpPacket.FixedHeaderLength, length)).ShouldBe("bede0002" + "413130" + "31abcd" + "0000");
        RtpPacket.TryParse(datagram, out var packet, out _).ShouldBeTrue();
        packet.TryGetExtension(4, out var mid).ShouldBeTrue();
        mid.SequenceEqual("10"u8).ShouldBeTrue();
        packet.TryGetExtension(3, out var sequence).ShouldBeTrue();
        Convert.ToHexStringLower(sequence).ShouldBe("abcd");
    }

    [Fact]
    public void Finish_NoElement_WritesNothing()
    {
        var extensions = new RtpHeaderExtensions(new byte[8]);
        extensions.TryAdd(0, "a"u8).ShouldBeFalse("id 0 is not negotiated");
        extensions.Finish().ShouldBe(0);
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 17)]
    [InlineData(1, 16)] // with its head more than the sixteen bytes that are left
    public void TryAdd_NotInTheOneByteForm_IsLeftOut(int id, int length) =>
        new RtpHeaderExtensions(new byte[20]).TryAdd(id, new byte[length]).ShouldBeFalse();
}

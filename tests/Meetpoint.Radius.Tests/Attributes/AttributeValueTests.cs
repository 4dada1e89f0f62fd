using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Radius.Tests.Attributes;

public sealed class AttributeValueTests
{
    /// <summary>What sessions in the field have carried; both are beyond 32 bits.</summary>
    [Theory]
    [InlineData(5_682_218_308, 5_682_070_141)]
    [InlineData(uint.MaxValue, (ulong)uint.MaxValue + 1)]
    [InlineData(0, ulong.MaxValue)]
    public void AccountedOctets_ComeBackWithTheirGigawords(ulong input, ulong output)
    {
        var writer = new PacketWriter(new byte[100], RadiusCode.AccountingRequest);
        new AccountedOctets(input, output).TryWrite(ref writer).ShouldBeTrue();
        RadiusPacket.TryParse(writer.Finish(), out var packet, out _).ShouldBeTrue();
        AccountedOctets.TryRead(packet, out var octets).ShouldBeTrue();
        octets.ShouldBe(new AccountedOctets(input, output));
    }

    [Theory]
    [InlineData("2a06529f0004340600000001", 5_681_119_236ul)]
    [InlineData("2a0500aabb", null)]
    [InlineData("340600000002", 8_589_934_592ul)]
    public void AccountedOctets_OfAttributes(string hex, ulong? expected)
    {
        var attributes = Convert.FromHexString(hex);
        byte[] bytes = [4, 0, 0, (byte)(20 + attributes.Length), .. new byte[16], .. attributes];
        RadiusPacket.TryParse(bytes, out var packet, out _).ShouldBeTrue();
        AccountedOctets.TryRead(packet, out var octets).ShouldBe(expected is not null);
        octets.Input.ShouldBe(expected ?? 0);
    }

    [Theory]
    [InlineData("002020010db8", "2001:db8::/32")]
    [InlineData("002020010db8ff", "2001:db8::/32")]
    [InlineData("0000", "::/0")]
    [InlineData("0080" + "20010db8000000000000000000000001", "2001:db8::1/128")]
    [InlineData("0081" + "20010db8000000000000000000000001", null)]
    [InlineData("002020010d", null)]
    [InlineData("00", null)]
    public void Ipv6Prefix_OfOctets(string hex, string? expected) =>
        (AttributeValue.TryReadIpv6Prefix(Convert.FromHexString(hex), out var address, out var length) ? $"{address}/{length}" : null).ShouldBe(expected);

    [Fact]
    public void Prefixes_ComeBackWithoutTheBitsBeyondThem()
    {
        var value = new byte[18];
        AttributeValue.WritePrefix(IPAddress.Parse("192.0.2.255"), 25, value).ShouldBe(6);
        AttributeValue.TryReadIpv4Prefix(value.AsSpan(0, 6), out var four, out var length).ShouldBeTrue();
        $"{four}/{length}".ShouldBe("192.0.2.128/25");
        var octets = AttributeValue.WritePrefix(IPAddress.Parse("2001:db8:ffff::"), 33, value);
        octets.ShouldBe(7);
        AttributeValue.TryReadIpv6Prefix(value.AsSpan(0, octets), out var six, out length).ShouldBeTrue();
        $"{six}/{length}".ShouldBe("2001:db8:8000::/33");
    }

    [Theory]
    [InlineData("01000006", true, 1, "000006")]
    [InlineData("00000006", true, 0, "000006")]
    [InlineData("0131302e", false, 1, "31302e")]
    [InlineData("31302e", false, 0, "31302e")]
    [InlineData("", false, 0, "")]
    public void WithoutTag_AsRfc2868HasIt(string hex, bool isInteger, byte tag, string rest)
    {
        Convert.ToHexStringLower(AttributeValue.WithoutTag(Convert.FromHexString(hex), isInteger, out var found)).ShouldBe(rest);
        found.ShouldBe(tag);
    }

    [Theory]
    [InlineData(1, 1, "0902", "9=")]
    [InlineData(1, 1, "01066162636402036b", "1=61626364 2=6b")]
    [InlineData(2, 1, "010405 6162 000503 ff", "260=6162 5= +ff")]
    [InlineData(2, 2, "0001 0006 6162", "1=6162")]
    [InlineData(4, 0, "00000001616263", "1=616263")]
    [InlineData(1, 1, "0101", "+0101")]
    [InlineData(1, 1, "0109ff", "+0109ff")]
    public void VendorAttributes_OfEachFormat(byte typeLength, byte lengthLength, string hex, string expected)
    {
        hex = hex.Replace(" ", "", StringComparison.Ordinal);
        var found = new List<string>();
        var inner = new VendorAttributes(Convert.FromHexString(hex), new VendorFormat(typeLength, lengthLength));
        while (inner.MoveNext())
            found.Add($"{inner.Type}={Convert.ToHexStringLower(inner.Value)}");
        if (inner.Rest.Length > 0)
            found.Add($"+{Convert.ToHexStringLower(inner.Rest)}");
        string.Join(' ', found).ShouldBe(expected);
    }

    [Fact]
    public void VendorAttribute_Written_IsFound()
    {
        foreach (var format in (VendorFormat[])[new(1, 1), new(2, 1), new(2, 2), new(4, 0)])
        {
            var writer = new PacketWriter(new byte[300], RadiusCode.AccessAccept);
            VendorAttributes.TryWrite(ref writer, 14122, format, 7, "hello"u8).ShouldBeTrue();
            RadiusPacket.TryParse(writer.Finish(), out var packet, out _).ShouldBeTrue();
            VendorAttributes.TryFind(packet, 14122, format, 7, out var value).ShouldBeTrue();
            value.SequenceEqual("hello"u8).ShouldBeTrue();
            VendorAttributes.TryFind(packet, 14122, format, 8, out _).ShouldBeFalse();
            VendorAttributes.TryWrite(ref writer, 14122, new VendorFormat(1, 1), 256, "x"u8).ShouldBeFalse("its type has one octet");
        }
    }

    [Fact]
    public void EapMessage_OfAnyLength_ComesBack()
    {
        Prop.ForAll(Gen.Choose(0, 3_900).ToArbitrary(), length =>
        {
            var eap = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
            var writer = new PacketWriter(new byte[RadiusPacket.MaxLength], RadiusCode.AccessRequest);
            ConcatenatedValue.TryWrite(ref writer, AttributeType.EapMessage, eap).ShouldBeTrue();
            RadiusPacket.TryParse(writer.Finish(), out var packet, out _).ShouldBeTrue();
            var room = new byte[RadiusPacket.MaxLength];
            return ConcatenatedValue.TryRead(packet, AttributeType.EapMessage, room, out var read) && room.AsSpan(0, read).SequenceEqual(eap);
        }).QuickCheckThrowOnFailure();
    }
}

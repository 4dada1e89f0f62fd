using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Dictionary;

public sealed class RadiusTextTests
{
    static readonly RadiusDictionary _dictionary = RadiusDictionary.Standard;

    [Fact]
    public void Write_AccessRequest_IsReadableAndItsPasswordIsNot()
    {
        Hops.Parse(Vectors.Bytes(Vectors.Read("rfc.txt").First()[1]), out var packet);
        RadiusText.Write(packet, _dictionary).ShouldBe("""
            AccessRequest 0
              User-Name = "nemo"
              User-Password = <masked> (16)
              NAS-IP-Address = 192.168.1.16
              NAS-Port = 3
            """);
    }

    [Theory]
    [InlineData("03020102")]
    [InlineData("1a1200000137110c800012345678901234")]
    [InlineData("4f080201000601ff")]
    [InlineData("45140180000102030405060708090a0b0c0d0e0f")]
    [InlineData("1a0f000001370109010203040506070800")]
    public void Write_WhatIsSecret_IsMasked(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        bytes[1] = (byte)bytes.Length;
        if (bytes[0] == 26)
            bytes[7] = (byte)(bytes.Length - 6);
        Hops.Parse([2, 0, 0, (byte)(20 + bytes.Length), .. new byte[16], .. bytes], out var packet);
        RadiusText.Write(packet, _dictionary).ShouldContain("= <masked> (");
    }

    /// <summary>A line as it is written, and the octets of the attribute.</summary>
    [Theory]
    [InlineData("User-Name = \"alice\"", "0107616c696365")]
    [InlineData("User-Name = \"a\\x0ab\\\"\\\\\"", "0107610a62225c")]
    [InlineData("User-Name = \"é😀\"", "0108c3a9f09f9880")]
    [InlineData("Service-Type = Framed-User", "060600000002")]
    [InlineData("Service-Type = 99", "060600000063")]
    [InlineData("Event-Timestamp = 2026-06-01T12:00:00Z", "37066a1d7440")]
    [InlineData("Tunnel-Type:1 = VLAN", "40060100000d")]
    [InlineData("Tunnel-Type = VLAN", "40060000000d")]
    [InlineData("Tunnel-Private-Group-Id:2 = \"31\"", "5105023331")]
    [InlineData("Framed-IPv6-Prefix = 2001:db8::/32", "6108002020010db8")]
    [InlineData("Framed-Interface-Id = 0a0b:0c0d:0e0f:0102", "600a0a0b0c0d0e0f0102")]
    [InlineData("NAS-IPv6-Address = 2001:db8::1", "5f1220010db8000000000000000000000001")]
    [InlineData("Class = 0x0102", "19040102")]
    [InlineData("Cisco-AVPair = \"a=b\"", "1a0b000000090105613d62")]
    [InlineData("Mikrotik-Rate-Limit = \"1M/2M\"", "1a0d00003a8c0807314d2f324d")]
    [InlineData("Frag-Status = More-Data-Pending", "f1070100000002")]
    [InlineData("IPv6-6rd-IPv4MaskLen = 8", "ad080106 00000008")]
    [InlineData("Attr-250 = 0x0102", "fa040102")]
    [InlineData("Attr-26.99.7 = 0x01", "1a0900000063070301")]
    [InlineData("Attr-241.200 = 0x01", "f104c801")]
    [InlineData("Attr-245.26.99.7 = 0x01", "f50a1a000000006307 01")]
    public void ReadAndWrite_EachType_BothWays(string line, string hex)
    {
        var expected = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        RadiusText.TryRead(line, _dictionary, out var attribute).ShouldBeTrue();
        var writer = new PacketWriter(new byte[300], RadiusCode.AccessRequest);
        RadiusText.TryWrite(ref writer, attribute, _dictionary).ShouldBeTrue();
        var bytes = writer.Finish();
        Convert.ToHexStringLower(bytes[20..]).ShouldBe(Convert.ToHexStringLower(expected));
        Hops.Parse(bytes, out var packet);
        ReadAttribute.All(packet, _dictionary).Select(RadiusText.Write).ShouldBe([line]);
    }

    [Theory]
    [InlineData("User-Name")]
    [InlineData("Nobody = 1")]
    [InlineData("User-Name = \"a")]
    [InlineData("User-Name = \"a\"b\"")]
    [InlineData("User-Name = \"\\q\"")]
    [InlineData("User-Name:1 = \"a\"")]
    [InlineData("Tunnel-Type:32 = VLAN")]
    [InlineData("Service-Type = Nobody")]
    [InlineData("NAS-IP-Address = 2001:db8::1")]
    [InlineData("NAS-IP-Address = x")]
    [InlineData("Framed-IPv6-Prefix = 2001:db8::/129")]
    [InlineData("Event-Timestamp = yesterday")]
    [InlineData("Class = 0x010")]
    [InlineData("Class = 0xgg")]
    [InlineData("Attr-250 = 1")]
    public void TryRead_WhatIsNone_IsRefused(string line) => RadiusText.TryRead(line, _dictionary, out _).ShouldBeFalse();

    [Theory]
    [InlineData("Attr-0 = 0x01")]
    [InlineData("Attr-256 = 0x01")]
    [InlineData("Attr-x = 0x01")]
    [InlineData("Attr-241 = 0x01")]
    [InlineData("Attr-241.26.9 = 0x01")]
    [InlineData("Attr-26.9.256 = 0x01")]
    public void TryWrite_NumbersThatLeadNowhere_IsRefused(string line)
    {
        RadiusText.TryRead(line, _dictionary, out var attribute).ShouldBeTrue();
        var writer = new PacketWriter(new byte[300], RadiusCode.AccessRequest);
        RadiusText.TryWrite(ref writer, attribute, _dictionary).ShouldBeFalse();
    }

    /// <summary>Whatever octets an attribute has: it is written on one line without control characters, and nothing throws.</summary>
    [Fact]
    public void Write_AnyOctets_IsOneLineEach()
    {
        var attribute = from type in Gen.Choose(1, 255)
                        from value in Gen.Choose(0, 255).Select(octet => (byte)octet).ArrayOf()
                        select (byte[])[(byte)type, (byte)(value.Length + 2), .. value];
        Prop.ForAll(attribute.Where(bytes => bytes.Length < 250 && (bytes[0] != 80 || bytes.Length == 18)).ToArbitrary(), bytes =>
        {
            Hops.Parse([1, 0, (byte)((20 + bytes.Length) >> 8), (byte)(20 + bytes.Length), .. new byte[16], .. bytes], out var packet);
            foreach (var read in ReadAttribute.All(packet, _dictionary))
            {
                var line = RadiusText.Write(read);
                line.Any(char.IsControl).ShouldBeFalse(line);
                if (read.Definition is null or { IsSecret: false })
                    RadiusText.TryRead(line, _dictionary, out _).ShouldBeTrue(line);
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void TryRead_AnyText_NeverThrows() => Prop.ForAll<string>(text =>
    {
        RadiusText.TryRead($"User-Name = {text}", _dictionary, out _);
        RadiusText.TryRead($"Framed-IPv6-Prefix = {text}", _dictionary, out _);
        RadiusText.TryRead(text ?? "", _dictionary, out _);
        return true;
    }).QuickCheckThrowOnFailure();
}

using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Packets;

public sealed class RadiusPacketTests
{
    const string Head = "010000";
    const string Authenticator = "000102030405060708090a0b0c0d0e0f";

    [Theory]
    [InlineData("", PacketError.TooShort)]
    [InlineData("0100001300000000000000000000000000000000", PacketError.TooShort)]
    [InlineData(Head + "15" + Authenticator, PacketError.Truncated)]
    [InlineData("01001001" + Authenticator, PacketError.TooLong)]
    [InlineData("ff000014" + Authenticator, PacketError.UnknownCode)]
    [InlineData(Head + "15" + Authenticator + "01", PacketError.AttributeTruncated)]
    [InlineData(Head + "16" + Authenticator + "0100", PacketError.AttributeTooShort)]
    [InlineData(Head + "16" + Authenticator + "0101", PacketError.AttributeTooShort)]
    [InlineData(Head + "16" + Authenticator + "0103", PacketError.AttributeTruncated)]
    [InlineData(Head + "25" + Authenticator + "5011" + "000000000000000000000000000000", PacketError.MessageAuthenticatorLength)]
    [InlineData(Head + "38" + Authenticator + "5012" + Authenticator + "5012" + Authenticator, PacketError.MessageAuthenticatorTwice)]
    public void TryParse_PacketToBeDiscarded_SaysWhy(string hex, PacketError expected)
    {
        RadiusPacket.TryParse(Convert.FromHexString(hex), out _, out var error).ShouldBeFalse();
        error.ShouldBe(expected);
    }

    [Fact]
    public void TryParse_MoreAttributesThanTheLimit_IsRefused()
    {
        RadiusPacket.TryParse(Of(RadiusPacket.MaxAttributes), out _, out _).ShouldBeTrue();
        RadiusPacket.TryParse(Of(RadiusPacket.MaxAttributes + 1), out _, out var error).ShouldBeFalse();
        error.ShouldBe(PacketError.TooManyAttributes);

        static byte[] Of(int attributes)
        {
            var packet = new byte[20 + (2 * attributes)];
            (packet[0], packet[2], packet[3]) = (1, (byte)(packet.Length >> 8), (byte)packet.Length);
            for (var i = 20; i < packet.Length; i += 2)
                (packet[i], packet[i + 1]) = (1, 2);
            return packet;
        }
    }

    [Fact]
    public void TryParse_OctetsBehindTheLength_ArePadding()
    {
        RadiusPacket.TryParse(Convert.FromHexString(Head + "17" + Authenticator + "010361" + "0102"), out var packet, out _).ShouldBeTrue();
        packet.Length.ShouldBe(23);
        packet.TryFind(AttributeType.UserName, out var name).ShouldBeTrue();
        Convert.ToHexString(name.Value).ShouldBe("61");
        name.Offset.ShouldBe(20);
        packet.TryFind(AttributeType.State, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryParse_RandomAndDamagedPackets_NeverThrowAndNeverReadBeyond()
    {
        var seeds = Vectors.Read("rfc.txt").SelectMany(fields => fields[1..]).Select(Vectors.Bytes).ToArray();
        var bytes = from seed in Gen.Elements(seeds)
                    from noise in Gen.Choose(0, 255).Select(octet => (byte)octet).ArrayOf()
                    from at in Gen.Choose(0, seed.Length - 1)
                    from cut in Gen.Choose(0, seed.Length)
                    select (byte[])[.. seed[..at], .. noise, .. seed[Math.Min(seed.Length, at + noise.Length)..][..^0], .. noise[..Math.Min(cut, noise.Length)]];
        Prop.ForAll(bytes.ToArbitrary(), Reads).QuickCheckThrowOnFailure();

        static bool Reads(byte[] datagram)
        {
            if (!RadiusPacket.TryParse(datagram, out var packet, out var error))
                return error != PacketError.None;
            var octets = RadiusPacket.HeaderLength;
            foreach (var attribute in packet.Attributes)
                octets += attribute.Bytes.Length;
            return octets == packet.Length && packet.Length <= datagram.Length;
        }
    }

    [Fact]
    public void WriteThenParse_AnyAttributes_ComeBackInOrder()
    {
        var attribute = from type in Gen.Choose(1, 255).Where(type => type != (int)AttributeType.MessageAuthenticator)
                        from length in Gen.Choose(0, 253)
                        from fill in Gen.Choose(0, 255)
                        select (Type: (AttributeType)type, Value: Enumerable.Repeat((byte)fill, length).ToArray());
        Prop.ForAll(attribute.ListOf().Select(list => list.Take(14).ToArray()).ToArbitrary(), attributes =>
        {
            var hops = new Hops();
            var mark = hops.NewMark(hops.Client, RadiusCode.AccessRequest, 3);
            var buffer = new byte[RadiusPacket.MaxLength];
            var writer = hops.Client.BeginRequest(buffer, mark);
            foreach (var (type, value) in attributes)
                writer.TryWrite(type, value).ShouldBeTrue();
            var length = hops.Client.SignRequest(ref writer);
            return Hops.Attributes(buffer.AsSpan(0, length)).SequenceEqual(attributes.Select(each =>
                Convert.ToHexString([(byte)each.Type, (byte)(each.Value.Length + 2), .. each.Value])));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    [InlineData(37)]
    [InlineData(38)]
    [InlineData(43)]
    public void TryWrite_BufferTooSmall_IsNoPacketAndNoException(int room)
    {
        var hops = new Hops();
        var writer = hops.Client.BeginRequest(new byte[room], hops.NewMark(hops.Client, RadiusCode.AccessRequest, 1));
        writer.TryWrite(AttributeType.UserName, "alice"u8).ShouldBeFalse();
        writer.TryWrite(AttributeType.UserName, ""u8).ShouldBeFalse("once it has not fitted, nothing does");
        hops.Client.SignRequest(ref writer).ShouldBe(0);
    }

    [Fact]
    public void TryWrite_ValueOf254Octets_IsRefused()
    {
        var hops = new Hops();
        var writer = hops.Client.BeginRequest(new byte[RadiusPacket.MaxLength], hops.NewMark(hops.Client, RadiusCode.AccessRequest, 1));
        writer.TryWrite(AttributeType.UserName, new byte[254]).ShouldBeFalse();
    }
}

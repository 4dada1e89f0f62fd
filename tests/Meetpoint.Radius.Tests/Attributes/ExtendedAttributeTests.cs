using FsCheck;
using FsCheck.Fluent;
using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Radius.Tests.Attributes;

public sealed class ExtendedAttributeTests
{
    /// <summary>The examples of RFC 6929 section 5, as type.extended[.vendor.type]=value.</summary>
    [Theory]
    [InlineData("f10601626f62", "241.1=626f62")]
    [InlineData("f1070201042345", "241.2=01042345")]
    [InlineData("f10c1a000000010474657374", "241.26.1.4=74657374")]
    [InlineData("f5070100626f62", "245.1=626f62")]
    [InlineData("f50d1a00000000010474657374", "245.26.1.4=74657374")]
    [InlineData("f5070180 626f62 f5050100 78", "245.1=626f6278")]
    [InlineData("f5050180 61 f5050100 62 f5050100 63", "245.1=6162 245.1=63")]
    [InlineData("f5050180 61 010362", "! 1")]
    [InlineData("f5050180 61 f5050200 62", "! 245.2=62")]
    [InlineData("f5050180 61", "!")]
    [InlineData("f5040100", "!")]
    [InlineData("f50301", "!")]
    [InlineData("f10301 f10301", "! !")]
    [InlineData("f1081a0000000104", "!")]
    public void TryRead_OfABlock_IsAsTheRfcHasIt(string hex, string expected)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Describe(bytes).ShouldBe(expected);
    }

    [Fact]
    public void TryWrite_LongValue_IsFragmentedAndComesBack()
    {
        Prop.ForAll(Gen.Choose(1, 3_000).ToArbitrary(), length =>
        {
            var value = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
            var writer = new PacketWriter(new byte[RadiusPacket.MaxLength], RadiusCode.AccessAccept);
            ExtendedAttribute.TryWrite(ref writer, AttributeType.LongExtended1, 9, value).ShouldBeTrue();
            writer.TryWrite(AttributeType.UserName, "a"u8);
            var attributes = new AttributeEnumerator(writer.Finish(), RadiusPacket.HeaderLength);
            attributes.MoveNext();
            var read = ExtendedAttribute.TryRead(ref attributes, new byte[RadiusPacket.MaxLength], out var extended);
            return read && extended.Value.SequenceEqual(value) && attributes.MoveNext() && attributes.Current.Type == AttributeType.UserName;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TryRead_ValueLongerThanTheRoom_IsNoneAndIsPassedOver()
    {
        var bytes = Convert.FromHexString("f5070180616263f5070100616263010361");
        var attributes = new AttributeEnumerator(bytes, 0);
        attributes.MoveNext();
        ExtendedAttribute.TryRead(ref attributes, new byte[4], out _).ShouldBeFalse();
        attributes.MoveNext().ShouldBeTrue();
        attributes.Current.Type.ShouldBe(AttributeType.UserName);
    }

    [Fact]
    public void TryWrite_ShortTypeWithALongValue_IsRefused()
    {
        var writer = new PacketWriter(new byte[RadiusPacket.MaxLength], RadiusCode.AccessAccept);
        ExtendedAttribute.TryWrite(ref writer, AttributeType.Extended1, 1, new byte[253]).ShouldBeFalse();
    }

    static string Describe(byte[] block)
    {
        var found = new List<string>();
        var room = new byte[RadiusPacket.MaxLength];
        var attributes = new AttributeEnumerator(block, 0);
        while (attributes.MoveNext())
        {
            if (!ExtendedAttribute.IsExtended(attributes.Current.Type))
                found.Add($"{(int)attributes.Current.Type}");
            else if (!ExtendedAttribute.TryRead(ref attributes, room, out var extended))
                found.Add("!");
            else
                found.Add($"{(int)extended.Type}.{extended.ExtendedType}{(extended.Vendor > 0 ? $".{extended.Vendor}.{extended.VendorType}" : "")}={Convert.ToHexStringLower(extended.Value)}");
        }

        return string.Join(' ', found);
    }
}

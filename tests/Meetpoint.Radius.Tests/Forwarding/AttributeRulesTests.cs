using Meetpoint.Radius.Attributes;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Forwarding;

/// <summary>Rules take apart what vendors and the extended space put together, and hold for whatever comes.</summary>
public sealed class AttributeRulesTests
{
    const uint Microsoft = 311;

    [Fact]
    public void Vendor_WithKeysAndMore_LosesOneAndHasItsKeysHiddenAnew()
    {
        var hops = new Hops();
        var (client, server) = (hops.NewMark(hops.Client, RadiusCode.AccessRequest, 5), hops.NewMark(hops.Server, RadiusCode.AccessRequest, 6));
        byte[] key = [.. Enumerable.Range(1, 32).Select(octet => (byte)octet)];
        var hidden = new byte[128];
        hidden = hidden[..SaltedValue.Hide(key, 0x8001, new SharedSecret("homesecret"u8), server.Authenticator, hidden)];
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = hops.Server.BeginResponse(buffer, RadiusCode.AccessAccept, server);
        writer.TryWrite(AttributeType.VendorSpecific, [0, 0, 1, 55, 9, 6, 0, 0, 0, 9, 16, (byte)(hidden.Length + 2), .. hidden, 18, 3, (byte)'v']);
        Hops.Parse(buffer.AsSpan(0, hops.Server.SignResponse(ref writer)), out var packet);

        var back = new byte[RadiusPacket.MaxLength];
        var crossed = hops.Client.BeginResponse(back, RadiusCode.AccessAccept, client);
        var filter = new RuledAttributes(Rules(rules => rules.Remove(Key("MS-RAS-Vendor"))), 0, default);
        ForwardedPacket.TryCopy(packet, HopSide.Of(hops.Server, server), HopSide.Of(hops.Client, client), ref crossed, HiddenAttributes.Standard, ref filter).ShouldBeTrue();
        Hops.Parse(back.AsSpan(0, hops.Client.SignResponse(ref crossed)), out var arrived);
        VendorAttributes.TryFind(arrived, Microsoft, VendorFormat.Usual, 9, out _).ShouldBeFalse("it is removed");
        VendorAttributes.TryFind(arrived, Microsoft, VendorFormat.Usual, 18, out var version).ShouldBeTrue("what is beside it stays");
        version.ToArray().ShouldBe("v"u8.ToArray());
        VendorAttributes.TryFind(arrived, Microsoft, VendorFormat.Usual, 16, out var anew).ShouldBeTrue();
        var plain = new byte[128];
        SaltedValue.TryReveal(anew, new SharedSecret("testing123"u8), client.Authenticator, plain, out var length).ShouldBeTrue();
        plain[..length].ShouldBe(key);
    }

    [Fact]
    public void Vendor_OfWhichNothingIsLeft_IsNotThere() =>
        Cross(Rules(rules => rules.Remove(Key("WISPr-Location-Id"))), [26, 9, 0, 0, 0x37, 0x2a, 1, 3, 7]).ShouldBeEmpty();

    [Theory]
    [InlineData(false, "1A0B0000372A020308FF01")]
    [InlineData(true, "1A090000372A020308")]
    public void Vendor_WithATailThatIsNone_KeepsItUnlessOnlyOthersAreKept(bool keepsOnly, string expected)
    {
        var rules = Rules(builder =>
        {
            if (keepsOnly)
                builder.KeepOnly([Key("WISPr-Location-Name")]);
            else
                builder.Remove(Key("WISPr-Location-Id"));
        });
        Cross(rules, [26, 14, 0, 0, 0x37, 0x2a, 1, 3, 7, 2, 3, 8, 0xff, 1]).ShouldBe([expected]);
    }

    [Fact]
    public void Extended_GoesByItsFurtherType_InAllItsFragments()
    {
        var rules = Rules(builder =>
        {
            builder.Remove(new AttributeKey(AttributeType.Extended1, 0, 5));
            builder.Remove(new AttributeKey(AttributeType.LongExtended1, 0, 9));
        });
        Cross(rules, [241, 4, 5, 1, 241, 4, 6, 1, 245, 5, 9, 0x80, 1, 245, 5, 9, 0, 2, 245, 5, 8, 0, 3]).ShouldBe(["F1040601", "F505080003"]);
    }

    [Fact]
    public void Vendor_NamedByItself_GoesBeforeAllVendors()
    {
        var rules = Rules(builder =>
        {
            builder.Remove(Key("Vendor-Specific"));
            builder.Protect(Key("MS-RAS-Version"));
        });
        Cross(rules, [26, 9, 0, 0, 0x37, 0x2a, 1, 3, 7, 26, 12, 0, 0, 1, 55, 18, 3, 7, 22, 3, 8, 26, 4, 0, 0]).ShouldBe(["1A0900000137120307"]);
    }

    [Fact]
    public void Bound_OfAValueThatIsNone_IsTheBound() =>
        Cross(Rules(builder => builder.Bound(Key("Session-Timeout"), 60, isAdded: false)), [27, 3, 9, 27, 6, 0, 0, 0, 10]).ShouldBe(["1B060000000A", "1B060000003C"]);

    [Fact]
    public void Whatever_Comes_IsCopiedOrLeftOut_AndReadable()
    {
        var keep = Rules(builder =>
        {
            builder.KeepOnly([Key("WISPr"), Key("Class"), Key("MS-RAS-Version"), new AttributeKey(AttributeType.Extended1, 0, 5)]);
            builder.Bound(Key("WISPr-Bandwidth-Max-Up"), 5, isAdded: true);
        });
        var drop = Rules(builder =>
        {
            builder.Remove(Key("WISPr-Location-Id"));
            builder.Remove(Key("Cisco"));
            builder.Remove(Key("Class"));
        });
        var chance = new Random(5);
        for (var i = 0; i < 3_000; i++)
        {
            var attributes = Enumerable.Range(0, chance.Next(8)).SelectMany(_ => Chance(chance)).ToArray();
            Cross(keep, attributes).ShouldAllBe(hex => hex.StartsWith("1A", StringComparison.Ordinal) || hex.StartsWith("19", StringComparison.Ordinal) || hex.StartsWith("F1", StringComparison.Ordinal));
            Cross(drop, attributes).ShouldAllBe(hex => !hex.StartsWith("19", StringComparison.Ordinal) && !(hex.StartsWith("1A", StringComparison.Ordinal) && hex.Length >= 12 && hex.Substring(4, 8) == "00000009"));
        }
    }

    static byte[] Chance(Random chance)
    {
        var value = new byte[chance.Next(24)];
        chance.NextBytes(value);
        var type = (byte)new[] { 25, 26, 26, 26, 241, 245, 27, 6 }[chance.Next(8)];
        if (type == 26 && value.Length >= 6)
        {
            (value[0], value[1]) = (0, 0);
            (value[2], value[3]) = chance.Next(3) switch { 0 => ((byte)0x37, (byte)0x2a), 1 => ((byte)1, (byte)55), _ => ((byte)0, (byte)9) };
            (value[4], value[5]) = ((byte)chance.Next(20), (byte)chance.Next(value.Length));
        }

        return [type, (byte)(2 + value.Length), .. value];
    }

    static AttributeKey Key(string name) => AttributeKey.TryFind(RadiusDictionary.Standard, name, out var key) ? key : throw new ArgumentException(name);

    static AttributeRules Rules(Action<AttributeRulesBuilder> say)
    {
        var builder = new AttributeRulesBuilder();
        say(builder);
        return builder.Build();
    }

    /// <summary>What of these attributes is on the other side, each in hexadecimal.</summary>
    static string[] Cross(AttributeRules rules, byte[] attributes)
    {
        var plain = PacketSecurity.Version11;
        var (buffer, mark) = (new byte[RadiusPacket.MaxLength], new RequestMark(RadiusCode.AccessRequest, 1, default));
        var writer = plain.BeginRequest(buffer, mark);
        writer.TryCopy(attributes).ShouldBeTrue();
        Hops.Parse(buffer.AsSpan(0, plain.SignRequest(ref writer)), out var packet);
        var (back, filter) = (new byte[RadiusPacket.MaxLength], new RuledAttributes(rules, 0, default));
        var crossed = plain.BeginRequest(back, mark);
        ForwardedPacket.TryCopy(packet, new HopSide(plain, default), new HopSide(plain, default), ref crossed, RadiusDictionary.Standard.Hidden, ref filter).ShouldBeTrue(Convert.ToHexString(attributes));
        rules.TryWriteAdded(ref crossed, filter).ShouldBeTrue();
        return Hops.Attributes(back.AsSpan(0, plain.SignRequest(ref crossed)));
    }
}

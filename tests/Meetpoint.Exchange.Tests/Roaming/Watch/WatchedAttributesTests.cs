using System.Text;
using Meetpoint.Exchange.Roaming.Watch;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Packets;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Roaming.Watch;

/// <summary>What an operator who watches sees of packets: their attributes, and never what proves or opens anything.</summary>
public sealed class WatchedAttributesTests
{
    const string Marker = "Zq7Xv9Kp";

    static readonly byte[] _marker = Encoding.UTF8.GetBytes(Marker);

    [Fact]
    public void Of_EverySecretOfTheDictionary_ShowsNoOctetOfIt()
    {
        var secrets = RadiusDictionary.Standard.Names.Select(name => RadiusDictionary.Standard.Find(name)).OfType<AttributeDefinition>().Where(one => one.IsSecret).ToList();
        foreach (var name in (string[])["User-Password", "CHAP-Password", "CHAP-Challenge", "Tunnel-Password", "MS-CHAP-Response", "MS-CHAP-Challenge", "MS-CHAP2-Response", "MS-CHAP2-Success", "MS-MPPE-Send-Key", "MS-MPPE-Recv-Key", "MS-CHAP-MPPE-Keys", "EAP-Message"])
            secrets.ShouldContain(one => one.Name == name, $"{name} is a secret");
        foreach (var secret in secrets)
        {
            var lines = Of("alice@liberty.example", Packet((ref PacketWriter writer) =>
                RadiusText.TryWrite(ref writer, new ReadAttribute(secret, secret.Path, 0, [2, 1, 0, 12, 4, .. _marker]), RadiusDictionary.Standard).ShouldBeTrue(secret.Name)));
            lines.Count.ShouldBe(1, secret.Name);
            Shows(lines).ShouldBeFalse(string.Join('\n', lines));
        }
    }

    [Theory]
    [InlineData("Attr-26.99999.7", "an attribute that the dictionary does not know may be anything")]
    [InlineData("Attr-26.311.200", "a key of Microsoft's that is newer than the dictionary")]
    [InlineData("Attr-250", "an attribute without a name")]
    [InlineData("Message-Authenticator", "a digest")]
    [InlineData("Proxy-State", "whose it is alone knows what it means")]
    [InlineData("State", "whose it is alone knows what it means")]
    [InlineData("Class", "whose it is alone knows what it means")]
    public void Of_WhatMeansNothingHere_IsCountedAndNotShown(string name, string why)
    {
        var definition = RadiusDictionary.Standard.Find(name);
        var path = definition?.Path ?? name["Attr-".Length..];
        var lines = Of("alice@liberty.example", Packet((ref PacketWriter writer) =>
            RadiusText.TryWrite(ref writer, new ReadAttribute(definition, path, 0, [.. _marker, .. _marker]), RadiusDictionary.Standard).ShouldBeTrue(name)));
        Shows(lines).ShouldBeFalse($"{why}: {string.Join('\n', lines)}");
        lines.ShouldHaveSingleItem().ShouldBeOneOf($"{name} = 16 octets", $"{name} = present");
    }

    [Theory]
    [InlineData("Cisco-AVPair", "psk=Zq7Xv9Kp")]
    [InlineData("Cisco-AVPair", "leap:session-key=Zq7Xv9Kp")]
    [InlineData("Reply-Message", "your password: Zq7Xv9Kp")]
    public void Of_TextThatBringsAKey_IsMasked(string name, string text)
    {
        RadiusText.TryRead($"{name} = \"{text}\"", RadiusDictionary.Standard, out var attribute).ShouldBeTrue();
        Of("alice@liberty.example", Packet((ref PacketWriter writer) => RadiusText.TryWrite(ref writer, attribute, RadiusDictionary.Standard).ShouldBeTrue())).ShouldBe([$"{name} = <masked>"]);
    }

    [Fact]
    public void Of_VendorsAttributeThatIsCutShort_IsNotShown()
    {
        var lines = Of("alice@liberty.example", Packet((ref PacketWriter writer) => writer.TryWrite(AttributeType.VendorSpecific, [0, 0, 1, 0x37, 16, 200, .. _marker]).ShouldBeTrue()));
        Shows(lines).ShouldBeFalse(string.Join('\n', lines));
    }

    [Fact]
    public void Of_Eap_IsItsKindAlone() =>
        Of("alice@liberty.example", Packet((ref PacketWriter writer) => writer.TryWrite(AttributeType.EapMessage, [2, 7, 0, 13, 1, .. _marker]).ShouldBeTrue()))
            .ShouldBe(["EAP-Message = Response Identity id 7, 13 octets"]);

    [Theory]
    [InlineData("alice@liberty.example", "alice@liberty.example", "User-Name = \"alice@liberty.example\"", "Calling-Station-Id = \"02-00-00-00-00-01\"", "Reply-Message = \"hello Alice\"")]
    [InlineData("@liberty.example", "alice@liberty.example", "User-Name = \"<masked>@liberty.example\"", "Calling-Station-Id = <masked>", "Reply-Message = <masked>")]
    [InlineData("anonymous@liberty.example", "alice@liberty.example", "User-Name = \"<masked>@liberty.example\"", "Calling-Station-Id = \"02-00-00-00-00-01\"", "Reply-Message = \"hello Alice\"")]
    [InlineData("@liberty.example", "@liberty.example", "User-Name = \"@liberty.example\"", "Calling-Station-Id = <masked>", "Reply-Message = \"hello Alice\"")]
    public void Of_Person_IsShownWhereItWasAskedFor(string watched, string user, params string[] expected) =>
        Watching(watched, user.Split('@')[0] is { Length: > 0 } name ? [name] : []).Of(Packet((ref PacketWriter writer) =>
        {
            writer.TryWrite(AttributeType.UserName, Encoding.UTF8.GetBytes(user));
            writer.TryWrite(AttributeType.CallingStationId, "02-00-00-00-00-01"u8);
            writer.TryWrite(AttributeType.ReplyMessage, "hello Alice"u8);
        })).ShouldBe(expected);

    [Fact]
    public void Changes_AreWhatWasAddedLeftOutAndChanged()
    {
        var before = Packet((ref PacketWriter writer) =>
        {
            writer.TryWriteInteger(AttributeType.SessionTimeout, 3_600);
            writer.TryWrite(AttributeType.FilterId, "staff"u8);
            writer.TryWrite(AttributeType.ReplyMessage, "same"u8);
            writer.TryWrite(AttributeType.UserPassword, new byte[16]);
        });
        var after = Packet((ref PacketWriter writer) =>
        {
            writer.TryWriteInteger(AttributeType.SessionTimeout, 600);
            writer.TryWrite(AttributeType.ReplyMessage, "same"u8);
            writer.TryWrite(AttributeType.UserPassword, _marker);
            writer.TryWrite(AttributeType.OperatorName, "1albion.example"u8);
        });
        Watching("alice@liberty.example").Changes(before, after).ShouldBe(["~ Session-Timeout = 3600 -> 600", "- Filter-Id = \"staff\"", "+ Operator-Name = \"1albion.example\""]);
    }

    [Theory]
    [InlineData("alice@liberty.example", "alice@LIBERTY.example", true)]
    [InlineData("alice@liberty.example", "Alice@liberty.example", false)]
    [InlineData("alice@liberty.example", "bob@liberty.example", false)]
    [InlineData("@liberty.example", "bob@liberty.example", true)]
    [InlineData("@liberty.example", "bob@staff.liberty.example", false)]
    [InlineData("@liberty.example", "bob", false)]
    public void Name_IsOneUsersOrAWholeRealms(string watched, string user, bool isMeant)
    {
        WatchedName.TryParse(watched, out var name).ShouldBeTrue();
        name!.Matches(Encoding.UTF8.GetBytes(user)).ShouldBe(isMeant);
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("alice@")]
    [InlineData("")]
    public void Name_WithoutRealm_IsNone(string watched) => WatchedName.TryParse(watched, out _).ShouldBeFalse();

    static IReadOnlyList<string> Of(string watched, byte[] packet) => Watching(watched).Of(packet);

    static WatchedAttributes Watching(string watched, params string[] people)
    {
        WatchedName.TryParse(watched, out var name).ShouldBeTrue();
        return new WatchedAttributes(name!, [.. people]);
    }

    static bool Shows(IReadOnlyList<string> lines) =>
        lines.Any(line => line.Contains(Marker, StringComparison.OrdinalIgnoreCase) || line.Contains(Convert.ToHexString(_marker), StringComparison.OrdinalIgnoreCase)
            || line.Contains(Convert.ToHexString(_marker.AsSpan(2)), StringComparison.OrdinalIgnoreCase));

    delegate void Write(ref PacketWriter writer);

    static byte[] Packet(Write write)
    {
        var buffer = new byte[RadiusPacket.MaxLength];
        var writer = PacketSecurity.Version11.BeginRequest(buffer, new RequestMark(RadiusCode.AccessRequest, 1, default));
        write(ref writer);
        return buffer[..PacketSecurity.Version11.SignRequest(ref writer)];
    }
}

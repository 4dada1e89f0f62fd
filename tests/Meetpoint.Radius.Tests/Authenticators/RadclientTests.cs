using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Dictionary;
using Meetpoint.Radius.Forwarding;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Authenticators;

/// <summary>Packets of another make.</summary>
public sealed class RadclientTests
{
    static readonly SharedSecret _secret = new("testing123"u8);
    static readonly PacketSecurity _security = PacketSecurity.By(_secret, MessageAuthenticatorRule.WherePresent);

    public static TheoryData<string, string> Packets => new(Vectors.Read("radclient.txt").Select(fields => (fields[0], fields[1])));

    [Theory]
    [MemberData(nameof(Packets))]
    public void VerifyRequest_OfRadclient_IsItsOwn(string kind, string hex)
    {
        Hops.Parse(Vectors.Bytes(hex), out var packet);
        _security.VerifyRequest(packet).ShouldBe(PacketError.None, kind);
        var other = PacketSecurity.By(new SharedSecret("testing124"u8), MessageAuthenticatorRule.WherePresent);
        if (packet.MessageAuthenticatorOffset > 0 || packet.Code.HasDigestAuthenticator())
            other.VerifyRequest(packet).ShouldNotBe(PacketError.None, kind);
    }

    [Fact]
    public void Write_OfRadclient_IsWhatItWasAskedFor()
    {
        Hops.Parse(Vectors.Bytes(Vectors.Read("radclient.txt").Single(fields => fields[0] == "acct")[1]), out var packet);
        ReadAttribute.All(packet, RadiusDictionary.Standard).Select(RadiusText.Write).ShouldBe([
            "User-Name = \"alice\"", "Acct-Status-Type = Stop", "Acct-Session-Id = \"s1\"", "Acct-Input-Octets = 1387251012", "Acct-Input-Gigawords = 1",
            "Tunnel-Type:1 = VLAN", "WISPr-Location-Name = \"Here\""], ignoreOrder: true);
    }

    /// <summary>In CoA the authenticator is a digest over the hidden values, so they are hidden by zeros in its place; FreeRADIUS does so too.</summary>
    [Fact]
    public void HiddenValuesOfCoa_OfRadclient_AreRevealed()
    {
        Hops.Parse(Vectors.Bytes(Vectors.Read("radclient.txt").Single(fields => fields[0] == "coa")[1]), out var packet);
        var side = HopSide.Of(_security, _security.MarkOf(packet));
        packet.TryFind(AttributeType.TunnelPassword, out var tunnel).ShouldBeTrue();
        var plain = new byte[SaltedValue.MaxHiddenLength];
        SaltedValue.TryReveal(tunnel.Value[1..], _secret, side.Authenticator, plain, out var length).ShouldBeTrue();
        plain.AsSpan(0, length).SequenceEqual("tunnel secret"u8).ShouldBeTrue();
        packet.TryFind(AttributeType.VendorSpecific, out var vendor).ShouldBeTrue();
        SaltedValue.TryReveal(vendor.Value[6..], _secret, side.Authenticator, plain, out length).ShouldBeTrue();
        plain[..length].ShouldBe([.. Enumerable.Range(0, 16).Select(octet => (byte)octet)]);
    }

    [Fact]
    public void Password_OfRadclient_IsRevealed()
    {
        Hops.Parse(Vectors.Bytes(Vectors.Read("radclient.txt").First(fields => fields[0] == "auth")[1]), out var packet);
        packet.TryFind(AttributeType.UserPassword, out var hidden).ShouldBeTrue();
        var padded = new byte[UserPassword.MaxLength];
        UserPassword.TryReveal(hidden.Value, _secret, RequestAuthenticator.Read(packet.Authenticator), padded).ShouldBeTrue();
        UserPassword.WithoutPadding(padded.AsSpan(0, hidden.Value.Length)).SequenceEqual("correct horse battery"u8).ShouldBeTrue();
    }
}

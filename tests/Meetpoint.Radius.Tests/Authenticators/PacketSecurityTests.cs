using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Authenticators;

public sealed class PacketSecurityTests
{
    static readonly SharedSecret _secret = new("testing123"u8);

    [Theory]
    [InlineData(RadiusCode.AccessRequest, RadiusCode.AccessAccept)]
    [InlineData(RadiusCode.AccessRequest, RadiusCode.AccessReject)]
    [InlineData(RadiusCode.AccessRequest, RadiusCode.AccessChallenge)]
    [InlineData(RadiusCode.AccountingRequest, RadiusCode.AccountingResponse)]
    [InlineData(RadiusCode.StatusServer, RadiusCode.AccessAccept)]
    [InlineData(RadiusCode.StatusServer, RadiusCode.AccountingResponse)]
    [InlineData(RadiusCode.DisconnectRequest, RadiusCode.DisconnectAck)]
    [InlineData(RadiusCode.CoaRequest, RadiusCode.CoaNak)]
    [InlineData(RadiusCode.CoaRequest, RadiusCode.ProtocolError)]
    public void SignThenVerify_EachCode_HoldsAndBreaksWithEveryOctet(RadiusCode request, RadiusCode response)
    {
        foreach (var security in (PacketSecurity[])[PacketSecurity.By(_secret, MessageAuthenticatorRule.Always), PacketSecurity.By(SharedSecret.RadSec, MessageAuthenticatorRule.WherePresent)])
        {
            var asked = new byte[200];
            var writer = security.BeginRequest(asked, new RequestMark(request, 200, new RequestAuthenticator(3, 4)));
            writer.TryWrite(AttributeType.UserName, "alice@home.example"u8);
            asked = asked[..security.SignRequest(ref writer)];
            Hops.Parse(asked, out var packet);
            security.VerifyRequest(packet).ShouldBe(PacketError.None);
            if (!request.HasDigestAuthenticator())
                asked[20].ShouldBe((byte)AttributeType.MessageAuthenticator, "it comes first");
            var mark = security.MarkOf(packet);

            var answered = new byte[200];
            var answer = security.BeginResponse(answered, response, mark);
            answer.TryWrite(AttributeType.ReplyMessage, "well"u8);
            answered = answered[..security.SignResponse(ref answer)];
            Hops.Parse(answered, out var answerPacket);
            security.VerifyResponse(answerPacket, mark).ShouldBe(PacketError.None);
            answerPacket.Identifier.ShouldBe((byte)200);

            for (var i = 1; i < answered.Length; i++)
            {
                if (i is 2 or 3)
                    continue; // the length: then it is mostly no packet
                answered[i] ^= 0x40;
                if (RadiusPacket.TryParse(answered, out var broken, out _))
                    security.VerifyResponse(broken, mark).ShouldNotBe(PacketError.None, $"octet {i}");
                answered[i] ^= 0x40;
            }
        }
    }

    [Fact]
    public void VerifyResponse_AnswerToAnotherKindOfRequest_IsUnexpected()
    {
        var security = PacketSecurity.By(_secret, MessageAuthenticatorRule.WherePresent);
        var mark = new RequestMark(RadiusCode.AccountingRequest, 1, default);
        var bytes = new byte[100];
        var writer = security.BeginResponse(bytes, RadiusCode.AccessAccept, mark);
        bytes = bytes[..security.SignResponse(ref writer)];
        Hops.Parse(bytes, out var packet);
        security.VerifyResponse(packet, mark).ShouldBe(PacketError.UnexpectedCode);
        security.VerifyRequest(packet).ShouldBe(PacketError.UnexpectedCode);
    }

    [Theory]
    [InlineData(MessageAuthenticatorRule.WherePresent, "010361", PacketError.None)]
    [InlineData(MessageAuthenticatorRule.WherePresent, "4f0361", PacketError.MessageAuthenticatorMissing)]
    [InlineData(MessageAuthenticatorRule.WherePresent, "210361", PacketError.None)]
    [InlineData(MessageAuthenticatorRule.WithProxyState, "010361", PacketError.None)]
    [InlineData(MessageAuthenticatorRule.WithProxyState, "210361", PacketError.MessageAuthenticatorMissing)]
    [InlineData(MessageAuthenticatorRule.Always, "010361", PacketError.MessageAuthenticatorMissing)]
    public void VerifyRequest_WithoutMessageAuthenticator_AsTheRuleHasIt(MessageAuthenticatorRule rule, string attribute, PacketError expected)
    {
        Hops.Parse(Convert.FromHexString("01000017" + "000102030405060708090a0b0c0d0e0f" + attribute), out var packet);
        PacketSecurity.By(_secret, rule).VerifyRequest(packet).ShouldBe(expected);
        PacketSecurity.Version11.VerifyRequest(packet).ShouldBe(PacketError.None);
    }

    [Fact]
    public void VerifyRequest_StatusServerWithoutMessageAuthenticator_IsRefused()
    {
        Hops.Parse(Convert.FromHexString("0c000014" + "000102030405060708090a0b0c0d0e0f"), out var packet);
        PacketSecurity.By(_secret, MessageAuthenticatorRule.WherePresent).VerifyRequest(packet).ShouldBe(PacketError.MessageAuthenticatorMissing);
    }

    [Fact]
    public void VerifyResponse_WithoutMessageAuthenticator_IsRefusedWhereItIsAlwaysAsked()
    {
        // The answers of RFC 2865 have none: what CVE-2024-3596 forges.
        var vector = Vectors.Read("rfc.txt").First();
        Hops.Parse(Vectors.Bytes(vector[1]), out var request);
        Hops.Parse(Vectors.Bytes(vector[2]), out var response);
        var security = PacketSecurity.By(new SharedSecret("xyzzy5461"u8), MessageAuthenticatorRule.Always);
        security.VerifyResponse(response, security.MarkOf(request)).ShouldBe(PacketError.MessageAuthenticatorMissing);
    }

    [Fact]
    public void Begin_InVersion11_HasATokenAndNoDigest()
    {
        var bytes = new byte[100];
        var writer = PacketSecurity.Version11.BeginRequest(bytes, new RequestMark(RadiusCode.AccountingRequest, 0xdeadbeef, default));
        writer.TryWrite(AttributeType.UserName, "a"u8);
        bytes = bytes[..PacketSecurity.Version11.SignRequest(ref writer)];
        Convert.ToHexStringLower(bytes).ShouldBe("04000017" + "deadbeef" + "000000000000000000000000" + "010361");
        Hops.Parse(bytes, out var packet);
        PacketSecurity.Version11.MarkOf(packet).Id.ShouldBe(0xdeadbeef);
    }

    [Fact]
    public void SharedSecret_EmptyOrTooLong_IsRefused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new SharedSecret([]));
        Should.Throw<ArgumentOutOfRangeException>(() => new SharedSecret(new byte[256]));
    }
}

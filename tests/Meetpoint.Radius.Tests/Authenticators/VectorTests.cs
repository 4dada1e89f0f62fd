using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Packets;
using Meetpoint.Radius.Tests.Support;
using Shouldly;

namespace Meetpoint.Radius.Tests.Authenticators;

/// <summary>Packets of the RFCs, and what another make computed (compute.py beside the vectors).</summary>
public sealed class VectorTests
{
    public static TheoryData<string, string, string> Rfc => new(Vectors.Read("rfc.txt").Select(fields => (fields[0], fields[1], fields[2])));

    public static TheoryData<string, string[]> Computed => new(Vectors.Read("computed.txt").Select(fields => (fields[0], fields[1..])));

    [Theory]
    [MemberData(nameof(Rfc))]
    public void Verify_RequestAndResponseOfAnRfc_AreOfTheirSecret(string name, string request, string response)
    {
        var security = PacketSecurity.By(new SharedSecret("xyzzy5461"u8), MessageAuthenticatorRule.WherePresent);
        var other = PacketSecurity.By(new SharedSecret("xyzzy5462"u8), MessageAuthenticatorRule.WherePresent);
        Hops.Parse(Vectors.Bytes(request), out var asked);
        Hops.Parse(Vectors.Bytes(response), out var answered);
        security.VerifyRequest(asked).ShouldBe(PacketError.None, name);
        answered.Identifier.ShouldBe(asked.Identifier);
        security.VerifyResponse(answered, security.MarkOf(asked)).ShouldBe(PacketError.None, name);
        other.VerifyResponse(answered, security.MarkOf(asked)).ShouldBe(PacketError.AuthenticatorWrong, name);
    }

    [Theory]
    [MemberData(nameof(Computed))]
    public void Ours_EqualsWhatAnotherMakeComputed(string kind, string[] fields)
    {
        var values = fields.Select(Vectors.Bytes).ToArray();
        var buffer = new byte[1_400];
        var digest = new byte[16];
        switch (kind)
        {
            case "md5": // message, digest
                values[0].CopyTo(buffer, 0);
                Md5.Hash(buffer, values[0].Length, digest);
                digest.ShouldBe(values[1]);
                break;
            case "hmac": // key, message, code
                values[1].CopyTo(buffer, 0);
                new SharedSecret(values[0]).Mac(buffer, values[1].Length, digest);
                digest.ShouldBe(values[2]);
                break;
            case "password": // secret, authenticator, password, hidden
                Password(new SharedSecret(values[0]), RequestAuthenticator.Read(values[1]), values[2], values[3]);
                break;
            case "salted": // secret, authenticator, value, hidden
                Salted(new SharedSecret(values[0]), RequestAuthenticator.Read(values[1]), values[2], values[3]);
                break;
            case "request": // secret, packet
                Hops.Parse(values[1], out var packet);
                PacketSecurity.By(new SharedSecret(values[0]), MessageAuthenticatorRule.WherePresent).VerifyRequest(packet).ShouldBe(PacketError.None);
                values[1][^1] ^= 1;
                PacketSecurity.By(new SharedSecret(values[0]), MessageAuthenticatorRule.WherePresent).VerifyRequest(packet).ShouldBe(PacketError.AuthenticatorWrong);
                break;
            default:
                throw new InvalidOperationException(kind);
        }
    }

    static void Password(SharedSecret secret, RequestAuthenticator authenticator, byte[] password, byte[] hidden)
    {
        var ours = new byte[UserPassword.MaxLength];
        UserPassword.Hide(password, secret, authenticator, ours).ShouldBe(hidden.Length);
        ours[..hidden.Length].ShouldBe(hidden);
        UserPassword.TryReveal(hidden, secret, authenticator, ours).ShouldBeTrue();
        UserPassword.WithoutPadding(ours.AsSpan(0, hidden.Length)).ToArray().ShouldBe(password);
    }

    static void Salted(SharedSecret secret, RequestAuthenticator authenticator, byte[] value, byte[] hidden)
    {
        var ours = new byte[SaltedValue.MaxHiddenLength];
        SaltedValue.Hide(value, (ushort)((hidden[0] << 8) | hidden[1]), secret, authenticator, ours).ShouldBe(hidden.Length);
        ours[..hidden.Length].ShouldBe(hidden);
        SaltedValue.TryReveal(hidden, secret, authenticator, ours, out var length).ShouldBeTrue();
        ours[..length].ShouldBe(value);
    }
}

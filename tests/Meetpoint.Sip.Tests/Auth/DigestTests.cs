using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Tests.Support;
using Shouldly;

namespace Meetpoint.Sip.Tests.Auth;

public sealed class DigestTests
{
    // RFC 7616 section 3.9.1.
    [Theory]
    [InlineData(DigestAlgorithm.Md5, "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(DigestAlgorithm.Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Response_Rfc7616Example_IsTheRfcs(DigestAlgorithm algorithm, string expected)
    {
        var secret = DigestHash.Secret(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
        DigestHash.Response(algorithm, secret, "GET", "/dir/index.html", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "auth", "00000001",
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ").ShouldBe(expected);
    }

    readonly VirtualWorld _world = new(17);
    readonly Phone _alice;
    readonly Phone _registrar;
    readonly DigestServer _server = new("albion.example", [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    readonly List<DigestVerdict> _verdicts = [];

    public DigestTests()
    {
        _alice = new Phone(_world, "192.0.2.1", 1);
        _registrar = new Phone(_world, "192.0.2.2", 2) { OnOther = Check };
    }

    [Fact]
    public void Request_WithTheRightPassword_IsAcceptedAfterOneChallenge()
    {
        Register("secret").Status.ShouldBe(200);
        _verdicts.ShouldBe([DigestVerdict.Missing, DigestVerdict.Accepted]);
    }

    [Fact]
    public void Request_WithAWrongPassword_FailsAndDoesNotLoop()
    {
        Register("guess").Status.ShouldBe(401);
        _verdicts.ShouldBe([DigestVerdict.Missing, DigestVerdict.Wrong]);
    }

    [Fact]
    public void Verify_SameCredentialsTwice_IsAReplay()
    {
        SipMessage? good = null;
        _registrar.OnOther = r =>
        {
            Check(r);
            if (_verdicts[^1] == DigestVerdict.Accepted)
                good = r.Message;
        };
        Register("secret");
        Verify(good!, _world.NowNs).ShouldBe(DigestVerdict.Replayed);
        Verify(good!, _world.NowNs + 400 * MonotonicTime.Second).ShouldBe(DigestVerdict.Stale);
    }

    [Fact]
    public void Verify_NonceOfAnotherKey_IsChallengedAnew()
    {
        SipMessage? good = null;
        _registrar.OnOther = r =>
        {
            good = r.Message;
            Check(r);
        };
        Register("secret");
        var other = new DigestServer("albion.example", new byte[32]);
        other.Verify(good!, Secret, _world.NowNs, out _).ShouldBe(DigestVerdict.Missing);
    }

    SipResult Register(string password)
    {
        SipResult? result = null;
        _alice.Ua.Send(new SipRequest("REGISTER", "sip:192.0.2.2")
        {
            From = new NameAddress("sip:alice@albion.example"), To = new NameAddress("sip:alice@albion.example"), ContactUser = "alice",
        }, null, new SipCredentials("alice", password), r => result = r);
        _world.RunFor(MonotonicTime.Second);
        return result.ShouldNotBeNull();
    }

    void Check(IncomingRequest request)
    {
        var verdict = Verify(request.Message, _world.NowNs);
        _verdicts.Add(verdict);
        if (verdict == DigestVerdict.Accepted)
            request.Respond(200);
        else
            request.Respond(401, null, _server.Challenge(_world.NowNs, verdict == DigestVerdict.Stale));
    }

    DigestVerdict Verify(SipMessage message, long nowNs) => _server.Verify(message, Secret, nowNs, out _);

    static string? Secret(string user, DigestAlgorithm algorithm) =>
        user == "alice" ? DigestServer.MakeSecret(algorithm, user, "albion.example", "secret") : null;
}

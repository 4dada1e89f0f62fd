using System.Text;
using Meetpoint.Exchange.Calls.Media;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Relay;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Sdp;
using NodaTime;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Calls;

/// <summary>Descriptions that pass an anchored call, each side's in its own form of encryption.</summary>
public sealed class CallMediaTests : IMediaRelayEvents
{
    const string Fingerprint = "sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF";
    const string Key = "1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    readonly SeededRandomness _randomness = new(5);
    readonly VirtualWorld _world = new(3);
    readonly IEventLoop _loop;
    readonly MediaEngine _engine;

    public CallMediaTests()
    {
        _loop = _world.CreateLoop("signalling");
        _engine = new MediaEngine(
            _world.Network.AddHost("192.0.2.1"), [_world.CreateLoop("media")],
            new MediaEngineOptions { BindAddress = NetAddress.Parse("192.0.2.1:0"), MinPort = 30_000, MaxPort = 30_039, ReservedPairs = 4, Randomness = _randomness });
        _world.RunFor(MonotonicTime.Millisecond);
    }

    [Fact]
    public void Pass_DtlsToPlain_EachSideHasItsOwnForm()
    {
        var media = Media();
        var offer = Pass(media, RelaySide.A, Dtls("actpass", "a=rtcp-mux"), isAnswer: false);
        offer.Protocol.ShouldBe("RTP/AVP");
        offer.Attributes.Select(attribute => attribute.Name).ShouldNotContain("fingerprint");

        var answer = Pass(media, RelaySide.B, Sdp("RTP/AVP"), isAnswer: true);
        answer.Protocol.ShouldBe("UDP/TLS/RTP/SAVPF");
        answer.Attributes.Setup.ShouldBe("passive");
        answer.Attributes.First("fingerprint").ShouldNotBeNull().ShouldNotBe(Fingerprint);
        answer.RtcpMux.ShouldBeTrue("whatever the other side says of its own ports");
        answer.Attributes.Has("tls-id").ShouldBeFalse("the offer had none (RFC 8842 section 5.3)");
    }

    [Fact]
    public void Pass_PlainToDtls_IsOfferedWithBothRoles()
    {
        var media = Media(callee: SrtpMode.Dtls);
        var offer = Pass(media, RelaySide.A, Sdp("RTP/AVP"), isAnswer: false);
        offer.Protocol.ShouldBe("UDP/TLS/RTP/SAVP");
        offer.Attributes.Setup.ShouldBe("actpass");
        offer.Attributes.First("tls-id").ShouldNotBeNull().Length.ShouldBeInRange(20, 255);
        offer.RtcpMux.ShouldBeTrue();

        Pass(media, RelaySide.B, Dtls("active"), isAnswer: true).Protocol.ShouldBe("RTP/AVP");
        Pass(media, RelaySide.B, Dtls("active", "a=sendonly"), isAnswer: false);
        var again = Pass(media, RelaySide.A, Sdp("RTP/AVP", "a=recvonly"), isAnswer: true);
        again.Attributes.Setup.ShouldBe("passive", "the association stands with its roles");
    }

    [Fact]
    public void Pass_DtlsOfferedAgain_KeepsRoleAndId()
    {
        var media = Media();
        Pass(media, RelaySide.A, Dtls("passive", "a=tls-id:abc3de65cddef001be82"), isAnswer: false);
        var first = Pass(media, RelaySide.B, Sdp("RTP/AVP"), isAnswer: true);
        first.Attributes.Setup.ShouldBe("active");
        Pass(media, RelaySide.A, Dtls("actpass", "a=tls-id:abc3de65cddef001be82"), isAnswer: false);
        var again = Pass(media, RelaySide.B, Sdp("RTP/AVP", "a=ptime:20"), isAnswer: true);
        again.Attributes.Setup.ShouldBe("active");
        again.Attributes.First("tls-id").ShouldBe(first.Attributes.First("tls-id").ShouldNotBeNull());
        Pass(media, RelaySide.A, Dtls("actpass", "a=tls-id:another65cddef001be82"), isAnswer: false);
        var renewed = Pass(media, RelaySide.B, Sdp("RTP/AVP"), isAnswer: true);
        renewed.Attributes.Setup.ShouldBe("passive");
        renewed.Attributes.First("tls-id").ShouldNotBe(first.Attributes.First("tls-id"));
    }

    [Theory]
    [InlineData("a=crypto:" + Key, true)]
    [InlineData("a=ptime:20", false)]
    public void Pass_KeysOffered_AreTakenOrLeft(string answered, bool isTaken)
    {
        var media = Media(callee: SrtpMode.SdesOffered);
        var offer = Pass(media, RelaySide.A, Sdp("RTP/AVP"), isAnswer: false);
        offer.Protocol.ShouldBe("RTP/AVP");
        offer.Attributes.All("crypto").Count().ShouldBe(2);
        // Their answer takes the second suite, by its tag.
        Pass(media, RelaySide.B, Sdp("RTP/AVP", answered.Replace("crypto:1", "crypto:2", StringComparison.Ordinal)), isAnswer: true).Port.ShouldNotBe(0);
        media.Lines.ShouldHaveSingleItem().IsSecure(RelaySide.B).ShouldBe(isTaken);
        media.Lines.ShouldHaveSingleItem().IsSecure(RelaySide.A).ShouldBeFalse();
    }

    [Fact]
    public void Pass_KeysBesideAPlainProfile_AreAnsweredWithKeys()
    {
        var media = Media();
        Pass(media, RelaySide.A, Sdp("RTP/AVP", "a=crypto:" + Key), isAnswer: false).Attributes.Has("crypto").ShouldBeFalse();
        var answer = Pass(media, RelaySide.B, Sdp("RTP/AVP"), isAnswer: true);
        answer.Protocol.ShouldBe("RTP/AVP");
        answer.Attributes.All("crypto").ShouldHaveSingleItem().ShouldStartWith("1 AES_CM_128_HMAC_SHA1_80 ");
    }

    [Theory]
    [InlineData(SrtpMode.Sdes)]
    [InlineData(SrtpMode.Dtls)]
    public void Pass_AnsweredInTheClear_WhereKeysAreRequired_IsRefused(SrtpMode mode)
    {
        var media = Media(callee: mode);
        Pass(media, RelaySide.A, Sdp("RTP/AVP"), isAnswer: false);
        Pass(media, RelaySide.B, Sdp("RTP/AVP"), isAnswer: true).Port.ShouldBe(0);
    }

    [Fact]
    public void Resume_Encrypted_OffersNewKeysToThatSideAlone()
    {
        var before = Media();
        Pass(before, RelaySide.A, Sdp("RTP/SAVP", "a=crypto:" + Key), isAnswer: false);
        var told = Parse(before.Pass(RelaySide.B, Bytes(Sdp("RTP/AVP")), isAnswer: true)!);

        var after = Media();
        after.Resume(before.Ports(), before.Descriptions(), before.Renewals);
        after.Renewal(RelaySide.B).ShouldBeNull("it is in the clear");
        var offer = Parse(after.Renewal(RelaySide.A).ShouldNotBeNull());
        offer.Origin.Version.ShouldBe(told.Origin.Version + 1);
        offer.Media[0].Port.ShouldBe(told.Media[0].Port);
        var key = offer.Media[0].Attributes.All("crypto").ShouldHaveSingleItem();
        key.ShouldStartWith("1 AES_CM_128_HMAC_SHA1_80 ");
        key.ShouldNotBe(told.Media[0].Attributes.First("crypto"));

        after.TakeRenewed(RelaySide.A, Bytes(Sdp("RTP/SAVP", "a=crypto:" + Key))).ShouldBeTrue();
        var next = Parse(after.Pass(RelaySide.B, Bytes(Sdp("RTP/AVP", "a=recvonly")), isAnswer: false)!);
        next.Origin.Version.ShouldBe(2UL, "versions stay ahead of their maker's");
        next.Media[0].Attributes.First("crypto").ShouldBe(key);
    }

    [Fact]
    public void Resume_InTheClear_RepeatsWhatWasSaid()
    {
        var before = Media();
        Pass(before, RelaySide.A, Sdp("RTP/AVP"), isAnswer: false);
        var told = before.Pass(RelaySide.B, Bytes(Sdp("RTP/AVP")), isAnswer: true);
        var after = Media();
        after.Resume(before.Ports(), before.Descriptions(), 0);
        after.Renewal(RelaySide.A).ShouldBeNull();
        after.Pass(RelaySide.B, Bytes(Sdp("RTP/AVP")), isAnswer: true).ShouldBe(told);
    }

    void IMediaRelayEvents.OnDigit(MediaRelay relay, RelaySide side, char digit, int durationMs)
    {
    }

    void IMediaRelayEvents.OnPortFailed(MediaRelay relay, RelaySide side)
    {
    }

    CallMedia Media(SrtpMode callee = SrtpMode.None) => new(
        _engine, new MediaKeySource(_randomness, SystemClock.Instance), new MediaPolicy(SrtpMode.None, DtmfMode.TelephoneEvent, []),
        new MediaPolicy(callee, DtmfMode.TelephoneEvent, []), this, _loop);

    static SdpMedia Pass(CallMedia media, RelaySide from, string sdp, bool isAnswer) =>
        Parse(media.Pass(from, Bytes(sdp), isAnswer).ShouldNotBeNull(sdp)).Media.ShouldHaveSingleItem();

    static SdpDescription Parse(byte[] sdp) =>
        SdpDescription.TryParse(sdp, out var parsed, out var error) ? parsed : throw new InvalidOperationException(error.ToString());

    static string Dtls(string setup, params string[] more) => Sdp("UDP/TLS/RTP/SAVPF", [$"a=fingerprint:{Fingerprint}", $"a=setup:{setup}", .. more]);

    static string Sdp(string protocol, params string[] more) => string.Join(
        "\r\n",
        (string[])["v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0", $"m=audio 4000 {protocol} 0", "a=rtpmap:0 PCMU/8000", .. more, ""]);

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

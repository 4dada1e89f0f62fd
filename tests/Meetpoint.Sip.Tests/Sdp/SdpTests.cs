using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Sip.Tests.Sdp;

public sealed class SdpTests
{
    const string Offer = """
        v=0
        o=alice 2890844526 7 IN IP4 host.atlanta.example.com
        s=-
        i=unknown lines stay
        c=IN IP4 192.0.2.1
        b=AS:64
        t=0 0
        a=sendonly
        a=fingerprint:sha-256 AA:BB
        a=setup:actpass
        m=audio 49170 RTP/SAVP 0 8 97
        a=rtpmap:0 PCMU/8000
        a=rtpmap:97 opus/48000/2
        a=fmtp:97 useinbandfec=1
        a=ptime:20
        a=rtcp:49180
        a=rtcp-mux
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4 FEC_ORDER=FEC_SRTP
        a=ssrc:1234 cname:x
        a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:csrc-audio-level
        m=video 0 RTP/AVP 31

        """;

    [Fact]
    public void TryParse_Offer_ReadsEachPart()
    {
        var sdp = SdpDescription.Parse(Offer);
        var audio = sdp.Media[0];
        audio.RtpMap("97").ShouldBe(new SdpRtpMap(97, "opus", 48_000, 2));
        audio.RtpMap("8").ShouldBeNull("static types need no rtpmap");
        audio.Fmtp("97").ShouldBe("useinbandfec=1");
        (audio.PtimeMs, audio.RtcpPort, audio.RtcpMux).ShouldBe((20, 49_180, true));
        audio.Cryptos.Single().SessionParameters.ShouldBe("FEC_ORDER=FEC_SRTP");
        audio.Ssrcs.ShouldBe([1234u]);
        audio.HeaderExtensions.Single().Id.ShouldBe(1);
        sdp.Attributes.Fingerprint.ShouldBe(new SdpFingerprint("sha-256", "AA:BB"));
        sdp.DirectionOf(audio).ShouldBe(SdpDirection.SendOnly);
        sdp.IsHold.ShouldBeTrue();
        sdp.AddressOf(audio).ToString().ShouldBe("192.0.2.1:49170");
        sdp.Media[1].IsRefused.ShouldBeTrue();
    }

    [Fact]
    public void ToString_ParsedAgain_IsTheSame()
    {
        var once = SdpDescription.Parse(Offer).ToString();
        SdpDescription.Parse(once).ToString().ShouldBe(once);
    }

    [Fact]
    public void IsHold_Rfc2543Address_Holds() =>
        SdpDescription.Parse(Offer.Replace("192.0.2.1", "0.0.0.0").Replace("a=sendonly", "a=x")).IsHold.ShouldBeTrue();

    [Theory]
    [InlineData("", SdpError.VersionMissing)]
    [InlineData("v=0\r\n", SdpError.OriginMalformed)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nm=audio 1 RTP/AVP 0\r\n", SdpError.ConnectionMissing)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 70000 RTP/AVP 0\r\n", SdpError.MediaMalformed)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 h\r\nc=IN IP5 h\r\n", SdpError.ConnectionMalformed)]
    [InlineData("v=0\r\no=- 1 1 IN IP4 h\r\nrubbish\r\n", SdpError.LineMalformed)]
    public void TryParse_Broken_SaysWhy(string text, SdpError expected)
    {
        SdpDescription.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _, out var error).ShouldBeFalse();
        error.ShouldBe(expected);
    }

    [Fact]
    public void OfferAnswer_SecondOfferWhileOneIsOpen_IsRefused()
    {
        var session = new OfferAnswer();
        session.SendOffer(SdpDescription.Parse(Offer)).ShouldBeTrue();
        session.SendOffer(SdpDescription.Parse(Offer)).ShouldBeFalse();
        session.ReceiveOffer(SdpDescription.Parse(Offer)).ShouldBeFalse();
        session.ReceiveAnswer(SdpDescription.Parse(Offer)).ShouldBeTrue();
        session.IsAgreed.ShouldBeTrue();
    }

    [Fact]
    public void OfferAnswer_Version_GrowsOnlyWithChange()
    {
        var session = new OfferAnswer();
        SdpDescription Send(string direction)
        {
            var offer = SdpDescription.Parse(Offer.Replace("sendonly", direction));
            session.SendOffer(offer).ShouldBeTrue();
            session.ReceiveAnswer(SdpDescription.Parse(Offer)).ShouldBeTrue();
            return offer;
        }

        Send("sendrecv").Origin.Version.ShouldBe(7ul);
        Send("sendrecv").Origin.Version.ShouldBe(7ul);
        Send("inactive").Origin.Version.ShouldBe(8ul);
    }

    [Fact]
    public void OfferAnswer_AnswerWithOtherMedia_IsRefused()
    {
        var session = new OfferAnswer();
        session.SendOffer(SdpDescription.Parse(Offer));
        var answer = SdpDescription.Parse(Offer);
        answer.Media.RemoveAt(1);
        session.ReceiveAnswer(answer).ShouldBeFalse();
        session.Abandon();
        session.State.ShouldBe(OfferAnswerState.Stable);
    }
}

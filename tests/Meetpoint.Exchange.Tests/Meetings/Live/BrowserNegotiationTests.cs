using System.Text;
using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Ice;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>Answers to an offer as Chromium 156 wrote it: a microphone, a camera in three sizes, a screen, and three lines to look at.</summary>
public sealed class BrowserNegotiationTests
{
    static readonly string _offer = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "media", "chromium-offer.sdp"));

    [Fact]
    public void Answer_TakesEveryLine_InOneBundle()
    {
        var agreement = Answer(_offer);
        var answer = SdpDescription.Parse(agreement.Answer.ToString());
        answer.Media.Select(static line => (line.Mid, line.Direction)).ShouldBe([
            ("0", SdpDirection.SendRecv), ("1", SdpDirection.RecvOnly), ("2", SdpDirection.RecvOnly), ("3", SdpDirection.SendOnly), ("4", SdpDirection.SendOnly), ("5", SdpDirection.SendOnly)]);
        answer.Attributes.First("group").ShouldBe("BUNDLE 0 1 2 3 4 5");
        answer.Attributes.Has("ice-lite").ShouldBeTrue();
        answer.Media.ShouldAllBe(line => line.Port == 20_000 && line.Attributes.Setup == "passive" && line.RtcpMux);
    }

    [Fact]
    public void Audio_IsOpusBothWays_WithLevels()
    {
        var audio = Answer(_offer).Audio;
        (audio.Send.Codec, audio.Send.PayloadType, audio.Direction).ShouldBe((AudioCodec.Find("opus", 48000), (byte)111, MediaDirection.SendReceive), "a browser's address is 0.0.0.0 in its offer, which holds nobody");
        audio.SenderLevelExtensionId.ShouldBe(1);
        audio.RequiresProtection.ShouldBeTrue();
    }

    [Fact]
    public void Pictures_AreOneCamera_OneScreen_AndTheLastLineIsForContent()
    {
        var agreement = Answer(_offer);
        var video = agreement.Video!;
        video.Inputs.Select(static input => (input.Mid, input.Kind, string.Join(',', input.Rids))).ShouldBe([("1", VideoKind.Camera, "q,h,f"), ("2", VideoKind.Content, "")]);
        video.Outputs.Select(static output => (output.Mid, output.Kind)).ShouldBe([("3", VideoKind.Camera), ("4", VideoKind.Camera), ("5", VideoKind.Content)]);
        video.Outputs.Select(static output => output.Ssrc).Distinct().Count().ShouldBe(3);
        video.Inputs[0].Formats.ShouldBe([new VideoFormat(96, VideoCodec.Vp8, 97), new VideoFormat(108, VideoCodec.H264, 109)]);
        (video.MidExtensionId, video.RidExtensionId, video.RepairedRidExtensionId, video.TransportSequenceExtensionId).ShouldBe((4, 10, 11, 3));
        (video.HasNack, video.HasPli, video.HasTransportFeedback).ShouldBe((true, true, true));
    }

    [Fact]
    public void TheCodecThatTheRoomWants_ComesFirst() =>
        SdpDescription.Parse(Answer(_offer, VideoCodec.H264).Answer.ToString()).Media[1].Formats[0].ShouldBe("108");

    [Theory]
    [InlineData("a=fingerprint:", "a=x-fingerprint:", "fingerprint")]
    [InlineData("a=ice-pwd:", "a=x-ice-pwd:", "ice-pwd")]
    [InlineData("a=group:BUNDLE 0 1 2 3 4 5", "a=group:BUNDLE 0 1 2 3 4", "BUNDLE")]
    [InlineData("a=setup:actpass", "a=setup:passive", "setup")]
    [InlineData("v=0", "w=0", "no session description")]
    public void AnOfferWithoutWhatItNeeds_IsSaidSo(string part, string instead, string words)
    {
        BrowserOffer.TryRead(Encoding.UTF8.GetBytes(_offer.Replace(part, instead, StringComparison.Ordinal)), out _, out var fault).ShouldBeFalse();
        fault.ShouldContain(words);
    }

    [Fact]
    public void AnOfferOfPicturesAlone_IsNotTaken()
    {
        var end = End();
        BrowserOffer.TryRead(Encoding.UTF8.GetBytes(_offer.Replace("m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126", "m=audio 9 UDP/TLS/RTP/SAVPF 13", StringComparison.Ordinal)), out var offer, out _).ShouldBeTrue();
        BrowserNegotiation.Answer(offer!, end, null).ShouldBeNull();
    }

    static BrowserAgreement Answer(string text, VideoCodec? wanted = null)
    {
        BrowserOffer.TryRead(Encoding.UTF8.GetBytes(text), out var offer, out var fault).ShouldBeTrue(fault);
        return BrowserNegotiation.Answer(offer!, End(), wanted).ShouldNotBeNull();
    }

    static BrowserEnd End() => new(NetAddress.Parse("192.0.2.1:20000"), IceCredentials.Draw(Randomness.Secure), "sha-256 AA:BB", 7, Randomness.Secure);
}

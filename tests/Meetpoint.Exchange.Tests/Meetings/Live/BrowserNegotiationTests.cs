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

/// <summary>Answers to an offer as Chromium 156 wrote it (a microphone, a camera in three sizes, a screen, and three lines to look at), and to those of others.</summary>
public sealed class BrowserNegotiationTests
{
    static readonly string _offer = Vector("chromium-offer.sdp");

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

    [Fact]
    public void Firefox_SendsItsCameraInThreeSizes_InVp8Alone()
    {
        // As Firefox 153 wrote it, where OpenH264 had not been fetched: other lines of the bundle have port 0, and "sendrecv" stands in the session.
        var agreement = Answer(Vector("firefox-offer.sdp"));
        var video = agreement.Video!;
        video.Inputs.Select(static input => (input.Mid, input.Kind, string.Join(',', input.Rids))).ShouldBe([("1", VideoKind.Camera, "q,h,f"), ("2", VideoKind.Content, "")]);
        video.Outputs.Select(static output => (output.Mid, output.Kind)).ShouldBe([("3", VideoKind.Camera), ("4", VideoKind.Content)]);
        video.Inputs[0].Formats.ShouldBe([new VideoFormat(120, VideoCodec.Vp8, 124)]);
        (video.MidExtensionId, video.RidExtensionId, video.RepairedRidExtensionId, video.TransportSequenceExtensionId, video.HasTransportFeedback).ShouldBe((3, 9, 10, 7, true));
        agreement.Audio.Send.PayloadType.ShouldBe((byte)109);
    }

    [Fact]
    public void ALineBothWays_IsACameraThatIsSentAndOneThatIsSeen()
    {
        // What pages have that know of one camera each way: a single line of pictures, with or without its direction written.
        foreach (var direction in (string[])["a=sendrecv\r\n", ""])
        {
            var text = _offer[.._offer.IndexOf("m=video", _offer.IndexOf("a=mid:2", StringComparison.Ordinal), StringComparison.Ordinal)]
                .Replace("BUNDLE 0 1 2 3 4 5", "BUNDLE 0 1 2", StringComparison.Ordinal).Replace("a=sendonly\r\n", direction, StringComparison.Ordinal);
            var agreement = Answer(text);
            var answer = SdpDescription.Parse(agreement.Answer.ToString());
            answer.Media.Select(static line => line.Direction).ShouldBe([SdpDirection.SendRecv, SdpDirection.SendRecv, SdpDirection.SendRecv]);
            agreement.Video!.Inputs.Select(static input => (input.Mid, input.Kind)).ShouldBe([("1", VideoKind.Camera), ("2", VideoKind.Content)]);
            agreement.Video.Outputs.Select(static output => (output.Mid, output.Kind)).ShouldBe([("1", VideoKind.Camera), ("2", VideoKind.Content)]);
            answer.Media[1].Attributes.First("simulcast").ShouldBe("recv q;h;f");
        }
    }

    [Fact]
    public void LinesBeyondWhatAPeerMayHave_AreRefused_AndTheOthersAreTaken()
    {
        var line = _offer[_offer.LastIndexOf("m=video", StringComparison.Ordinal)..];
        line = string.Join("\r\n", line.Split("\r\n").Where(static text => !text.StartsWith("a=extmap", StringComparison.Ordinal) && !text.StartsWith("a=rtcp-fb", StringComparison.Ordinal)));
        var more = Enumerable.Range(6, 44).ToList();
        var text = _offer.Replace("BUNDLE 0 1 2 3 4 5", "BUNDLE 0 1 2 3 4 5 " + string.Join(' ', more), StringComparison.Ordinal)
            + string.Concat(more.Select(mid => line.Replace("a=mid:5", $"a=mid:{mid}", StringComparison.Ordinal)));
        var agreement = Answer(text);
        (agreement.Video!.Inputs.Count + agreement.Video.Outputs.Count).ShouldBe(VideoRoomOptions.MaxLinesPerPeer);
        agreement.Answer.Media.Count(static media => media.IsRefused).ShouldBe(1 + 5 + 44 - VideoRoomOptions.MaxLinesPerPeer - 1, "lines of pictures past the limit");
        agreement.Video.Outputs.Count(static output => output.Kind == VideoKind.Content).ShouldBe(1);
    }

    [Fact]
    public void FeedbackOfAllFormats_IsWrittenWithAnAsterisk()
    {
        var text = string.Join("\r\n", _offer.Split("\r\n").Where(static line => !line.StartsWith("a=rtcp-fb", StringComparison.Ordinal))).Replace("a=rtcp-mux\r\n", "a=rtcp-mux\r\na=rtcp-fb:* nack pli\r\n", StringComparison.Ordinal);
        Answer(text).Answer.Media[1].Attributes.All("rtcp-fb").ShouldBe(["96 nack pli", "108 nack pli"]);
    }

    [Fact]
    public void OfSeveralFingerprints_TheFirstThatIsKnownCounts()
    {
        var text = _offer.Replace("a=fingerprint:sha-256", "a=fingerprint:sha3-256 AA:BB\r\na=fingerprint:sha-256", StringComparison.Ordinal);
        BrowserOffer.TryRead(Encoding.UTF8.GetBytes(text), out var offer, out var fault).ShouldBeTrue(fault);
        offer!.Fingerprint.ShouldStartWith("sha-256");
    }

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

    static string Vector(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "media", name));

    static BrowserAgreement Answer(string text, VideoCodec? wanted = null)
    {
        BrowserOffer.TryRead(Encoding.UTF8.GetBytes(text), out var offer, out var fault).ShouldBeTrue(fault);
        return BrowserNegotiation.Answer(offer!, End(), wanted).ShouldNotBeNull();
    }

    static BrowserEnd End() => new(NetAddress.Parse("192.0.2.1:20000"), IceCredentials.Draw(Randomness.Secure), "sha-256 AA:BB", 7, Randomness.Secure);
}

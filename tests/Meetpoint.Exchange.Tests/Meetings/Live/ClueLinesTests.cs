using Meetpoint.Exchange.Meetings.Live.Clue;
using Meetpoint.Media.Video;
using Meetpoint.Sip.Clue;
using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>What of an offer is CLUE's, and what a meeting advertises.</summary>
public sealed class ClueLinesTests
{
    const string Offer = """
        v=0
        o=- 1 1 IN IP4 192.0.2.9
        s=-
        c=IN IP4 192.0.2.9
        t=0 0
        a=group:BUNDLE 9
        a=group:CLUE 3 4 5
        m=audio 4000 RTP/AVP 8
        m=video 4002 RTP/AVP 96
        a=rtpmap:96 VP8/90000
        a=mid:2
        m=application 4004 UDP/DTLS/SCTP webrtc-datachannel
        a=mid:3
        a=setup:actpass
        a=sctp-port:5000
        a=dcmap:2 subprotocol="CLUE";ordered=true
        m=video 4006 RTP/AVP 96
        a=mid:4
        a=label:enc1
        a=sendonly
        m=video 4008 RTP/AVP 96
        a=mid:5
        a=label:enc2
        a=sendonly

        """;

    [Fact]
    public void Find_OfferWithAChannel_ItAndTheLinesOfItsGroup()
    {
        var offer = SdpDescription.Parse(Offer);
        var clue = ClueLines.Find(offer).ShouldNotBeNull();
        (clue.Channel, clue.Stream).ShouldBe((2, (ushort)2));
        offer.Media.Select(clue.Controls).ShouldBe([false, false, false, true, true]);
        var answer = ClueLines.Answer(offer.Media[2], 20_000, "sha-256 AA:BB", "ours", isActive: true);
        answer.Attributes.Has("tls-id").ShouldBeFalse("none where the offer has none (RFC 8842 section 5.3)");
        offer.Media[2].Attributes.Add("tls-id", "theirs");
        ClueLines.Answer(offer.Media[2], 20_000, "sha-256 AA:BB", "ours", isActive: true).Attributes.First("tls-id").ShouldBe("ours");
        (answer.Mid, answer.Attributes.Setup, answer.Attributes.First("dcmap")).ShouldBe(("3", "active", "2 subprotocol=\"CLUE\";ordered=true"));
    }

    [Theory]
    [InlineData("a=group:CLUE 3 4 5", "a=x:1")]
    [InlineData("a=group:CLUE 3 4 5", "a=group:CLUE 4 5")]
    [InlineData("subprotocol=\"CLUE\"", "subprotocol=\"BFCP\"")]
    [InlineData("a=dcmap:2 ", "a=dcmap:two ")]
    [InlineData("m=application 4004", "m=application 0")]
    [InlineData("webrtc-datachannel", "wap-push")]
    public void Find_WhereSomethingIsMissing_Null(string right, string wrong)
    {
        Offer.ShouldContain(right);
        ClueLines.Find(SdpDescription.Parse(Offer.Replace(right, wrong, StringComparison.Ordinal))).ShouldBeNull(wrong);
    }

    [Fact]
    public void RoomScene_ThreeLines_LeftCentreAndRightOrOnePicture()
    {
        var scene = RoomScene.Of(RoomScene.Encodings);
        ClueReader.TryRead(ClueWriter.Write(scene with { Sequence = 1 }), out var read, out var fault).ShouldBeTrue(fault.ToString());
        var told = read.ShouldBeOfType<ClueAdvertisement>();
        told.Cameras().Select(static capture => capture.Id).ShouldBe(["left", "centre", "right"]);
        told.Captures.ShouldAllBe(static capture => capture.IsMultiple && capture.MaxCaptures == 1 && capture.Policy == new CluePolicy(ClueChoice.SoundLevel, 0));
        told.Scenes.Single().Views.Select(static view => view.Captures.Count).ShouldBe([3, 1]);
        told.Cameras().Select(static capture => RoomScene.PlaceOf(capture.Id)).ShouldBe([CameraPlace.Of(0, 3), CameraPlace.Of(1, 3), CameraPlace.Of(2, 3)]);
    }

    [Fact]
    public void RoomScene_LineOfContent_APresentationOfItsOwn()
    {
        var scene = RoomScene.Of([.. RoomScene.Encodings, RoomScene.ContentEncoding]);
        ClueReader.TryRead(ClueWriter.Write(scene with { Sequence = 1 }), out var read, out var fault).ShouldBeTrue(fault.ToString());
        var told = read.ShouldBeOfType<ClueAdvertisement>();
        var content = told.Content().ShouldNotBeNull();
        (content.Presentation, RoomScene.KindOf(content.Id)).ShouldBe(("slides", VideoKind.Content));
        told.EncodingGroups.Single(group => group.Id == content.EncodingGroup).Encodings.ShouldBe([RoomScene.ContentEncoding]);
        told.Cameras().Select(static capture => capture.Id).ShouldBe(["left", "centre", "right"], "people are as they were");
        string[] ids =
            [.. told.Captures.Select(static c => c.Id), .. told.EncodingGroups.Select(static g => g.Id), .. told.Scenes.Select(static s => s.Id), .. told.Scenes.SelectMany(static s => s.Views).Select(static v => v.Id)];
        ids.ShouldBeUnique("each is an xs:ID of one document");
    }

    [Fact]
    public void Idle_LineThatIsNotTaken_StaysInactiveAndNamed()
    {
        var offered = SdpDescription.Parse(Offer).Media[4];
        offered.Attributes.Add("rtpmap", "96 VP8/90000");
        var idle = ClueLines.Idle(offered);
        (idle.IsRefused, idle.Direction, idle.Mid, idle.RtpMap("96")!.Encoding).ShouldBe((false, SdpDirection.Inactive, "5", "VP8"));
    }

    [Fact]
    public void Offer_OfAChannel_IsReadAsOne()
    {
        var offer = SdpDescription.Parse(Offer);
        offer.Media.RemoveRange(1, offer.Media.Count - 1);
        offer.Media.Add(ClueLines.Offer(20_000, "sha-256 AA:BB", "ours"));
        offer.Attributes.Set("group", "CLUE clue");
        var clue = ClueLines.Find(SdpDescription.Parse(offer.ToString())).ShouldNotBeNull();
        (clue.Channel, offer.Media[1].Attributes.Setup).ShouldBe((1, "actpass"));
    }

    [Fact]
    public void RoomScene_OneLine_OnePicture()
    {
        var scene = RoomScene.Of(["mp-1"]);
        scene.Captures.Select(static capture => capture.Id).ShouldBe(["active"]);
        RoomScene.PlaceOf("active").IsOneOfSeveral.ShouldBeFalse();
    }
}

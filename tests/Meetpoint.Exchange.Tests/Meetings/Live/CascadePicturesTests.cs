using Meetpoint.Exchange.Meetings.Live.Cascade;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>The lines of pictures between two exchanges, as offer and answer settle them.</summary>
public sealed class CascadePicturesTests
{
    const string Audio = """
        v=0
        o=- 1 1 IN IP4 192.0.2.1
        s=-
        c=IN IP4 192.0.2.1
        t=0 0
        m=audio 20000 UDP/TLS/RTP/SAVP 9
        a=rtpmap:9 G722/8000
        a=rtcp-mux
        a=fingerprint:sha-256 AA:BB
        a=setup:actpass

        """;

    [Fact]
    public void BothSides_SettleTheSameLines_EachSendingWhatTheOtherExpects()
    {
        var (offer, answer) = (SdpDescription.Parse(Audio), SdpDescription.Parse(Audio));
        CascadePictures.Offer(offer, Randomness.Secure);
        answer.Media.AddRange(offer.Media.Skip(1).Select(static line => line.Refuse()));
        CascadePictures.Answer(offer, answer, Randomness.Secure);

        var (ours, theirs) = (CascadePictures.Settle(offer, answer, 1)!, CascadePictures.Settle(answer, offer, 65_537)!);
        ours.Outputs.Count.ShouldBe(CascadePictures.Cameras + 1);
        ours.Outputs.Select(static line => (line.Mid, line.Ssrc, line.RtxSsrc)).ShouldBe(theirs.Inputs.Select(static line => (line.Mid, line.Ssrc, line.RtxSsrc)));
        theirs.Outputs.Select(static line => (line.Mid, line.Ssrc, line.RtxSsrc)).ShouldBe(ours.Inputs.Select(static line => (line.Mid, line.Ssrc, line.RtxSsrc)));
        ours.Outputs.Count(static line => line.Kind == VideoKind.Content).ShouldBe(1);
        ours.Outputs.ShouldAllBe(static line => line.NamesSource && line.Ssrc != 0 && line.RtxSsrc != 0);
        answer.Media.ShouldAllBe(line => !line.IsRefused && line.Port == 20000, "all lines share the port of the audio");
    }

    [Fact]
    public void AnExchangeWithoutPictures_IsAnsweredWithAudioAlone()
    {
        var (offer, answer) = (SdpDescription.Parse(Audio), SdpDescription.Parse(Audio));
        CascadePictures.Answer(offer, answer, Randomness.Secure);
        answer.ToString().ShouldBe(SdpDescription.Parse(Audio).ToString());
        CascadePictures.Settle(answer, offer, 1).ShouldBeNull();
    }

    [Fact]
    public void AnExchangeThatRefusesPictures_StillHasTheAudio()
    {
        var (offer, answer) = (SdpDescription.Parse(Audio), SdpDescription.Parse(Audio));
        CascadePictures.Offer(offer, Randomness.Secure);
        answer.Media.AddRange(offer.Media.Skip(1).Select(static line => line.Refuse()));
        CascadePictures.Settle(offer, answer, 1).ShouldBeNull();
    }
}

using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>What of a line of video is forwarded, which way.</summary>
public sealed class PictureFormatsTests
{
    static readonly EquipmentProfile _generic = EquipmentProfile.BuiltIn.Single(static profile => profile.Id == EquipmentProfile.GenericId);

    [Theory]
    [InlineData("profile-level-id=42e01f;packetization-mode=1", 66, 31, 1, 720)]
    [InlineData("profile-level-id=42800d; max-mbps=108000; max-fs=3600", 66, 13, 0, 720)]
    [InlineData("profile-level-id=42800d", 66, 13, 0, 238)]
    [InlineData("PROFILE-LEVEL-ID=640028;PACKETIZATION-MODE=1", 100, 40, 1, 1086)]
    [InlineData("packetization-mode=1", 66, 0, 1, int.MaxValue)] // nothing said of a level is not level 1: no room has so small a screen
    [InlineData(null, 66, 0, 0, int.MaxValue)]
    [InlineData("sprop-parameter-sets=Z0IAKeKQCgC3YC3AQEBpB4kRUA==,aM48gA==", 66, 0, 0, int.MaxValue)]
    public void H264_IsReadWithItsDefaults(string? parameters, int profile, int level, int mode, int height)
    {
        var read = H264Parameters.Of(parameters).ShouldNotBeNull();
        (read.Profile, read.Level, read.PacketizationMode, read.MaxHeight).ShouldBe((profile, level, mode, height));
    }

    [Theory]
    [InlineData("profile-level-id=42e0")]
    [InlineData("profile-level-id=zzzzzz")]
    [InlineData("packetization-mode=3")]
    [InlineData("packetization-mode=-1")]
    public void H264_OfValuesThatAreNone_IsNotTaken(string parameters) => H264Parameters.Of(parameters).ShouldBeNull();

    [Theory]
    [InlineData("97 profile-level-id=42e01f;packetization-mode=1|98 profile-level-id=42e01f|99 profile-level-id=64001f;packetization-mode=1", "97", "97")]
    [InlineData("98 profile-level-id=42e01f|99 profile-level-id=64001f;packetization-mode=1", "98", "98")]
    [InlineData("99 profile-level-id=64001f;packetization-mode=1|98 profile-level-id=4d001f", "", "99 98")] // their decoders take a baseline; what they send others cannot
    [InlineData("96 profile-level-id=58001f;packetization-mode=1|97 profile-level-id=42e01f;packetization-mode=2", "", "")]
    [InlineData("97|97", "97", "97")]
    public void OfSeveralForms_TheBestIsTaken(string formats, string takes, string gives)
    {
        var read = PictureFormats.Of(Line(formats), _generic);
        (string.Join(' ', read.Takes.Select(static format => format.PayloadType)), string.Join(' ', read.Gives.Select(static format => format.PayloadType))).ShouldBe((takes, gives));
    }

    [Fact]
    public void WhoTakesNoFragments_IsSeen_AndIsSentNothingThatItCouldNotRead()
    {
        var old = _generic with { Fragments = false };
        var read = PictureFormats.Of(Line("97 profile-level-id=42e01f"), old);
        (read.Takes.Count, read.Gives.Count).ShouldBe((1, 0));
        PictureFormats.Of(Line("97 profile-level-id=42e01f;packetization-mode=1"), old).Gives.Count.ShouldBe(1, "it says itself that it takes them");
    }

    static SdpMedia Line(string formats)
    {
        var types = formats.Split('|').Select(static format => format.Split(' ', 2)).ToList();
        var text = $"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=video 4000 RTP/AVP {string.Join(' ', types.Select(static type => type[0]))}\r\n"
            + string.Concat(types.Select(static type => $"a=rtpmap:{type[0]} H264/90000\r\n" + (type.Length > 1 ? $"a=fmtp:{type[0]} {type[1]}\r\n" : "")));
        return SdpDescription.Parse(text).Media[0];
    }
}

using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Srtp;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Meetings.Live;

/// <summary>Offers and answers of a meeting with equipment by SIP.</summary>
public sealed class AudioNegotiationTests
{
    /// <summary>An offer as equipment wrote it, and what is agreed with it by the profile of whatever says nothing else.</summary>
    [Theory]
    [InlineData("baresip", "opus", 96, 101, 8_000, 0)]
    [InlineData("linphone", "opus", 96, 99, 48_000, 0)]
    [InlineData("jigasi", "opus", 96, 101, 8_000, 2)]
    [InlineData("room-system", "opus", 114, 101, 8_000, 0)]
    [InlineData("pjsip", "opus", 96, 121, 48_000, 0)]
    [InlineData("one-channel", "opus", 123, 97, 48_000, 0)]
    [InlineData("desk-phone", "PCMA", 8, 101, 8_000, 0)]
    public void AnOffer_IsAnsweredByTheFirstCodecOfTheProfile_UnderTheirNumbers(string name, string codec, int type, int keys, int clock, int levels)
    {
        var offer = Vector(name);
        var (answer, settled) = AudioNegotiation.Answer(offer, End()).ShouldNotBeNull();

        (settled.Send.Codec.Name, settled.Send.PayloadType).ShouldBe((codec, (byte)type));
        (settled.Keys.Send, settled.Keys.ClockRate, settled.SenderLevelExtension).ShouldBe((keys, clock, levels));
        var line = SdpDescription.Parse(answer.ToString()).Media[0];
        line.Formats.ShouldBe([$"{type}", $"{keys}"], "one codec, and key presses by one clock");
        line.RtpMap($"{keys}").ShouldBe(new SdpRtpMap(keys, "telephone-event", clock));
        line.HeaderExtensions.ShouldBe(levels > 0 ? [(levels, "urn:ietf:params:rtp-hdrext:ssrc-audio-level")] : []);
        (line.PtimeMs, line.Attributes.First("maxptime")).ShouldBe((20, codec == "opus" ? "60" : null));
        line.Fmtp($"{type}").ShouldBe(codec == "opus" ? "minptime=10;useinbandfec=1;stereo=0;usedtx=0" : null);
        if (codec == "opus")
            line.RtpMap($"{type}").ShouldBe(offer.Media[0].RtpMap($"{type}"), "as they wrote it, also what should have two channels and has one");
        answer.Media.Skip(1).ShouldAllBe(static other => other.IsRefused);
    }

    [Theory]
    [InlineData("baresip", 32_000, 48_000, false, false)]
    [InlineData("linphone", 32_000, 48_000, true, false)]
    [InlineData("jigasi", 32_000, 48_000, false, true)]
    [InlineData("room-system", 64_000, 48_000, false, false)]
    [InlineData("pjsip", 12_000, 16_000, true, false)]
    [InlineData("one-channel", 12_000, 8_000, false, false)]
    public void WhatTheyAskForOfOpus_IsWhatTheyAreSent(string name, int bitrate, int rate, bool fec, bool dtx)
    {
        var opus = AudioNegotiation.Answer(Vector(name), End())!.Value.Settled.Send.Opus.ShouldNotBeNull();
        (opus.Bitrate, opus.PlaybackRate, opus.UsesInbandFec, opus.UsesDtx).ShouldBe((bitrate, rate, fec, dtx));
    }

    [Fact]
    public void WhateverElseTheyOffer_IsTakenWhenItComes()
    {
        var settled = AudioNegotiation.Answer(Vector("linphone"), End())!.Value.Settled;
        settled.Receive.Select(static format => (format.PayloadType, format.Codec.Name)).ShouldBe([((byte)8, "PCMA"), ((byte)0, "PCMU")]);
        settled.Keys.Receive.ShouldBe([99, 100, 101]);
    }

    [Theory]
    [InlineData("generic", "96")]
    [InlineData("sipp", "8")]
    [InlineData("cisco-room", "96")]
    public void AProfile_SaysWhichCodecsThereAre(string profile, string format) =>
        AudioNegotiation.Answer(Vector("baresip"), End(profile))!.Value.Answer.Media[0].Formats[0].ShouldBe(format);

    [Fact]
    public void OurOffer_HasOpusFirst_AndKeyPressesByBothClocks()
    {
        var line = SdpDescription.Parse(AudioNegotiation.Offer(End()).ToString()).Media[0];
        line.Formats.ShouldBe(["111", "9", "8", "0", "101", "110"]);
        line.RtpMap("111").ShouldBe(new SdpRtpMap(111, "opus", 48_000, 2));
        line.Fmtp("111").ShouldBe("minptime=10;useinbandfec=1;stereo=0;usedtx=0");
        line.RtpMap("101").ShouldBe(new SdpRtpMap(101, "telephone-event", 8_000));
        line.RtpMap("110").ShouldBe(new SdpRtpMap(110, "telephone-event", 48_000));
        (line.PtimeMs, line.Attributes.First("maxptime")).ShouldBe((20, "60"));
    }

    [Fact]
    public void OurOffer_ToWhoHasNoOpus_IsAsItWas()
    {
        var line = AudioNegotiation.Offer(End("sipp")).Media[0];
        line.Formats.ShouldBe(["8", "0", "101"]);
        line.Attributes.Has("maxptime").ShouldBeFalse();
    }

    [Fact]
    public void AnAnswerWithNumbersOfItsOwn_IsSentByThose_AndHeardByOurs()
    {
        var settled = Settle("""
            m=audio 4000 RTP/AVP 101 96
            a=rtpmap:101 opus/48000/2
            a=fmtp:101 useinbandfec=1;maxplaybackrate=24000
            a=rtpmap:96 telephone-event/48000
            """).ShouldNotBeNull();

        (settled.Send.PayloadType, settled.Send.Codec).ShouldBe(((byte)101, AudioCodec.Opus));
        (settled.Send.Opus!.UsesInbandFec, settled.Send.Opus.PlaybackRate).ShouldBe((true, 24_000));
        (settled.Keys.Send, settled.Keys.ClockRate).ShouldBe((96, 48_000));
        settled.Keys.Receive.ShouldBe([101, 110], "a 101 that comes in is a key, as our offer has it");
        settled.Receive.ShouldContain(format => format.PayloadType == 111 && format.Codec == AudioCodec.Opus);
    }

    [Theory]
    [InlineData("111 9 101 110", "opus", 110)] // all that we offered: the profile says which
    [InlineData("9 101 110", "G722", 101)]
    [InlineData("8 110", "PCMA", 110)]
    [InlineData("111", "opus", -1)]
    public void AnAnswer_IsSettledByTheProfile(string formats, string codec, int keys)
    {
        var settled = Settle($"""
            m=audio 4000 RTP/AVP {formats}
            a=rtpmap:111 opus/48000/2
            a=rtpmap:9 G722/8000
            a=rtpmap:101 telephone-event/8000
            a=rtpmap:110 telephone-event/48000
            """).ShouldNotBeNull();
        (settled.Send.Codec.Name, settled.Keys.Send).ShouldBe((codec, keys));
    }

    [Fact]
    public void ARefreshOfOurs_OffersWhatWeAnswered_AlsoWherePicturesCameFirst()
    {
        var (answer, _) = AudioNegotiation.Answer(Vector("baresip", ("m=audio", "m=video 20002 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\nm=audio")), End()).ShouldNotBeNull();
        answer.Media.Select(static line => (line.Kind, line.IsRefused)).ShouldBe([("video", true), ("audio", false)]);
        var settled = AudioNegotiation.Settle(answer, answer, End()).ShouldNotBeNull();
        (settled.Send.Codec, settled.Send.PayloadType, settled.Keys.Send).ShouldBe((AudioCodec.Opus, (byte)96, 101));
    }

    [Fact]
    public void AnAnswerWithoutACodecOfOurs_SettlesNothing() => Settle("m=audio 4000 RTP/AVP 18\r\n").ShouldBeNull();

    [Theory]
    [InlineData("sendonly", MediaDirection.Receive, "recvonly")]
    [InlineData("recvonly", MediaDirection.Send, "sendonly")]
    [InlineData("inactive", MediaDirection.Inactive, "inactive")]
    [InlineData("sendrecv", MediaDirection.SendReceive, "sendrecv")]
    public void Hold_KeepsTheCodec(string offered, MediaDirection direction, string answered)
    {
        var (answer, settled) = AudioNegotiation.Answer(Vector("baresip", ("a=sendrecv", "a=" + offered)), End(), 2)!.Value;
        (settled.Direction, settled.Send.Codec).ShouldBe((direction, AudioCodec.Opus));
        answer.Media[0].Attributes.ShouldContain(attribute => attribute.Name == answered);
    }

    [Fact]
    public void AnOfferInTheMiddleOfACall_ChangesTheCodec()
    {
        AudioNegotiation.Answer(Vector("pjsip"), End())!.Value.Settled.Send.Codec.ShouldBe(AudioCodec.Opus);
        var (answer, settled) = AudioNegotiation.Answer(Vector("pjsip", ("RTP/AVP 96 9", "RTP/AVP 9")), End(), 2)!.Value;
        (settled.Send.Codec, settled.Keys.Send).ShouldBe((AudioCodec.G722, 120), "key presses by the clock of the new codec");
        answer.Media[0].Formats.ShouldBe(["9", "120"]);
    }

    [Fact]
    public void KeysOfEncryption_AreKeptAsLongAsTheirsStay_AndBothChangeTogether()
    {
        var theirs = SdesKey.Generate(SrtpProfile.Aes128CmHmacSha1Tag80, 1);
        var first = Secured(theirs, null);
        Secured(theirs, first).ShouldBe(first);
        var other = Secured(SdesKey.Generate(SrtpProfile.Aes128CmHmacSha1Tag80, 1), first);
        other.Ours.Format().ShouldNotBe(first.Ours.Format(), "its packets are counted anew");

        static (SdesKey Ours, SdesKey Theirs) Secured(SdesKey theirs, (SdesKey, SdesKey)? before) => AudioNegotiation.Answer(
            Vector("linphone", ("RTP/AVP", "RTP/SAVP"), ("a=rtcp-fb:* trr-int 5000", "a=crypto:" + theirs.Format())), End(), 2, before)!.Value.Settled.Srtp.ShouldNotBeNull();
    }

    static AudioAgreement? Settle(string line) => AudioNegotiation.Settle(
        AudioNegotiation.Offer(End()), SdpDescription.Parse("v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n" + line.ReplaceLineEndings("\r\n") + "\r\n"), End());

    static SdpDescription Vector(string name, params (string Old, string New)[] changes)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "sdp", name + ".sdp"));
        foreach (var (old, instead) in changes)
        {
            text.ShouldContain(old);
            text = text.Replace(old, instead, StringComparison.Ordinal);
        }

        return SdpDescription.Parse(text.ReplaceLineEndings("\r\n"));
    }

    static AudioEnd End(string profile = EquipmentProfile.GenericId) =>
        new(NetAddress.Parse("192.0.2.1:20000"), EquipmentProfile.BuiltIn.Single(known => known.Id == profile), "1", Randomness.Secure);
}

using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Rooms;

/// <summary>Rooms that mix at 48 kHz.</summary>
public sealed class OpusRoomTests
{
    [Fact]
    public void Browsers_WidebandAndNarrowbandTelephones_HearEachOther()
    {
        var room = new TestRoom();
        var one = new TestPhone(AudioCodec.Opus, 440);
        var other = new TestPhone(AudioCodec.Opus, 660);
        var wide = new TestPhone(AudioCodec.G722, 880);
        var narrow = new TestPhone(AudioCodec.Pcmu, 1200);
        var silent = new TestPhone(AudioCodec.Opus, 100) { Talks = false };
        var phones = new[] { one, other, wide, narrow, silent };
        for (var i = 0; i < phones.Length; i++)
            room.Add(phones[i], (uint)i + 1);

        room.Run(2000);

        room.Room.MixRate.ShouldBe(48000);
        foreach (var phone in phones)
        {
            foreach (var (hz, talker) in new[] { (440, one), (660, other), (880, wide), (1200, narrow) })
                phone.Hears(hz).ShouldBe(phone != talker, $"{phone.Codec} of the tone of {talker.Codec} at {hz} Hz");
        }
    }

    [Fact]
    public void WhenTheLastBrowserLeaves_TheRoomGoesOnAtTheTelephonesRate()
    {
        var room = new TestRoom();
        var browser = room.Add(new TestPhone(AudioCodec.Opus, 440), 1);
        var listener = new TestPhone(AudioCodec.G722, 100) { Talks = false };
        room.Add(listener, 2);
        room.Add(new TestPhone(AudioCodec.Pcmu, 880), 3);
        room.Run(1000);
        listener.Hears(440).ShouldBeTrue();
        room.Remove(browser);
        room.Run(1500);
        room.Room.MixRate.ShouldBe(16000);
        listener.Hears(880).ShouldBeTrue();
        listener.Hears(440).ShouldBeFalse();
    }

    [Fact]
    public void TwoHundredListeners_AreSentOneEncode()
    {
        var room = new TestRoom();
        var sent = new Dictionary<MediaLeg, byte[]>();
        for (uint i = 0; i < 3; i++)
            room.Add(new TestPhone(AudioCodec.Opus, 300 + (200 * i)), i + 1);
        var listeners = Enumerable.Range(0, 200).Select(i => room.Add(new TestPhone(AudioCodec.Opus, 100, ssrc: (uint)(5000 + i)) { IsDeaf = true }, (uint)(10 + i))).ToHashSet();
        room.Run(700, leg => !listeners.Contains(leg));
        room.OnSend = (leg, packet) => sent[leg] = packet[RtpPacket.FixedHeaderLength..];
        for (var tick = 0; tick < 10; tick++)
        {
            sent.Clear();
            room.Run(20, leg => !listeners.Contains(leg));
            sent.Count.ShouldBe(203);
            var common = sent.Where(pair => listeners.Contains(pair.Key)).Select(pair => Convert.ToHexString(pair.Value)).Distinct().ToArray();
            common.Length.ShouldBe(1, "different payloads to those who only listen");
            sent.Values.Select(Convert.ToHexString).Distinct().Count().ShouldBe(4, "one more for each who talks");
        }
    }

    [Fact]
    public void WhoReportsLoss_IsSentCopies_TheOthersAreNot()
    {
        var room = new TestRoom();
        var voice = new TestVoice();
        var format = OpusFormat.Parse("minptime=10;useinbandfec=1");
        var talker = room.Add(new TestPhone(AudioCodec.Opus, 440), 1);
        var lossy = room.Add(new TestPhone(AudioCodec.Opus, 500) { Talks = false, Opus = format }, 2);
        var clean = room.Add(new TestPhone(AudioCodec.Opus, 600) { Talks = false, Opus = format }, 3);
        room.Run(500, leg => leg != talker);
        var copies = new Dictionary<MediaLeg, int> { [lossy] = 0, [clean] = 0 };
        room.OnSend = (leg, packet) =>
        {
            if (copies.ContainsKey(leg) && OpusPacket.RedundantSamples(packet.AsSpan(RtpPacket.FixedHeaderLength)) > 0)
                copies[leg]++;
        };
        var report = new byte[64];
        var writer = new RtcpWriter(report);
        writer.ReceiverReport(77, [new ReportBlock(lossy.Ssrc, 26, 0, 0, 0, 0, 0)]); // 10 % lost
        room.Room.OnRtcp(lossy, report.AsSpan(0, writer.Length), room.NowNs).ShouldBeTrue();

        using var encoder = AudioCodec.Opus.CreateEncoder();
        var (pcm, packet) = (new short[960], new byte[500]);
        for (ushort i = 0; i < 100; i++)
        {
            var length = new RtpHeader(111, false, i, i * 960u, 4711).Write(packet);
            length += encoder.Encode(voice.Speak(pcm), packet.AsSpan(length));
            room.Room.OnRtp(talker, packet.AsSpan(0, length), room.NowNs + (15 * MonotonicTime.Millisecond));
            room.Run(20, leg => leg != talker);
        }

        copies[lossy].ShouldBeGreaterThan(50);
        copies[clean].ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // then the common encoder stands still while he talks
    public void ATalkerWhoComesAndGoes_HearsNoClick(bool withListener)
    {
        // He hears the others by an encoder of his own while he talks, and by the common one when he does not.
        var room = new TestRoom(new MediaRoomOptions { HasGainControl = false });
        var wavering = new TestPhone(AudioCodec.Opus, 0.001) { Talks = false };
        var steady = new TestPhone(AudioCodec.Opus, 100, ssrc: 9) { Talks = false };
        room.Add(new TestPhone(AudioCodec.Opus, 440), 1);
        var leg = room.Add(wavering, 2);
        if (withListener)
            room.Add(steady, 3);
        var voice = new TestVoice { Peak = 1500 };
        using var encoder = AudioCodec.Opus.CreateEncoder();
        var (pcm, packet) = (new short[960], new byte[500]);
        for (ushort i = 0; i < 500; i++)
        {
            voice.Peak = i / 50 % 2 == 1 ? 1500 : 0; // a second of words, a second of none
            var length = new RtpHeader(111, false, i, i * 960u, 4711).Write(packet);
            length += encoder.Encode(voice.Speak(pcm), packet.AsSpan(length));
            room.Room.OnRtp(leg, packet.AsSpan(0, length), room.NowNs + (15 * MonotonicTime.Millisecond));
            room.Run(20, other => other != leg);
        }

        if (withListener)
            steady.Hears(440).ShouldBeTrue();
        // A tone of one frequency: what is not of it is error. A click would be a window full of it.
        WorstError(wavering.Heard).ShouldBeLessThan(0.10, "share of the tone's amplitude");

        static double WorstError(List<short> heard)
        {
            const int Window = 480;
            var pcm = heard.ToArray();
            var worst = 0.0;
            for (var at = 48000; at + Window <= pcm.Length; at += Window)
                worst = Math.Max(worst, Residual(pcm.AsSpan(at, Window)));
            return worst;
        }
    }

    [Fact]
    public void WhoSaysThatHeIsSilent_IsNotHeardAndNotDecoded()
    {
        var room = new TestRoom();
        var listener = new TestPhone(AudioCodec.G722, 100) { Talks = false };
        room.Add(listener, 1);
        var claims = new TestPhone(AudioCodec.Opus, 440, peak: 300) { Levels = [100] };
        var leg = room.Add(claims, 2, options => options with { SenderLevelExtensionId = 1 });
        room.Run(2000);
        leg.Receiver.Jitter.UndecodedSamples.ShouldBeGreaterThan(80 * 960);
        listener.Hears(440).ShouldBeFalse();
        claims.Levels = [30];
        room.Run(1000);
        listener.Hears(440).ShouldBeTrue();
    }

    [Fact]
    public void AQuietTalker_IsBroughtUp_AndWhoWantsNoneOfItIsNot()
    {
        Heard(hasGainControl: true).ShouldBe(1000 * Math.Pow(10, 12 / 20.0), 800);
        Heard(hasGainControl: false).ShouldBe(1000, 150);

        static double Heard(bool hasGainControl)
        {
            var room = new TestRoom();
            var listener = new TestPhone(AudioCodec.Opus, 100) { Talks = false };
            room.Add(listener, 1);
            room.Add(new TestPhone(AudioCodec.Pcma, 440, peak: 1000), 2, options => options with { HasGainControl = hasGainControl });
            room.Run(12_000);
            return ToneMeter.AmplitudeOf(listener.Last(500), 440, 48000);
        }
    }

    [Fact]
    public void WhereThePeerWantsNoPauses_NothingIsSentInThem()
    {
        var room = new TestRoom();
        var dtx = room.Add(new TestPhone(AudioCodec.Opus, 100) { Talks = false, Opus = OpusFormat.Parse("usedtx=1") }, 1);
        var always = room.Add(new TestPhone(AudioCodec.Opus, 200) { Talks = false }, 2);
        room.Run(4000);
        always.Statistics.PacketsSent.ShouldBe(200);
        dtx.Statistics.PacketsSent.ShouldBeLessThan(100);
    }

    /// <summary>How much of a window is not the tone of 440 Hz, as a share of the tone's amplitude: what stays when the best sine is taken out.</summary>
    static double Residual(ReadOnlySpan<short> pcm)
    {
        double ss = 0, cc = 0, sc = 0, xs = 0, xc = 0;
        for (var i = 0; i < pcm.Length; i++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * 440 * i / 48000);
            (ss, cc, sc, xs, xc) = (ss + (s * s), cc + (c * c), sc + (s * c), xs + (pcm[i] * s), xc + (pcm[i] * c));
        }

        var determinant = (ss * cc) - (sc * sc);
        var a = ((xs * cc) - (xc * sc)) / determinant;
        var b = ((xc * ss) - (xs * sc)) / determinant;
        var error = 0.0;
        for (var i = 0; i < pcm.Length; i++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * 440 * i / 48000);
            error += Math.Pow(pcm[i] - (a * s) - (b * c), 2);
        }

        return Math.Sqrt(2 * error / pcm.Length) / 6000;
    }
}

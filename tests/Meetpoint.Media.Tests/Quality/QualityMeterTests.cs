using Meetpoint.Media.Codecs;
using Meetpoint.Media.Quality;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Quality;

/// <summary>The meter on rooms whose packets are lost, late or all there, in virtual time.</summary>
public sealed class QualityMeterTests
{
    const double PoorBelow = 3.1;

    [Fact]
    public void Take_RoomOfLossyLeg_ScoreFallsAndRecovers()
    {
        var room = new TestRoom();
        var leg = room.Add(new TestPhone(AudioCodec.Pcma, 440), 1);
        var meter = new QualityMeter(PoorBelow);
        var random = new Random(5);

        Windows(room, leg, meter, 2);
        meter.Up.Score!.Value.ShouldBeGreaterThan(4.2, "nothing was lost");
        var lossless = meter.Up.Score;

        // Those that are not sent have been numbered all the same: the room sees gaps.
        Windows(room, leg, meter, 2, _ => random.NextDouble() >= 0.2);
        meter.Up.Loss.ShouldBeInRange(0.15, 0.25);
        meter.Up.Score!.Value.ShouldBeLessThan(PoorBelow, "a fifth was lost");
        meter.PoorMs.ShouldBe(20_000);

        Windows(room, leg, meter, 2);
        meter.Up.Score!.Value.ShouldBe(lossless!.Value, 0.1);
        meter.Up.Worst!.Value.ShouldBeLessThan(PoorBelow);
        meter.Up.Average!.Value.ShouldBeInRange(meter.Up.Worst.Value, lossless.Value);
        meter.PoorMs.ShouldBe(20_000);
        meter.MeasuredMs.ShouldBe(60_000);
        meter.ConcealedMs.ShouldBeGreaterThan(2_000, "lost audio is made up");
        meter.Down.IsKnown.ShouldBeFalse("this phone sends no RTCP");
    }

    [Fact]
    public void Take_LateAsMuchAsLost_CountsAsUnheard()
    {
        var meter = new QualityMeter(PoorBelow);
        var start = new QualityCounts { Incoming = EquipmentImpairment.G711 };
        meter.Take(start, MonotonicTime.Second);
        meter.Take(start with { Received = 500, Late = 100 }, 11 * MonotonicTime.Second).ShouldBeTrue();
        meter.Up.Loss.ShouldBe(0.2, 0.001);
    }

    [Fact]
    public void Take_SilentMicrophone_SaysNothing()
    {
        var meter = new QualityMeter(PoorBelow);
        meter.Take(new QualityCounts { Incoming = EquipmentImpairment.Opus }, MonotonicTime.Second);
        meter.Take(new QualityCounts { Incoming = EquipmentImpairment.Opus, Received = 20, Lost = 20 }, 11 * MonotonicTime.Second).ShouldBeTrue();
        meter.Score.ShouldBeNull();
        meter.PoorMs.ShouldBe(0);
    }

    [Fact]
    public void Take_LossInBursts_IsWorseThanTheSameSpreadOut()
    {
        Score(gaps: 50).ShouldBeGreaterThan(Score(gaps: 10));

        static double Score(long gaps)
        {
            var meter = new QualityMeter(PoorBelow);
            meter.Take(new QualityCounts { Incoming = EquipmentImpairment.G711 }, MonotonicTime.Second);
            meter.Take(new QualityCounts { Incoming = EquipmentImpairment.G711, Received = 450, Lost = 50, Gaps = gaps }, 11 * MonotonicTime.Second);
            return meter.Up.Score!.Value;
        }
    }

    [Fact]
    public void Take_ReportsOfPeer_TellWhatItHears()
    {
        var meter = new QualityMeter(PoorBelow);
        var counts = new QualityCounts { Outgoing = EquipmentImpairment.G711, RemoteReports = 1, RemoteExpected = 100, RoundTripMs = 40 };
        meter.Take(counts, MonotonicTime.Second);
        meter.Take(counts with { RemoteReports = 3, RemoteExpected = 600, RemoteLost = 100, RemoteJitterMs = 12 }, 11 * MonotonicTime.Second);
        meter.Down.Loss.ShouldBe(0.2, 0.001);
        meter.Down.JitterMs.ShouldBe(12);
        meter.Down.DelayMs.ShouldBe(64, 0.001, "half the round trip, twice the jitter, a packet");
        meter.Score!.Value.ShouldBeLessThan(PoorBelow);
        meter.Up.IsKnown.ShouldBeFalse();

        // One window without a report is believed, a second is not.
        meter.Take(counts with { RemoteReports = 3, RemoteExpected = 600, RemoteLost = 100 }, 21 * MonotonicTime.Second);
        meter.Down.Score.ShouldNotBeNull();
        meter.Take(counts with { RemoteReports = 3, RemoteExpected = 600, RemoteLost = 100 }, 31 * MonotonicTime.Second);
        meter.Down.Score.ShouldBeNull();
    }

    [Fact]
    public void Take_TwoRoomsAcrossALossyLink_EachMeasuresWhatTheOtherReports()
    {
        var near = new TestRoom(seed: 2);
        var far = new TestRoom(seed: 3) { NowNs = near.NowNs };
        var options = new TestPhone(AudioCodec.Pcma, 440).Options(9);
        var (here, there) = (near.Room.AddLeg(options, near.NowNs)!, far.Room.AddLeg(options, far.NowNs)!);
        var (sent, reported) = (0, 0);
        near.OnSend = (_, packet) =>
        {
            if (sent++ % 5 != 0)
                far.Room.OnRtp(there, packet, near.NowNs);
        };
        far.OnSend = (_, packet) => near.Room.OnRtp(here, packet, near.NowNs);
        var (ours, theirs) = (new QualityMeter(PoorBelow), new QualityMeter(PoorBelow));
        for (var i = 0; i < 40_000 / MediaRoomOptions.TickMs; i++)
        {
            near.Run(MediaRoomOptions.TickMs);
            far.Run(MediaRoomOptions.TickMs);
            for (; reported < far.Reports.Count; reported++)
                near.Room.OnRtcp(here, far.Reports[reported], near.NowNs);
            ours.Take(QualityCounts.Of(here.Statistics), near.NowNs);
            theirs.Take(QualityCounts.Of(there.Statistics), near.NowNs);
        }

        theirs.Up.Loss.ShouldBe(0.2, 0.01);
        ours.Down.Loss.ShouldBe(0.2, 0.03, "what the far side reported");
        ours.Up.Loss.ShouldBe(0);
        ours.Down.Score!.Value.ShouldBe(theirs.Up.Score!.Value, 0.3);
    }

    static void Windows(TestRoom room, MediaLeg leg, QualityMeter meter, int count, Func<MediaLeg, bool>? comes = null)
    {
        for (var until = meter.Windows + count; meter.Windows < until;)
        {
            if (comes is null || comes(leg))
                room.Run(MediaRoomOptions.TickMs);
            else
                room.Lose(leg);
            meter.Take(QualityCounts.Of(leg.Statistics), room.NowNs);
        }
    }
}

using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Quality;
using Meetpoint.Media.Quality;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Exchange.Tests.Quality;

/// <summary>A leg's figures, when it is an alarm, and in what words pages hear of it.</summary>
public sealed class LegMeterTests
{
    static readonly QualityOptions _options = new();

    QualityCounts _counts = new() { Incoming = EquipmentImpairment.G711 };
    VideoStatistics _pictures;
    long _nowNs = MonotonicTime.Second;

    [Fact]
    public void IsPoor_AfterTwoPoorWindows_UntilTwoThatAreNot()
    {
        var meter = Begun();
        Window(meter, lost: 200).ShouldBeFalse("one is not enough");
        Window(meter, lost: 0).ShouldBeFalse();
        Window(meter, lost: 200).ShouldBeFalse("they must be running");
        Window(meter, lost: 200).ShouldBeTrue();
        Window(meter, lost: 0).ShouldBeTrue();
        Window(meter, lost: 200).ShouldBeTrue();
        Window(meter, lost: 0).ShouldBeTrue();
        Window(meter, lost: 0).ShouldBeFalse();
        meter.Figures!.PoorSeconds.ShouldBe(40);
        meter.Figures.MeasuredSeconds.ShouldBe(80);
    }

    [Fact]
    public void IsPoor_NothingIsHeardAnyMore_IsNot()
    {
        var meter = Begun();
        Window(meter, lost: 200);
        Window(meter, lost: 200).ShouldBeTrue();
        Window(meter, lost: 0, received: 0);
        Window(meter, lost: 0, received: 0).ShouldBeFalse();
        meter.Figures!.Up!.Score.ShouldBeNull();
        meter.Figures.Up.Worst.ShouldNotBeNull("what was stays told");
    }

    [Fact]
    public void Figures_BeforeAnythingWasHeard_AreNone()
    {
        var meter = Begun();
        Window(meter, lost: 0, received: 0);
        meter.Figures.ShouldBeNull();
    }

    [Fact]
    public void Figures_OfPictures_AreOfTheWindow()
    {
        var meter = Begun();
        Window(meter, lost: 0);
        _pictures = _pictures with { PacketsReceived = 900, PacketsLost = 100, BytesReceived = 1_250_000, BytesSent = 125_000, RemoteLoss = 0.05, KeyframesWanted = 3 };
        Window(meter, lost: 0);
        meter.Figures!.Video.ShouldBe(new PictureFigures(0.1, 0.05, 1_000_000, 100_000, 0, 0, 3));
        Window(meter, lost: 0);
        meter.Figures!.Video.ShouldBeNull("nothing went either way");
    }

    [Theory]
    [InlineData(4.2, null, 0, 0, "good", "good")]
    [InlineData(3.4, 2.9, 0, 0, "fair", "poor")]
    [InlineData(4.2, 4.2, 0.05, 0.2, "fair", "poor")]
    [InlineData(2.0, 4.2, 0.05, 0, "poor", "good")]
    public void Grade_IsTheWorseOfSoundAndPictures(double up, double? down, double pictureUp, double pictureDown, string upWord, string downWord)
    {
        var quality = new LegQuality
        {
            Leg = QualityLeg.Participant,
            Up = new DirectionFigures { Score = up },
            Down = down is null ? null : new DirectionFigures { Score = down },
            Video = new PictureFigures(pictureUp, pictureDown, 1, 1, 0, 0, 0),
        };
        (QualityGrade.Up(quality, _options), QualityGrade.Down(quality, _options)).ShouldBe((upWord, downWord));
    }

    LegMeter Begun()
    {
        var meter = new LegMeter(QualityLeg.Participant, _options);
        meter.Take(_counts, _pictures, _nowNs).ShouldBeFalse();
        return meter;
    }

    bool Window(LegMeter meter, long lost, long received = 500)
    {
        _nowNs += QualityMeter.WindowNs;
        _counts = _counts with { Received = _counts.Received + received - Math.Min(lost, received), Lost = _counts.Lost + lost };
        meter.Take(_counts, _pictures, _nowNs).ShouldBeTrue();
        return meter.IsPoor;
    }
}

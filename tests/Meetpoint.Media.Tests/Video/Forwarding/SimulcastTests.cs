using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Bandwidth;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Forwarding;

/// <summary>Which layer of a camera a line is sent.</summary>
public sealed class SimulcastTests
{
    readonly TestVideoRoom _room = new(new VideoRoomOptions { Bandwidth = new BandwidthOptions { StartBitsPerSecond = 10_000_000 } });
    readonly TestCamera[] _layers =
    [
        new(1, VideoCodec.Vp8, 0x101) { Height = 180, Mid = "v", Rid = "q", PayloadBytes = 100 },
        new(2, VideoCodec.Vp8, 0x102) { Height = 360, Mid = "v", Rid = "h", PayloadBytes = 300, Timestamp = 900_000, Sequence = 65_500 },
        new(3, VideoCodec.Vp8, 0x103) { Height = 720, Mid = "v", Rid = "f", PayloadBytes = 1000, Timestamp = 5 },
    ];

    [Fact]
    public void SetView_UpAndDown_SwitchesAtKeyframesOnly()
    {
        var viewer = Join(360);
        _room.Run(1000);
        Source(viewer).ShouldBe(2);
        View(viewer, 720);
        Source(viewer).ShouldBe(3);
        View(viewer, 100);
        Source(viewer).ShouldBe(1);
        View(viewer, 181);
        Source(viewer).ShouldBe(2, "the least layer that is as large as the view");
        View(viewer, 2160);
        Source(viewer).ShouldBe(3, "nothing larger comes");

        _room.Screen(viewer).ShouldBeDecodable();
        _room.Screen(viewer).Sources()[^5..].ShouldBe([2, 3, 1, 2, 3]);
        _room.ShownIn(viewer, 0).ShouldBe([1u], "it is one participant all the time");
    }

    [Fact]
    public void OnRtp_LayersBeginOneAfterAnother_EachIsTakenAtItsFirstKeyframe()
    {
        var sender = Sender();
        var viewer = _room.Add(2);
        foreach (var layer in _layers)
        {
            _room.Connect(sender, layer);
            _room.Run(300);
        }

        _room.Screen(viewer).ShouldBeDecodable();
        _room.Screen(viewer).Sources().ShouldBe([1, 2, 3]);
        _room.KeyframeRequests.ShouldBeEmpty("each layer began with one");
    }

    [Fact]
    public void Tick_UpperLayerStops_NextOneIsTaken()
    {
        var viewer = Join(720);
        _room.Run(1000);
        Source(viewer).ShouldBe(3);
        _room.Disconnect(_layers[2]);
        _room.Run(2000);
        Source(viewer).ShouldBe(2);
        _room.Screen(viewer).ShouldBeDecodable();
        _room.Connect(_room.Room.Peers[0], _layers[2]);
        _room.Run(1500);
        Source(viewer).ShouldBe(3);
        _room.Screen(viewer).ShouldBeDecodable();
    }

    [Fact]
    public void OnRtcp_ReceiverSaysThatItGetsLittle_LowerLayer()
    {
        var viewer = Join(720, options => options with { HasRemb = true });
        for (var i = 0; i < 40; i++)
        {
            _room.Rtcp(viewer, (ref writer) => writer.MaxBitrate(7, 5_000_000, []));
            _room.Run(100);
        }

        Source(viewer).ShouldBe(3);
        for (var i = 0; i < 40; i++)
        {
            _room.Rtcp(viewer, (ref writer) => writer.MaxBitrate(7, 300_000, []));
            _room.Run(100);
        }

        Source(viewer).ShouldBe(2);
        viewer.Statistics.EstimateBitsPerSecond.ShouldBeInRange(1, 300_000);
        _room.Events.ShouldContain(e => e.Kind == VideoEventKind.Estimate && e.Peer == viewer);
        _room.Screen(viewer).ShouldBeDecodable();
    }

    [Theory]
    [InlineData(long.MaxValue, 3)]
    [InlineData(300_000L, 2)]
    [InlineData(10_000L, 1)] // less than anybody sends: it has the smallest all the same
    public void ReceiverThatAsksForLess_IsSentThatLayer_HoweverWideTheWay(long bits, int source)
    {
        var viewer = Join(720, options => options with { MaxBitsPerSecond = bits });
        _room.Run(4000);
        Source(viewer).ShouldBe(source);
        _room.Screen(viewer).ShouldBeDecodable();
    }

    [Fact]
    public void OnRtp_LayerWithoutItsName_Rejected()
    {
        var sender = Sender();
        var nameless = new TestCamera(1, VideoCodec.Vp8, 0x101) { Mid = "v" };
        nameless.Next(true).ShouldAllBe(packet => !_room.Deliver(sender, packet, -1));
        sender.Statistics.PacketsRejected.ShouldBe(3);
    }

    VideoPeer Join(int height, Func<VideoPeerOptions, VideoPeerOptions>? change = null)
    {
        var sender = Sender();
        foreach (var layer in _layers)
            _room.Connect(sender, layer);
        return _room.Add(2, change: options =>
        {
            options = options with { Outputs = [options.Outputs[0] with { MaxHeight = height }] };
            return change is null ? options : change(options);
        });
    }

    VideoPeer Sender() => _room.Add(1, lines: 0, change: options => options with
    {
        Inputs = [new VideoInput { Id = 0, Mid = "v", Formats = [TestVideoRoom.Vp8], Rids = ["q", "h", "f"] }],
    });

    void View(VideoPeer viewer, int height)
    {
        _room.Room.SetView(viewer, 0, height, _room.NowNs);
        _room.Run(1500);
    }

    int Source(VideoPeer viewer) => _room.Screen(viewer).Pictures()[^1].Source;
}

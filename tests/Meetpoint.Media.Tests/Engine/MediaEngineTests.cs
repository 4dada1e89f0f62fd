using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Jitter;
using Meetpoint.Media.Prompts;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Tests.Kit;
using Meetpoint.Media.Tests.Recording;
using Meetpoint.Media.Tests.Video.Kit;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Shouldly;

namespace Meetpoint.Media.Tests.Engine;

public sealed class MediaEngineTests : IMediaRoomEvents
{
    const long Second = MonotonicTime.Second;
    readonly VirtualWorld _world = new(42);
    readonly VirtualHost _server;
    readonly VirtualHost _phones;
    readonly VirtualEventLoop _signalling;
    readonly VirtualEventLoop _phoneLoop;
    readonly MediaEngine _engine;
    readonly List<MediaEvent> _events = [];
    readonly List<bool> _onSignalling = [];
    int _nextPhonePort = 4000;

    public MediaEngineTests()
    {
        _server = _world.Network.AddHost("192.0.2.10");
        _phones = _world.Network.AddHost("192.0.2.20");
        _signalling = _world.CreateLoop("signalling");
        _phoneLoop = _world.CreateLoop("phones");
        _engine = new MediaEngine(
            _server,
            [_world.CreateLoop("media-0"), _world.CreateLoop("media-1")],
            new MediaEngineOptions { BindAddress = NetAddress.Parse("192.0.2.10:0"), MinPort = 30000, MaxPort = 30099, Randomness = new SeededRandomness(1) });
    }

    [Fact]
    public void AddLeg_ThreePhones_EachHearsTheOthersOverTheNetwork()
    {
        _world.Network.DefaultConditions = new LinkConditions
        {
            LatencyNs = 20 * MonotonicTime.Millisecond, JitterNs = 10 * MonotonicTime.Millisecond, Loss = 0.02, Reordering = 0.01,
        };
        var room = _engine.CreateRoom("r", this, _signalling);
        var phones = new[] { 400, 700, 1000 }.Select((hz, i) => Join(room, AudioCodec.All[i], hz, (uint)i + 1).Phone).ToArray();
        _world.RunFor(5 * Second);

        for (var listener = 0; listener < 3; listener++)
        {
            for (var talker = 0; talker < 3; talker++)
                phones[listener].Phone.Hears(400 + (talker * 300)).ShouldBe(listener != talker, $"phone {listener}, tone of {talker}");
        }

        _events.Count(e => e.Kind == MediaEventKind.FirstPacket).ShouldBe(3);
        _events.ShouldContain(e => e.Kind == MediaEventKind.ActiveSpeaker);
        _onSignalling.ShouldAllBe(onLoop => onLoop);
    }

    [Fact]
    public void AddLeg_PortsOfRange_EvenUniqueAndGivenBack()
    {
        var room = _engine.CreateRoom("r", this, _signalling);
        var legs = Enumerable.Range(0, 34).Select(_ => room.AddLeg()!).ToList(); // 50 pairs; the other loop holds 8 in reserve
        legs.Select(leg => leg.LocalAddress.Port).Distinct().Count().ShouldBe(34);
        legs.ShouldAllBe(leg => leg.LocalAddress.Port % 2 == 0 && leg.LocalAddress.Port >= 30000 && leg.LocalAddress.Port < 30100);
        _world.RunFor(Second);
        room.Close();
        _world.RunFor(Second);

        _events.Count(e => e.Kind == MediaEventKind.LegRemoved).ShouldBe(34);
        _events.ShouldNotContain(e => e.Kind == MediaEventKind.LegFailed);
        _engine.FreePortPairs.ShouldBe(50 - 16); // but for the reserves
    }

    [Fact]
    public void AddLeg_RangeExhausted_IsRefused()
    {
        var room = _engine.CreateRoom("r", this, _signalling);
        var legs = Enumerable.Range(0, 60).Select(_ => room.AddLeg()).ToList();
        _world.RunFor(Second);
        legs.Count(leg => leg is null).ShouldBeGreaterThanOrEqualTo(10);
    }

    [Fact]
    public void SetRemote_PeerBehindNat_IsAnsweredWhereItIsAndStrangerIsNotHeard()
    {
        var room = _engine.CreateRoom("r", this, _signalling);
        var (leg, phone) = Join(room, AudioCodec.Pcmu, 400, 1, signalled: NetAddress.Parse("10.0.0.1:9999"));
        var (_, other) = Join(room, AudioCodec.Pcmu, 700, 2);
        _world.RunFor(2 * Second);
        var strangerHost = _world.Network.AddHost("203.0.113.5");
        var stranger = new NetworkPhone(
            strangerHost, _phoneLoop, NetAddress.Parse("203.0.113.5:5000"), leg.LocalAddress, new TestPhone(AudioCodec.Pcmu, 1900, ssrc: phone.Phone.Ssrc));
        _world.RunFor(2 * Second);

        phone.Phone.Hears(700).ShouldBeTrue();
        other.Phone.Hears(400).ShouldBeTrue();
        other.Phone.Hears(1900).ShouldBeFalse();
        stranger.Phone.Heard.ShouldBeEmpty();
    }

    [Fact]
    public void WhoOnlyListensForLong_IsHeardWhenHeBegins()
    {
        var room = _engine.CreateRoom("r", this, _signalling);
        var (leg, phone) = Join(room, AudioCodec.Pcmu, 400, 1);
        var (_, other) = Join(room, AudioCodec.Pcmu, 700, 2);
        phone.Sends = false;
        _world.RunFor(5 * Second);
        leg.Statistics.PacketsReceived.ShouldBe(0);
        phone.Phone.Hears(700).ShouldBeTrue();

        // His port is asked every third tick by now, and each again from then on.
        phone.Sends = true;
        _world.RunFor(Second);
        other.Phone.Hears(400).ShouldBeTrue();
        _world.RunFor(2 * Second);
        leg.Statistics.PacketsReceived.ShouldBeInRange(140, 151);
        leg.Statistics.ConcealedMs.ShouldBe(0);
        leg.Statistics.DelayMs.ShouldBeLessThan(JitterBuffer.MinDelayMs + 25);
        phone.Sends = false;
        _world.RunFor(5 * Second);
        phone.Sends = true;
        _world.RunFor(Second);
        other.Phone.Hears(400).ShouldBeTrue("after another pause");
    }

    [Fact]
    public void Remove_Leg_FinalCountsAndGoodbye()
    {
        var room = _engine.CreateRoom("r", this, _signalling);
        var (leg, phone) = Join(room, AudioCodec.Pcmu, 400, 1, muxed: true);
        _world.RunFor(3 * Second);
        leg.Remove();
        _world.RunFor(Second / 10);

        _events[^1].Kind.ShouldBe(MediaEventKind.LegRemoved);
        leg.Statistics.PacketsReceived.ShouldBeInRange(145, 151);
        leg.Statistics.PacketsSent.ShouldBeInRange(145, 151);
        leg.Statistics.LastPacketNs.ShouldBeGreaterThan(leg.Statistics.FirstPacketNs);
        phone.Reports.ShouldBeGreaterThan(0);
        var heard = phone.Phone.Heard.Count;
        _world.RunFor(Second);
        phone.Phone.Heard.Count.ShouldBe(heard);
    }

    [Fact]
    public void Controls_MuteDeafenHoldPlay_TakeEffect()
    {
        var room = _engine.CreateRoom("r", this, _signalling);
        var (leg, phone) = Join(room, AudioCodec.Pcmu, 400, 1);
        var (_, other) = Join(room, AudioCodec.Pcmu, 700, 2);
        leg.Mute(true);
        leg.Deafen(true);
        leg.Play(Prompt.LobbyWait);
        _world.RunFor(2 * Second);
        other.Phone.Hears(400).ShouldBeFalse();
        phone.Phone.Hears(700, 1500).ShouldBeFalse();
        ToneMeter.Contains(phone.Phone.Heard.ToArray().AsSpan(0, 2400), 440, 8000).ShouldBeTrue();

        leg.Mute(false);
        leg.Deafen(false);
        leg.StopPrompt();
        _world.RunFor(2 * Second);
        other.Phone.Hears(400).ShouldBeTrue();
        phone.Phone.Hears(700).ShouldBeTrue();

        leg.SetDirection(MediaDirection.Inactive);
        _world.RunFor(Second);
        var heard = phone.Phone.Heard.Count;
        _world.RunFor(Second);
        phone.Phone.Heard.Count.ShouldBe(heard);
        other.Phone.Hears(400).ShouldBeFalse();
    }

    [Fact]
    public void OnDatagram_Garbage_NothingBreaks()
    {
        var room = _engine.CreateRoom("r", this, _signalling);
        var (leg, phone) = Join(room, AudioCodec.Pcmu, 400, 1);
        var (_, other) = Join(room, AudioCodec.G722, 700, 2);
        var random = new Random(9);
        var socket = _phones.OpenDatagram(NetAddress.Parse("192.0.2.20:3000"), _phoneLoop, phone);
        for (var i = 0; i < 2000; i++)
        {
            var datagram = new byte[random.Next(0, 1500)];
            random.NextBytes(datagram);
            if (datagram.Length > 0 && i % 2 == 0)
                datagram[0] = (byte)(0x80 | (datagram[0] & 0x3F));
            _phoneLoop.Post(() => socket.Send(datagram, leg.LocalAddress.WithPort(leg.LocalAddress.Port + (datagram.Length & 1))));
            _world.RunFor(2 * MonotonicTime.Millisecond);
        }

        _world.RunFor(2 * Second);
        phone.Phone.Hears(700).ShouldBeTrue();
        other.Phone.Hears(400).ShouldBeTrue();
    }

    [Fact]
    public void Hide_BeforeAnyPictures_MakesNoRoomForThem_AndHoldsOnceThereAre()
    {
        var room = _engine.CreateRoom("r", this, _signalling);
        var leg = Join(room, AudioCodec.Pcmu, 400, 1).Leg;
        room.Hide(1, true);
        room.Hide(2, true);
        room.Hide(2, false);
        _world.RunFor(Second / 10);
        room.HasVideo.ShouldBeFalse("telephones have no pictures");

        Show(room, leg, 1);
        Show(room, Join(room, AudioCodec.Pcmu, 700, 2).Leg, 2);
        _world.RunFor(2 * Second);
        Shown(room, 1).ShouldBe(2u, "2 was shown again before there were pictures");
        Shown(room, 2).ShouldBe(0u, "1 is hidden since before there were pictures");
        room.Hide(1, false);
        _world.RunFor(Second);
        Shown(room, 2).ShouldBe(1u);
    }

    void IMediaRoomEvents.OnMediaEvent(in MediaEvent e)
    {
        _onSignalling.Add(_signalling.IsCurrent);
        _events.Add(e);
    }

    (MediaLegHandle Leg, NetworkPhone Phone) Join(
        MediaRoomHandle room, AudioCodec codec, int hz, uint participantId, NetAddress signalled = default, bool muxed = false)
    {
        var phone = new TestPhone(codec, hz);
        var leg = room.AddLeg(phone.Options(participantId)).ShouldNotBeNull();
        var local = NetAddress.Parse("192.0.2.20:0").WithPort(_nextPhonePort += 2);
        leg.SetRemote(signalled.IsSet ? signalled : local, controlMuxed: muxed);
        return (leg, new NetworkPhone(_phones, _phoneLoop, local, leg.LocalAddress, phone));
    }

    /// <summary>A camera beside a phone, and a screen of one line.</summary>
    void Show(MediaRoomHandle room, MediaLegHandle leg, uint participantId)
    {
        var video = room.AddVideo(leg);
        var address = video.OpenLine(0).ShouldNotBeNull();
        var local = NetAddress.Parse("192.0.2.20:0").WithPort(_nextPhonePort += 2);
        VideoFormat[] formats = [new(TestCamera.Vp8Type, VideoCodec.Vp8)];
        video.SetRemote(0, local, default, controlMuxed: true, protection: null);
        video.Configure(new VideoPeerOptions
        {
            ParticipantId = participantId,
            Inputs = [new VideoInput { Id = 0, Formats = formats }],
            Outputs = [new VideoOutput { Id = 0, Formats = formats }],
            HasSeparateLines = true,
            HasPli = true,
        });
        _ = new NetworkCamera(_phones, _phoneLoop, local, address, new TestCamera((int)participantId, VideoCodec.Vp8, 1_000 + participantId));
    }

    /// <summary>Whom the screen of a participant shows; 0 for nobody.</summary>
    static uint Shown(MediaRoomHandle room, uint participantId) => room.Video.Peers.Single(peer => peer.Options.ParticipantId == participantId).ShownIn(0);
}

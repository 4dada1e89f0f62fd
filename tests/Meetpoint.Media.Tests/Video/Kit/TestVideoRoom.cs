using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video;
using Meetpoint.Net;
using Shouldly;

namespace Meetpoint.Media.Tests.Video.Kit;

/// <summary>A video room with screens on its lines, in virtual time and without a network.</summary>
sealed class TestVideoRoom : IVideoOutput, IVideoRoomEvents
{
    public const long PictureNs = MonotonicTime.Second / 30;

    public static readonly VideoFormat Vp8 = new(TestCamera.Vp8Type, VideoCodec.Vp8, TestCamera.Vp8RtxType);
    public static readonly VideoFormat H264 = new(TestCamera.H264Type, VideoCodec.H264, TestCamera.H264RtxType);

    readonly Dictionary<(VideoPeer Peer, int Line), TestScreen> _screens = [];
    readonly List<(VideoPeer Peer, TestCamera Camera, int InputId)> _cameras = [];
    long _nextTickNs;

    public TestVideoRoom(VideoRoomOptions? options = null, int seed = 1)
    {
        Room = new VideoRoom(options ?? new VideoRoomOptions(), this, this, seed);
        _nextTickNs = NowNs;
    }

    public VideoRoom Room { get; }

    public long NowNs { get; set; } = 10 * MonotonicTime.Second;

    public List<VideoEvent> Events { get; } = [];

    /// <summary>RTCP that went out.</summary>
    public List<(VideoPeer Peer, int Line, byte[] Packet)> Reports { get; } = [];

    /// <summary>RTP that went out; false loses it.</summary>
    public Func<VideoPeer, int, byte[], bool>? OnSend { get; set; }

    /// <summary>Called with each picture of the cameras: what has come from elsewhere is delivered.</summary>
    public Action? OnTick { get; set; }

    /// <summary>Cameras hear keyframe requests.</summary>
    public bool AnswersKeyframeRequests { get; set; } = true;

    /// <summary>Sources of which a keyframe was asked, in order.</summary>
    public List<(uint Ssrc, long AtNs)> KeyframeRequests { get; } = [];

    public HashSet<uint> WantsKeyframe { get; } = [];

    /// <summary>Adds a peer that sends one camera and is shown some lines.</summary>
    public VideoPeer Add(uint participant, TestCamera? camera = null, int lines = 1, Func<VideoPeerOptions, VideoPeerOptions>? change = null)
    {
        var options = Options(participant, camera is not null, lines);
        var peer = Room.AddPeer(change is null ? options : change(options), NowNs, participant).ShouldNotBeNull();
        if (camera is not null)
            Connect(peer, camera);
        return peer;
    }

    public void Connect(VideoPeer peer, TestCamera camera, int inputId = -1) => _cameras.Add((peer, camera, inputId));

    public void Disconnect(TestCamera camera) => _cameras.RemoveAll(one => one.Camera == camera);

    public static VideoPeerOptions Options(uint participant, bool sends, int lines) => new()
    {
        ParticipantId = participant,
        Inputs = sends ? [new VideoInput { Id = 0, Mid = "v", Formats = [Vp8, H264] }] : [],
        Outputs = [.. Enumerable.Range(0, lines).Select(id => new VideoOutput { Id = id, Formats = [Vp8, H264] })],
        MidExtensionId = TestCamera.MidId,
        RidExtensionId = TestCamera.RidId,
        RepairedRidExtensionId = TestCamera.RepairedRidId,
        HasNack = true,
        HasPli = true,
    };

    public TestScreen Screen(VideoPeer peer, int line = 0)
    {
        if (!_screens.TryGetValue((peer, line), out var screen))
            _screens.Add((peer, line), screen = new TestScreen());
        return screen;
    }

    /// <summary>Lets time pass; every camera sends 30 pictures a second, and a keyframe when asked.</summary>
    public void Run(int milliseconds)
    {
        var end = NowNs + (milliseconds * MonotonicTime.Millisecond);
        while (NowNs + PictureNs <= end)
        {
            NowNs += PictureNs;
            foreach (var (peer, camera, inputId) in _cameras.ToArray())
                SendPicture(peer, camera, inputId);
            OnTick?.Invoke();
            while (_nextTickNs <= NowNs)
            {
                Room.Tick(NowNs);
                _nextTickNs += VideoRoom.TickMs * MonotonicTime.Millisecond;
            }
        }
    }

    public void SendPicture(VideoPeer peer, TestCamera camera, int inputId = -1)
    {
        foreach (var packet in camera.Next(WantsKeyframe.Remove(camera.Ssrc)))
            Deliver(peer, packet, inputId);
    }

    /// <summary>Sees packets on their way in; false loses one.</summary>
    public Func<VideoPeer, byte[], bool>? OnDeliver { get; set; }

    public bool Deliver(VideoPeer peer, byte[] packet, int inputId = -1) =>
        (OnDeliver is null || OnDeliver(peer, packet)) && Room.OnRtp(peer, (byte[])packet.Clone(), inputId, NowNs);

    /// <summary>A request of a receiver.</summary>
    public void Nack(VideoPeer peer, int line, params ushort[] sequences) => Rtcp(peer, (ref writer) => writer.Nack(7, peer.SsrcOf(line), sequences));

    public void AskKeyframe(VideoPeer peer, int line) => Rtcp(peer, (ref writer) => writer.PictureLoss(7, peer.SsrcOf(line)));

    public void Rtcp(VideoPeer peer, Write write)
    {
        var packet = new byte[1500];
        var writer = new RtcpWriter(packet);
        writer.ReceiverReport(7, default);
        write(ref writer);
        Room.OnRtcp(peer, packet.AsSpan(0, writer.Length), NowNs);
    }

    public void Send(VideoPeer peer, int lineId, ReadOnlySpan<byte> packet, bool rtcp)
    {
        if (rtcp)
        {
            Reports.Add((peer, lineId, packet.ToArray()));
            if (peer.Protection is null)
                HearRequests(packet);
            return;
        }

        if (OnSend is not null && !OnSend(peer, lineId, packet.ToArray()))
            return;
        RtpPacket.TryParse(packet, out var read, out _).ShouldBeTrue();
        if (read.Ssrc == peer.RtxSsrcOf(lineId))
            Screen(peer, lineId).TakeRetransmission(packet);
        else
            Screen(peer, lineId).Take(packet);
    }

    public void OnVideoEvent(in VideoEvent e) => Events.Add(e);

    /// <summary>Whom a line was said to show, one after another.</summary>
    public List<uint> ShownIn(VideoPeer peer, int line) =>
        [.. Events.Where(e => e.Kind == VideoEventKind.Shown && e.Peer == peer && e.LineId == line).Select(e => e.ParticipantId)];

    public delegate void Write(ref RtcpWriter writer);

    void HearRequests(ReadOnlySpan<byte> compound)
    {
        RtcpReader.TryOpen(compound, reducedSize: false, out var reader, out var error).ShouldBeTrue(error.ToString());
        while (reader.TryRead(out var packet))
        {
            if (packet.IsPictureLoss)
                Hear(packet.MediaSource);
            for (var i = 0; packet.TryGetFullIntraRequest(i, out var ssrc, out _); i++)
                Hear(ssrc);
        }
    }

    void Hear(uint ssrc)
    {
        KeyframeRequests.Add((ssrc, NowNs));
        if (AnswersKeyframeRequests)
            WantsKeyframe.Add(ssrc);
    }
}

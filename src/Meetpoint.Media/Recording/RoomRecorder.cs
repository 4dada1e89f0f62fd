using Meetpoint.Media.Rooms;
using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video;
using Meetpoint.Net;

namespace Meetpoint.Media.Recording;

/// <summary>
/// Takes down what a room sounds and looks like: a participant without a network. It is sent the mix that all silent listeners are, and two lines of pictures, who has the floor and what is
/// shown, of which content goes first.
/// </summary>
/// <remarks>Sans-I/O, on the room's media loop. Time is that of the loop, so that silence and missing pictures take as long as they took.</remarks>
sealed class RoomRecorder
{
    /// <summary>The id of who records: of no participant, whose ids are given from below.</summary>
    public const uint ParticipantId = uint.MaxValue;

    /// <summary>Line of who has the floor.</summary>
    public const int CameraLine = 0;

    /// <summary>Line of what is shown.</summary>
    public const int ContentLine = 1;

    const byte OpusPayloadType = 111, Vp8PayloadType = 96, H264PayloadType = 98;
    const int PictureHeight = 720, ContentHeight = 2_160;

    /// <summary>More than any room sends in two lines: nothing is between the room and the file.</summary>
    const long BitsPerSecond = 12_000_000;

    /// <summary>By so much, in nanoseconds, the ticks of the sound may leave the clock: further off the loop has left ticks out.</summary>
    const long MaxSoundOffNs = 200 * MonotonicTime.Millisecond;

    static readonly VideoFormat[] _formats = [new(Vp8PayloadType, VideoCodec.Vp8), new(H264PayloadType, VideoCodec.H264)];

    readonly IRecordingOutput _output;
    readonly PictureLine _camera;
    readonly PictureLine _content;
    long _beganNs = -1;
    long _soundNs; // of the next frame of sound, from the begin
    long _pictureMs = -1;
    bool _isPaused;
    bool _seesCamera = true;
    bool _showsContent;

    /// <summary>One that begins at its first frame of sound.</summary>
    /// <param name="output">Takes the frames.</param>
    /// <param name="unixTimeOffsetNs">That of the room.</param>
    public RoomRecorder(IRecordingOutput output, long unixTimeOffsetNs)
    {
        _output = output;
        _camera = new PictureLine(this, unixTimeOffsetNs) { IsTaken = true };
        _content = new PictureLine(this, unixTimeOffsetNs);
    }

    /// <summary>What it is sent of sound: as a browser is that asks for nothing in particular, so that it is encoded for once.</summary>
    public static LegOptions Sound { get; } = new()
    {
        ParticipantId = ParticipantId, Send = new PayloadFormat(OpusPayloadType, Codecs.AudioCodec.Opus), Direction = MediaDirection.Send,
    };

    /// <summary>What it is sent of pictures.</summary>
    public static VideoPeerOptions Pictures { get; } = new()
    {
        ParticipantId = ParticipantId,
        Outputs =
        [
            new VideoOutput { Id = CameraLine, Formats = _formats, MaxHeight = PictureHeight },
            new VideoOutput { Id = ContentLine, Kind = VideoKind.Content, Formats = _formats, MaxHeight = ContentHeight },
        ],
        HasRemb = true,
    };

    /// <summary>Whatever is written is over: the file takes no more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>It is in the room as this peer.</summary>
    public static void OnAdded(VideoPeer peer) => peer.Bandwidth.OnMaxBitrate(BitsPerSecond);

    /// <summary>While it pauses nothing is taken down, and time goes on.</summary>
    public void Pause(bool isPaused)
    {
        _isPaused = isPaused;
        _camera.Break();
        _content.Break();
    }

    /// <summary>A packet of the mix, or a report of it.</summary>
    /// <param name="packet">As it is sent.</param>
    /// <param name="rtcp">It is a report.</param>
    /// <param name="nowNs">When the tick was due that made it.</param>
    public void OnSound(ReadOnlySpan<byte> packet, bool rtcp, long nowNs)
    {
        if (rtcp || !RtpPacket.TryParse(packet, out var sound, out _))
            return;
        if (_beganNs < 0)
            _beganNs = nowNs;
        var elapsedNs = nowNs - _beganNs;
        if (Math.Abs(elapsedNs - _soundNs) > MaxSoundOffNs)
            _soundNs = Math.Max(_soundNs, elapsedNs);
        var ms = _soundNs / MonotonicTime.Millisecond;
        _soundNs += MediaRoomOptions.TickNs;
        Write(ms, null, isKeyframe: true, sound.Payload);
    }

    /// <summary>A packet of a line, or RTCP about all of them.</summary>
    public void OnPicture(int lineId, ReadOnlySpan<byte> packet, bool rtcp, long nowNs)
    {
        if (rtcp)
        {
            OnReport(packet);
            return;
        }

        if (_beganNs < 0 || !RtpPacket.TryParse(packet, out var picture, out _))
            return;
        var line = lineId == ContentLine ? _content : _camera;
        line.Ssrc = picture.Ssrc;
        line.OnPacket(picture, picture.PayloadType == H264PayloadType ? VideoCodec.H264 : VideoCodec.Vp8, nowNs);
    }

    /// <summary>A line shows somebody, or nobody. Within the room's methods: the room is not called.</summary>
    public void OnShown(int lineId, uint participant)
    {
        if (lineId != ContentLine)
            return;
        _showsContent = participant != 0;
        if (_showsContent || !_content.IsTaken)
            return;
        (_content.IsTaken, _camera.IsTaken) = (false, true);
        _camera.Break();
    }

    /// <summary>Every 20 ms: what is lost is given up, and keyframes are asked for.</summary>
    public void Tick(VideoRoom room, VideoPeer peer, long nowNs)
    {
        if (_isPaused)
            return;
        _camera.Tick(nowNs);
        _content.Tick(nowNs);
        if (_seesCamera != _camera.IsTaken)
        {
            // What is not taken down need not be sent.
            _seesCamera = _camera.IsTaken;
            room.SetView(peer, CameraLine, _seesCamera ? PictureHeight : 0, nowNs);
        }

        if (_camera.IsTaken && _camera.TakeKeyframeWish(nowNs))
            room.RequestKeyframe(peer, CameraLine, nowNs);
        if (_showsContent && _content.TakeKeyframeWish(nowNs))
            room.RequestKeyframe(peer, ContentLine, nowNs);
    }

    void OnReport(ReadOnlySpan<byte> compound)
    {
        if (!RtcpReader.TryOpen(compound, reducedSize: true, out var reader, out _))
            return;
        while (reader.TryRead(out var packet))
        {
            if (packet.Type != RtcpType.SenderReport || !packet.TryGetNtpTime(out var ntp, out var timestamp))
                continue;
            foreach (var line in (ReadOnlySpan<PictureLine>)[_camera, _content])
            {
                if (line.Ssrc == packet.Ssrc)
                    line.OnReport(ntp, timestamp);
            }
        }
    }

    /// <summary>A picture of a line is whole.</summary>
    internal void OnPicture(PictureLine line, PictureTrack track, long atNs, bool isKeyframe, ReadOnlySpan<byte> picture)
    {
        if (line == _content && isKeyframe)
            (_content.IsTaken, _camera.IsTaken) = (true, false);
        if (!line.IsTaken)
            return;
        // Sources that take turns have each its own delay: a file goes forward all the same.
        var ms = Math.Max(_pictureMs + 1, (atNs - _beganNs) / MonotonicTime.Millisecond);
        _pictureMs = ms;
        Write(ms, track, isKeyframe, picture);
    }

    void Write(long ms, PictureTrack? track, bool isKeyframe, ReadOnlySpan<byte> bytes)
    {
        if (_isPaused || IsOver)
            return;
        var frame = RecordedFrame.Of(ms, track, isKeyframe, bytes);
        if (_output.TryWrite(in frame))
            return;
        frame.Release();
        IsOver = true;
    }
}

/// <summary>Where a recorder's frames go.</summary>
interface IRecordingOutput
{
    /// <summary>Takes a frame, whose bytes it gives back; false when it takes no more, and then the bytes are still the caller's. Never waits.</summary>
    bool TryWrite(in RecordedFrame frame);
}

using Meetpoint.Media.Recording;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;

namespace Meetpoint.Media.Engine;

/// <summary>A recording as its owner holds it: every method may be called from any thread and takes effect on the room's media loop, in order.</summary>
public sealed class RecorderHandle
{
    readonly MediaRoomHandle _room;
    readonly RecordingWriter _writer;
    readonly RoomRecorder _recorder;
    MediaLeg? _leg; // on the loop
    VideoPeer? _peer;
    bool _isOver;

    internal RecorderHandle(MediaRoomHandle room, RecordingOptions options, long unixTimeOffsetNs)
    {
        _room = room;
        _writer = new RecordingWriter(options);
        _recorder = new RoomRecorder(_writer, unixTimeOffsetNs);
        _room.Loop.Post(Begin);
    }

    /// <summary>While it pauses nothing is taken down, and its time goes on.</summary>
    public void Pause(bool isPaused) => _room.Loop.Post(() => _recorder.Pause(isPaused));

    /// <summary>Ends it; <see cref="RecordingOptions.Ended"/> tells when its files are whole.</summary>
    public void Stop() => _room.Loop.Post(End);

    /// <summary>On the loop.</summary>
    internal void OnSound(ReadOnlySpan<byte> packet, bool rtcp) => _recorder.OnSound(packet, rtcp, _room.TickNs);

    /// <summary>On the loop.</summary>
    internal void OnPicture(int lineId, ReadOnlySpan<byte> packet, bool rtcp) => _recorder.OnPicture(lineId, packet, rtcp, _room.Loop.NowNs);

    /// <summary>On the loop.</summary>
    internal void OnVideoEvent(in VideoEvent e)
    {
        if (e.Kind == VideoEventKind.Shown)
            _recorder.OnShown(e.LineId, e.ParticipantId);
    }

    /// <summary>On the loop.</summary>
    internal void Tick(long nowNs)
    {
        if (_recorder.IsOver)
            End();
        else if (_peer is { } peer)
            _recorder.Tick(_room.Video, peer, nowNs);
    }

    /// <summary>On the loop.</summary>
    internal void End()
    {
        if (_isOver)
            return;
        _isOver = true;
        _room.Detach(this);
        if (_peer is { } peer)
            _room.Video.RemovePeer(peer, _room.Loop.NowNs);
        if (_leg is { } leg)
            _room.Room.RemoveLeg(leg, _room.Loop.NowNs);
        (_peer, _leg) = (null, null);
        _writer.End();
    }

    void Begin()
    {
        if (_isOver)
            return;
        _leg = _room.Room.AddLeg(RoomRecorder.Sound, _room.Loop.NowNs, _room.TakeLegId());
        if (_leg is null)
        {
            End();
            return;
        }

        _leg.Owner = this;
        _room.Attach(this);
        _peer = _room.Video.AddPeer(RoomRecorder.Pictures, _room.Loop.NowNs, this);
        if (_peer is { } peer)
            RoomRecorder.OnAdded(peer);
    }
}

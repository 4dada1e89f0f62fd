using Meetpoint.Media.Rtp;
using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Forwarding;
using Meetpoint.Net;

namespace Meetpoint.Media.Recording;

/// <summary>A line of pictures as it is taken down: packets into pictures, and their timestamps into the time of the room. On the media loop only.</summary>
sealed class PictureLine : IWholePictures
{
    /// <summary>A keyframe is asked for once in this time; the room asks the source no oftener than it thinks right.</summary>
    const long AskNs = MonotonicTime.Second;

    /// <summary>A picture was there no longer before it came than this, and never after it: a report that says so is of another time.</summary>
    const long MaxDelayNs = 2 * MonotonicTime.Second;

    readonly RoomRecorder _recorder;
    readonly PictureAssembler _assembler;
    readonly PacketOrder _order;
    readonly long _unixTimeOffsetNs;
    uint _reportTimestamp;
    long _reportNs;
    bool _isKnown;
    long _arrivalNs;
    long _nextAskNs;

    public PictureLine(RoomRecorder recorder, long unixTimeOffsetNs)
    {
        (_recorder, _unixTimeOffsetNs) = (recorder, unixTimeOffsetNs);
        _assembler = new PictureAssembler(this);
        _order = new PacketOrder(_assembler);
    }

    /// <summary>Source of the line.</summary>
    public uint Ssrc { get; set; }

    /// <summary>Its pictures go into the file.</summary>
    public bool IsTaken { get; set; }

    public void OnPacket(in RtpPacket packet, VideoCodec codec, long nowNs)
    {
        if (!_isKnown)
            (_isKnown, _reportTimestamp, _reportNs) = (true, packet.Timestamp, nowNs);
        _arrivalNs = nowNs;
        _order.Add(packet, codec, nowNs);
    }

    /// <summary>The sender's report says which time a timestamp is.</summary>
    public void OnReport(ulong ntp, uint timestamp) =>
        (_isKnown, _reportTimestamp, _reportNs) = (true, timestamp, NtpTime.UnixNsOf(ntp) - _unixTimeOffsetNs);

    public void Tick(long nowNs) => _order.Tick(_arrivalNs = nowNs);

    /// <summary>Up to the next keyframe nothing is taken.</summary>
    public void Break()
    {
        _assembler.Break();
        _nextAskNs = 0;
    }

    /// <summary>True when a keyframe is to be asked for now.</summary>
    public bool TakeKeyframeWish(long nowNs)
    {
        if (!_assembler.WantsKeyframe || nowNs < _nextAskNs)
            return false;
        _nextAskNs = nowNs + AskNs;
        return true;
    }

    void IWholePictures.OnPicture(PictureTrack track, uint timestamp, bool isKeyframe, ReadOnlySpan<byte> picture)
    {
        var atNs = _reportNs + ((long)(int)(timestamp - _reportTimestamp) * MonotonicTime.Second / SourceClock.Rate);
        if (atNs > _arrivalNs || atNs < _arrivalNs - MaxDelayNs)
            (_reportTimestamp, _reportNs, atNs) = (timestamp, _arrivalNs, _arrivalNs);
        _recorder.OnPicture(this, track, atNs, isKeyframe, picture);
    }
}

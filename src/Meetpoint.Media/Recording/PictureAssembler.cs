using Meetpoint.Media.Video;
using Meetpoint.Media.Video.Payloads;

namespace Meetpoint.Media.Recording;

/// <summary>Takes whole pictures.</summary>
interface IWholePictures
{
    /// <summary>A picture that can be decoded by those before it; the bytes are lent for the call.</summary>
    /// <param name="track">What a file says of it; the same object until a keyframe says otherwise.</param>
    /// <param name="timestamp">At 90 kHz.</param>
    /// <param name="isKeyframe">It needs no other.</param>
    /// <param name="picture">As a file has it: VP8 as it is, H.264 as units with their lengths in four bytes before them.</param>
    void OnPicture(PictureTrack track, uint timestamp, bool isKeyframe, ReadOnlySpan<byte> picture);
}

/// <summary>
/// Puts the packets of a line together to pictures (RFC 7741 section 4, RFC 6184 section 5). After a loss nothing goes out until the next keyframe: a picture that was decoded from a broken
/// one is broken too.
/// </summary>
/// <remarks>One thread. Whatever the bytes are, nothing is thrown.</remarks>
sealed class PictureAssembler(IWholePictures output) : IOrderedPackets
{
    /// <summary>Bytes of one picture; what is longer is none.</summary>
    public const int MaxPictureBytes = 4 * 1024 * 1024;

    readonly GrowingBytes _picture = new();
    readonly AvcUnits _units = new();
    VideoCodec _codec;
    uint _timestamp;
    PictureTrack? _track;
    bool _isOpen; // a picture was begun
    bool _isBad; // the picture that was begun lacks something
    bool _isKeyframe;
    bool _isLost; // of those before one lacked something

    /// <summary>It waits for a keyframe: one is to be asked for.</summary>
    public bool WantsKeyframe => _isLost;

    /// <summary>Takes nothing further up to the next keyframe.</summary>
    public void Break()
    {
        _isLost = true;
        _isBad = true;
    }

    /// <inheritdoc/>
    public void OnLost() => Break();

    /// <inheritdoc/>
    public void OnPacket(in OrderedPacket packet, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return; // padding, for a number that was taken
        if (_isOpen && (packet.Timestamp != _timestamp || packet.Codec != _codec))
            Complete(); // its marker was forgotten
        if (!VideoPayload.TryRead(packet.Codec, payload, out var read))
        {
            Break();
            return;
        }

        if (!_isOpen)
            Begin(packet, read);
        if (!_isBad)
            _isBad = !TryAdd(payload, read);
        if (packet.Marker)
            Complete();
    }

    void Begin(in OrderedPacket packet, in VideoPayload read)
    {
        if (packet.Codec != _codec)
            (_track, _isLost) = (null, true);
        (_codec, _timestamp, _isOpen, _isKeyframe) = (packet.Codec, packet.Timestamp, true, false);
        // One whose begin is missing is not whole.
        _isBad = !read.BeginsPicture;
        _picture.Clear();
        _units.Begin();
    }

    bool TryAdd(ReadOnlySpan<byte> payload, in VideoPayload read)
    {
        if (_picture.Length + payload.Length > MaxPictureBytes)
            return false;
        _isKeyframe |= read.BeginsKeyframe;
        if (_codec == VideoCodec.H264)
            return _units.TryAdd(payload, _picture);
        var piece = payload[read.Vp8.Length..];
        piece.CopyTo(_picture.Take(piece.Length));
        return true;
    }

    void Complete()
    {
        _isOpen = false;
        if (_codec == VideoCodec.H264)
        {
            _isBad |= !_units.IsWhole;
            _isKeyframe = _units.HasKeyframe;
        }

        if (_isBad || _picture.Length == 0)
        {
            _isLost = true;
            return;
        }

        if (_isKeyframe)
        {
            if (TrackOf() is { } track)
                (_track, _isLost) = (track, false);
            else
                _isLost = true;
        }

        if (!_isLost && _track is { } known)
            output.OnPicture(known, _timestamp, _isKeyframe, _picture.Written);
        else
            _isLost = true;
    }

    /// <summary>What the keyframe says of itself; null when it does not, and nobody did before.</summary>
    PictureTrack? TrackOf()
    {
        if (_codec == VideoCodec.H264)
            return _units.TrackOf(_track);
        if (!Vp8Payload.TryReadSize(_picture.Written, out var width, out var height))
            return null;
        return _track is { } before && before.Width == width && before.Height == height ? before : new PictureTrack(VideoCodec.Vp8, width, height, []);
    }
}

using System.Buffers.Binary;
using Meetpoint.Media.Video;

namespace Meetpoint.Media.Recording;

/// <summary>
/// One file of a recording: Matroska (RFC 9559) with sound in Opus and, where there are any, pictures in VP8 or H.264. What has been written plays, also when the file is cut off; duration
/// and index are added by <see cref="Finish"/>.
/// </summary>
/// <remarks>One thread. A cluster is kept in memory until it is whole, so that a reader who has its begin has all of it.</remarks>
sealed class MatroskaWriter
{
    /// <summary>A cluster ends after so long, in milliseconds.</summary>
    public const int MaxClusterMs = 5_000;

    /// <summary>A cluster ends at a keyframe after so long, so that one can begin to look there.</summary>
    public const int MinClusterMs = 2_000;

    /// <summary>A cluster ends at so many bytes.</summary>
    public const int MaxClusterBytes = 4 * 1024 * 1024;

    /// <summary>What libopus takes at 48 kHz to find into a stream, in samples; players leave it out.</summary>
    const int PreSkipSamples = 312;

    const int SoundTrack = 1, PictureTrackNumber = 2;
    const int SampleRate = 48_000;
    const byte KeyframeFlag = 0x80;

    /// <summary>Room for the places of what stands first in the segment: a seek entry is 21 bytes at most.</summary>
    const int SeekHeadBytes = 96;

    /// <summary>The element of a duration: two bytes of id, one of size, eight of number.</summary>
    const int DurationBytes = 11;

    const ulong UnknownSize = 0x01FF_FFFF_FFFF_FFFF;

    readonly Stream _output;
    readonly PictureTrack? _pictures;
    readonly EbmlWriter _writer = new();
    readonly EbmlWriter _blocks = new();
    readonly List<(long Ms, long Position)> _cues = [];
    long _segment; // where the content of the segment begins
    long _infoAt, _tracksAt, _durationAt;
    long _clusterMs = -1;
    bool _clusterHasEntry;

    /// <summary>Writes what stands before the first frame.</summary>
    /// <param name="output">The file, empty, which stays the caller's.</param>
    /// <param name="pictures">What pictures it has; null for none.</param>
    /// <param name="title">For people.</param>
    public MatroskaWriter(Stream output, PictureTrack? pictures, string title)
    {
        (_output, _pictures) = (output, pictures);
        WriteHead(title);
    }

    /// <summary>What the file has, of pictures.</summary>
    public PictureTrack? Pictures => _pictures;

    /// <summary>Bytes so far, with those of the cluster that is not out yet.</summary>
    public long Bytes { get; private set; }

    /// <summary>End of the last frame, in milliseconds from the begin of the file.</summary>
    public long DurationMs { get; private set; }

    /// <summary>A frame of sound.</summary>
    /// <param name="ms">Milliseconds from the begin of the file, never less than that of the one before.</param>
    /// <param name="lengthMs">How long it sounds.</param>
    /// <param name="opus">A packet of Opus.</param>
    public void WriteSound(long ms, int lengthMs, ReadOnlySpan<byte> opus)
    {
        Block(SoundTrack, ms, isKeyframe: true, opus);
        DurationMs = Math.Max(DurationMs, ms + lengthMs);
    }

    /// <summary>A picture.</summary>
    /// <param name="ms">Milliseconds from the begin of the file.</param>
    /// <param name="isKeyframe">It needs no other.</param>
    /// <param name="picture">Whole; of H.264 its units with their lengths in four bytes before them.</param>
    public void WritePicture(long ms, bool isKeyframe, ReadOnlySpan<byte> picture)
    {
        Block(PictureTrackNumber, ms, isKeyframe, picture);
        DurationMs = Math.Max(DurationMs, ms + 1);
    }

    /// <summary>Ends the file: the last cluster, the index, and what is now known of the whole.</summary>
    public void Finish()
    {
        EndCluster();
        var cuesAt = Bytes;
        WriteCues();
        if (!_output.CanSeek)
            return;
        Patch(_segment - sizeof(ulong), writer => BinaryPrimitives.WriteUInt64BigEndian(writer.Take(sizeof(ulong)), 0x0100_0000_0000_0000 | (ulong)(Bytes - _segment)));
        Patch(_durationAt, writer => writer.Float(MatroskaId.Duration, DurationMs));
        Patch(_segment, writer =>
        {
            var head = writer.Begin(MatroskaId.SeekHead);
            Seek(writer, MatroskaId.Info, _infoAt);
            Seek(writer, MatroskaId.Tracks, _tracksAt);
            Seek(writer, MatroskaId.Cues, cuesAt);
            writer.End(head);
            writer.Void(SeekHeadBytes - writer.Length);
        });
        _output.Position = Bytes;
    }

    void WriteHead(string title)
    {
        var ebml = _writer.Begin(MatroskaId.Ebml);
        _writer.Unsigned(MatroskaId.EbmlVersion, 1);
        _writer.Unsigned(MatroskaId.EbmlReadVersion, 1);
        _writer.Unsigned(MatroskaId.EbmlMaxIdLength, 4);
        _writer.Unsigned(MatroskaId.EbmlMaxSizeLength, 8);
        _writer.Text(MatroskaId.DocType, "matroska");
        _writer.Unsigned(MatroskaId.DocTypeVersion, 4);
        _writer.Unsigned(MatroskaId.DocTypeReadVersion, 2);
        _writer.End(ebml);
        _writer.Id(MatroskaId.Segment);
        BinaryPrimitives.WriteUInt64BigEndian(_writer.Take(sizeof(ulong)), UnknownSize);
        _segment = _writer.Length;
        _writer.Void(SeekHeadBytes);
        _infoAt = _writer.Length;
        var info = _writer.Begin(MatroskaId.Info);
        _writer.Unsigned(MatroskaId.TimestampScale, 1_000_000);
        _durationAt = _writer.Length;
        _writer.Void(DurationBytes); // a file that is cut off says nothing of its duration
        _writer.Text(MatroskaId.Title, title);
        _writer.Text(MatroskaId.MuxingApp, "Meetpoint");
        _writer.Text(MatroskaId.WritingApp, "Meetpoint");
        _writer.End(info);
        _tracksAt = _writer.Length;
        var tracks = _writer.Begin(MatroskaId.Tracks);
        WriteSoundTrack();
        if (_pictures is { } pictures)
            WritePictureTrack(pictures);
        _writer.End(tracks);
        Out();
    }

    void WriteSoundTrack()
    {
        var track = BeginTrack(SoundTrack, 2, "A_OPUS");
        Span<byte> head = stackalloc byte[19]; // RFC 7845 section 5.1: version 1, one channel, family 0
        "OpusHead"u8.CopyTo(head);
        (head[8], head[9]) = (1, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(head[10..], PreSkipSamples);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], SampleRate);
        head[16..].Clear();
        _writer.Bytes(MatroskaId.CodecPrivate, head);
        _writer.Unsigned(MatroskaId.CodecDelay, PreSkipSamples * 1_000_000_000UL / SampleRate);
        _writer.Unsigned(MatroskaId.SeekPreRoll, 80_000_000);
        var audio = _writer.Begin(MatroskaId.Audio);
        _writer.Float(MatroskaId.SamplingFrequency, SampleRate);
        _writer.Unsigned(MatroskaId.Channels, 1);
        _writer.End(audio);
        _writer.End(track);
    }

    void WritePictureTrack(PictureTrack pictures)
    {
        var track = BeginTrack(PictureTrackNumber, 1, pictures.Codec == VideoCodec.Vp8 ? "V_VP8" : "V_MPEG4/ISO/AVC");
        if (pictures.Parameters.Length > 0)
            _writer.Bytes(MatroskaId.CodecPrivate, pictures.Parameters);
        var video = _writer.Begin(MatroskaId.Video);
        _writer.Unsigned(MatroskaId.PixelWidth, (ulong)pictures.Width);
        _writer.Unsigned(MatroskaId.PixelHeight, (ulong)pictures.Height);
        _writer.End(video);
        _writer.End(track);
    }

    int BeginTrack(ulong number, ulong type, string codec)
    {
        var track = _writer.Begin(MatroskaId.TrackEntry);
        _writer.Unsigned(MatroskaId.TrackNumber, number);
        _writer.Unsigned(MatroskaId.TrackUid, number);
        _writer.Unsigned(MatroskaId.TrackType, type);
        _writer.Unsigned(MatroskaId.FlagLacing, 0);
        _writer.Text(MatroskaId.CodecId, codec);
        return track;
    }

    void Block(int track, long ms, bool isKeyframe, ReadOnlySpan<byte> frame)
    {
        var isEntry = isKeyframe && (track == PictureTrackNumber || _pictures is null);
        var age = ms - _clusterMs;
        if (_clusterMs < 0 || age >= MaxClusterMs || (isEntry && age >= MinClusterMs) || _blocks.Length + frame.Length > MaxClusterBytes)
        {
            EndCluster();
            (_clusterMs, _clusterHasEntry) = (ms, false);
        }

        if (isEntry && !_clusterHasEntry)
        {
            _clusterHasEntry = true;
            _cues.Add((ms, Bytes - _segment));
        }

        _blocks.Id(MatroskaId.SimpleBlock);
        _blocks.Size(frame.Length + 4);
        var head = _blocks.Take(4);
        head[0] = (byte)(0x80 | track);
        BinaryPrimitives.WriteInt16BigEndian(head[1..], (short)Math.Clamp(ms - _clusterMs, short.MinValue, short.MaxValue));
        head[3] = isKeyframe ? KeyframeFlag : (byte)0;
        frame.CopyTo(_blocks.Take(frame.Length));
    }

    void EndCluster()
    {
        if (_blocks.Length == 0)
            return;
        var cluster = _writer.Begin(MatroskaId.Cluster);
        _writer.Unsigned(MatroskaId.Timestamp, (ulong)_clusterMs);
        _blocks.Written.CopyTo(_writer.Take(_blocks.Length));
        _writer.End(cluster);
        _blocks.Clear();
        Out();
    }

    void WriteCues()
    {
        if (_cues.Count == 0)
            return;
        var cues = _writer.Begin(MatroskaId.Cues);
        foreach (var (ms, position) in _cues)
        {
            var point = _writer.Begin(MatroskaId.CuePoint);
            _writer.Unsigned(MatroskaId.CueTime, (ulong)ms);
            var positions = _writer.Begin(MatroskaId.CueTrackPositions);
            _writer.Unsigned(MatroskaId.CueTrack, (ulong)(_pictures is null ? SoundTrack : PictureTrackNumber));
            _writer.Unsigned(MatroskaId.CueClusterPosition, (ulong)position);
            _writer.End(positions);
            _writer.End(point);
        }

        _writer.End(cues);
        Out();
    }

    void Seek(EbmlWriter writer, uint id, long at)
    {
        var seek = writer.Begin(MatroskaId.Seek);
        Span<byte> name = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(name, id);
        writer.Bytes(MatroskaId.SeekId, name);
        writer.Unsigned(MatroskaId.SeekPosition, (ulong)(at - _segment));
        writer.End(seek);
    }

    void Patch(long at, Action<EbmlWriter> write)
    {
        write(_writer);
        _output.Position = at;
        _output.Write(_writer.Written);
        _writer.Clear();
    }

    void Out()
    {
        _output.Write(_writer.Written);
        Bytes += _writer.Length;
        _writer.Clear();
    }
}

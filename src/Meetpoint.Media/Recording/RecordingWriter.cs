using System.Globalization;
using System.Security.Cryptography;

namespace Meetpoint.Media.Recording;

/// <summary>
/// Writes what a recorder takes down, beside the media loop: a queue with a limit, and files. A file begins with the first picture, or without pictures when none comes for
/// <see cref="PatienceMs"/>; pictures that cannot go on in a file begin the next one.
/// </summary>
/// <remarks><see cref="TryWrite"/> and <see cref="End"/> from any thread, and never waiting; the rest where <see cref="RecordingOptions.Run"/> works, one at a time.</remarks>
sealed class RecordingWriter(RecordingOptions options) : IRecordingOutput
{
    /// <summary>Bytes that wait for the disk: half a minute of one picture at 4 Mbit/s.</summary>
    public const int MaxQueuedBytes = 16 * 1024 * 1024;

    /// <summary>Frames that wait for the disk.</summary>
    public const int MaxQueuedFrames = 8_192;

    /// <summary>Files of one recording.</summary>
    public const int MaxParts = 500;

    /// <summary>A file waits so long for its first picture, in milliseconds.</summary>
    public const int PatienceMs = 2_000;

    /// <summary>A frame of sound, in milliseconds.</summary>
    const int SoundMs = Rooms.MediaRoomOptions.TickMs;

    readonly Lock _lock = new();
    readonly List<RecordingPart> _parts = [];
    readonly List<RecordedFrame> _held = []; // sound that waits for the first picture
    Queue<RecordedFrame> _waiting = new();
    Queue<RecordedFrame> _taken = new();
    long _queuedBytes;
    bool _isRunning;
    bool _isOver;
    bool _hasFailed;
    RecordingEndReason _reason;
    string? _detail;
    Stream? _stream;
    MatroskaWriter? _file;
    string _name = "";
    long _partMs;
    long _told; // of the file

    /// <inheritdoc/>
    public bool TryWrite(in RecordedFrame frame)
    {
        bool isTaken, wakes;
        lock (_lock)
        {
            if (_isOver)
                return false;
            isTaken = _waiting.Count < MaxQueuedFrames && _queuedBytes + frame.Length <= MaxQueuedBytes;
            if (isTaken)
                _waiting.Enqueue(frame);
            else
                (_isOver, _reason) = (true, RecordingEndReason.DiskTooSlow);
            _queuedBytes += frame.Length;
            wakes = Wakes();
        }

        if (wakes)
            options.Run(Work);
        return isTaken;
    }

    /// <summary>Ends it: what waits is written, and the files made whole.</summary>
    public void End()
    {
        bool wakes;
        lock (_lock)
        {
            if (_isOver)
                return;
            (_isOver, _reason) = (true, RecordingEndReason.Asked);
            wakes = Wakes();
        }

        if (wakes)
            options.Run(Work);
    }

    // Under the lock: true when the work is to be begun, outside of it.
    bool Wakes()
    {
        var wasRunning = _isRunning;
        _isRunning = true;
        return !wasRunning;
    }

    void Work()
    {
        while (true)
        {
            bool isOver;
            lock (_lock)
            {
                (_waiting, _taken) = (_taken, _waiting);
                _queuedBytes = 0;
                isOver = _isOver;
                if (_taken.Count == 0 && !isOver)
                {
                    _isRunning = false;
                    return;
                }
            }

            while (_taken.TryDequeue(out var frame))
                Take(frame);
            if (!isOver)
                continue;
            Finish();
            options.Ended(new RecordingEnd(_reason, _detail, _parts));
            return; // and stays running, so that nothing wakes it any more
        }
    }

    void Take(in RecordedFrame frame)
    {
        if (_hasFailed)
        {
            frame.Release();
            return;
        }

        try
        {
            TakeOrThrow(frame);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fail(RecordingEndReason.DiskFailed, fault.Message);
        }
    }

    void TakeOrThrow(in RecordedFrame frame)
    {
        if (frame.Track is null && _file is null && frame.Ms - FirstHeldMs(frame) < PatienceMs)
        {
            _held.Add(frame);
            return;
        }

        if (frame.Track is { } track)
        {
            if (_file?.Pictures?.GoesOnWith(track) != true && !frame.IsKeyframe)
            {
                frame.Release(); // nothing can begin with it
                return;
            }

            if (_file?.Pictures?.GoesOnWith(track) != true)
                Begin(frame.Ms, track);
        }
        else if (_file is null)
        {
            Begin(FirstHeldMs(frame), null);
        }

        if (_file is { } file)
            Put(file, frame);
        frame.Release();
        if (_file is not null && !Grows(_file.Bytes))
            Fail(RecordingEndReason.TooLarge, null);
    }

    /// <summary>Tells what the file has grown by; false when it may not grow any more.</summary>
    bool Grows(long bytes)
    {
        var grown = bytes - _told;
        _told = bytes;
        return grown <= 0 || options.Grows(grown);
    }

    long FirstHeldMs(in RecordedFrame frame) => _held.Count > 0 ? _held[0].Ms : frame.Ms;

    void Put(MatroskaWriter file, in RecordedFrame frame)
    {
        var ms = Math.Max(0, frame.Ms - _partMs);
        if (frame.Track is null)
            file.WriteSound(ms, SoundMs, frame.Bytes);
        else
            file.WritePicture(ms, frame.IsKeyframe, frame.Bytes);
    }

    void Begin(long ms, PictureTrack? track)
    {
        EndFile();
        if (_parts.Count == MaxParts)
        {
            Fail(RecordingEndReason.TooManyParts, null);
            return;
        }

        // The first file has the sound from before its first picture.
        _partMs = _held.Count > 0 ? Math.Min(_held[0].Ms, ms) : ms;
        _name = string.Create(CultureInfo.InvariantCulture, $"{options.Name}-{_parts.Count + 1}.mkv");
        _stream = options.Folder.Create(_name);
        _file = new MatroskaWriter(_stream, track, options.Title);
        foreach (var frame in _held)
        {
            Put(_file, frame);
            frame.Release();
        }

        _held.Clear();
    }

    /// <summary>Nothing more is written.</summary>
    void Fail(RecordingEndReason reason, string? detail)
    {
        _hasFailed = true;
        lock (_lock)
        {
            if (!_isOver || _reason == RecordingEndReason.Asked)
                (_isOver, _reason, _detail) = (true, reason, detail);
        }
    }

    void Finish()
    {
        try
        {
            // Less than a file's patience, and without pictures.
            if (_held.Count > 0 && !_hasFailed)
                Begin(_held[0].Ms, null);
            EndFile();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fail(RecordingEndReason.DiskFailed, fault.Message);
            EndFile();
        }

        foreach (var frame in _held)
            frame.Release();
        _held.Clear();
    }

    /// <summary>Makes the file whole, as far as the disk lets it: what it has plays all the same.</summary>
    void EndFile()
    {
        if (_file is not { } file || _stream is not { } stream)
            return;
        (_file, _stream) = (null, null);
        var bytes = file.Bytes;
        try
        {
            file.Finish();
            if (stream is FileStream disk)
                disk.Flush(flushToDisk: true);
            bytes = stream.CanSeek ? stream.Length : file.Bytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fail(RecordingEndReason.DiskFailed, fault.Message);
        }

        Close(stream);
        var (sum, size) = Sum(_name);
        Grows(size ?? bytes);
        _told = 0;
        _parts.Add(new RecordingPart(_name, _partMs, file.DurationMs, size ?? bytes, sum, file.Pictures is not null));
    }

    static void Close(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // What it still had to write is lost with the disk; it was told already.
        }
    }

    (string Sum, long? Size) Sum(string name)
    {
        try
        {
            using var stream = options.Folder.Read(name);
            return (Convert.ToHexStringLower(SHA256.HashData(stream)), stream.CanSeek ? stream.Length : null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return ("", null);
        }
    }
}

using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Mixing;
using Meetpoint.Net;

namespace Meetpoint.Media.Jitter;

/// <summary>
/// Takes the packets of one source as they come and gives a steady stream of frames: reorders, holds for as long as the jitter asks,
/// conceals what is lost, and follows the sender's clock by taking out or repeating single periods of sound.
/// </summary>
/// <remarks>
/// Sans-I/O and on one thread. Nothing is allocated after construction. Delay here is the time from when the fastest packet of the last
/// seconds would have come to when its audio is played.
/// </remarks>
public sealed class JitterBuffer : IDisposable
{
    /// <summary>Least target delay.</summary>
    public const int MinDelayMs = 20;

    /// <summary>Greatest target delay.</summary>
    public const int MaxDelayMs = 200;

    /// <summary>The delay may differ from the target by this much before a period is taken out or repeated.</summary>
    public const int ToleranceMs = 10;

    /// <summary>Off by more than this, periods are taken out or repeated wherever the sound breaks, not only where it is unheard.</summary>
    public const int UrgentMs = 60;

    /// <summary>A timestamp this far from what the sequence numbers tell means that the source set its clock anew.</summary>
    public const int JumpMs = 2000;

    /// <summary>
    /// Packets in a row that say of themselves that they are silence, or are found to be, before they are no longer decoded: so many that the decoder
    /// knows the room's noise, which the first word follows on.
    /// </summary>
    public const int SilentPacketsToDecode = 10;

    /// <summary>After this long without audio the next packet begins anew at the target delay.</summary>
    const int TalkspurtGapMs = 200;

    const int StreamMs = 400;

    readonly AudioCodec _codec;
    readonly IAudioDecoder _decoder;
    readonly IConcealingDecoder? _concealing; // the decoder, when it can do more than decode
    readonly PacketStore _store;
    readonly DelayEstimator _delay = new();
    readonly LossConcealment _concealment;
    readonly TimeStretch _stretch;
    readonly short[] _stream; // what was played lately, then what is decoded and waits
    readonly int _history;
    readonly int _samplesPerTick; // 2 for G.722, whose RTP clock is half its sample rate
    ComfortNoise _noise;
    UnheardPackets _unheard;
    int _read;
    int _write;
    long _nextSequence;
    long _nextTimestamp;   // of the sample after the last decoded one
    long _lastTimestamp;   // of the last packet put in
    long _lastSequence;
    int _filled;           // samples made up since the last decoded one
    int _packetMs = 20;
    bool _playing;
    bool _started;
    bool _quiet;           // the sender stopped on purpose: noise or silence, not concealment
    bool _pausing;         // the same, and the decoder itself knows its noise
    int _silentPackets;    // in a row up to the last decoded one

    /// <summary>A buffer that decodes with a decoder of its own.</summary>
    public JitterBuffer(AudioCodec codec)
    {
        _codec = codec;
        _decoder = codec.CreateDecoder();
        _concealing = _decoder as IConcealingDecoder;
        _store = new PacketStore(codec.MaxPacketBytes);
        _concealment = _concealing is null ? new PitchConcealment(codec.SampleRate) : new DecoderConcealment(_concealing, codec.SampleRate);
        _stretch = new TimeStretch(codec.SampleRate);
        _history = _concealment.History;
        _stream = new short[StreamMs * codec.SampleRate / 1000];
        _samplesPerTick = codec.SampleRate / codec.ClockRate;
        _read = _write = _history;
    }

    /// <summary>Samples a second of the frames.</summary>
    public int SampleRate => _codec.SampleRate;

    /// <summary>The delay that is aimed at, in milliseconds.</summary>
    public int TargetDelayMs => Math.Clamp(_delay.LatenessMs + _packetMs, MinDelayMs, MaxDelayMs);

    /// <summary>The delay as it was at the last <see cref="Pull"/>, in milliseconds.</summary>
    public double DelayMs { get; private set; }

    /// <summary>Packets that came after their time.</summary>
    public long Late { get; private set; }

    /// <summary>Packets that came twice.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Samples made up in place of lost or late ones.</summary>
    public long ConcealedSamples { get; private set; }

    /// <summary>Samples of lost packets that were taken from copies in the packets after them.</summary>
    public long RecoveredSamples { get; private set; }

    /// <summary>Samples that were not decoded, since their packets said that they are silence, or as quiet as others in which there was none.</summary>
    public long UndecodedSamples { get; private set; }

    /// <summary>Samples taken out to follow the sender's clock.</summary>
    public long RemovedSamples { get; private set; }

    /// <summary>Samples repeated to follow the sender's clock.</summary>
    public long InsertedSamples { get; private set; }

    /// <summary>Times that the source's clock or sequence jumped.</summary>
    public long Jumps { get; private set; }

    /// <summary>Nothing is there and nothing is played: until a packet is put in, every frame is silence.</summary>
    public bool IsIdle => !_playing && !_quiet && !_pausing && _store.Count == 0;

    /// <summary>Puts an audio packet in.</summary>
    /// <param name="sequence">Of RTP.</param>
    /// <param name="timestamp">Of RTP.</param>
    /// <param name="payload">Copied.</param>
    /// <param name="nowNs">Monotonic time of its arrival.</param>
    /// <param name="isSilence">The sender says that there is nothing to hear in it: where decoding costs, it is spared.</param>
    public void Insert(ushort sequence, uint timestamp, ReadOnlySpan<byte> payload, long nowNs, bool isSilence = false) =>
        Add(sequence, timestamp, isSilence && _concealing is not null ? StoredKind.SilentAudio : StoredKind.Audio, payload, nowNs);

    /// <summary>Puts a comfort noise packet in: the sender is quiet until its next audio packet.</summary>
    public void InsertNoise(ushort sequence, uint timestamp, ReadOnlySpan<byte> payload, long nowNs) =>
        Add(sequence, timestamp, StoredKind.Noise, payload[..Math.Min(payload.Length, 1)], nowNs);

    /// <summary>Tells of a packet of the same source without audio, so that it is not taken for lost. Its timestamp may be of another clock.</summary>
    public void InsertSkip(ushort sequence, uint timestamp, long nowNs) => Add(sequence, timestamp, StoredKind.Skip, default, nowNs);

    /// <summary>Begins anew: another source.</summary>
    public void Reset()
    {
        _started = false;
        _delay.Reset();
        Flush();
        _decoder.Reset();
    }

    /// <summary>Gives the decoder back.</summary>
    public void Dispose() => _decoder.Dispose();

    /// <summary>The next frame.</summary>
    /// <param name="frame">Filled wholly.</param>
    /// <param name="nowNs">Monotonic time, one frame after that of the last call.</param>
    public PlayoutKind Pull(Span<short> frame, long nowNs)
    {
        if (!_playing && !TryBegin(frame.Length, nowNs))
        {
            if (!_quiet && !_pausing)
            {
                frame.Clear();
                return PlayoutKind.Silence;
            }

            MakeNoise(frame);
            return PlayoutKind.Noise;
        }

        MakeRoom(frame.Length);
        var kind = PlayoutKind.Audio;
        FillTo(frame.Length, ref kind);
        if (_playing)
        {
            FollowClock(frame.Length, nowNs);
            FillTo(frame.Length, ref kind);
        }

        _stream.AsSpan(_read, frame.Length).CopyTo(frame);
        _read += frame.Length;
        return kind;
    }

    int Pending => _write - _read;

    int Ms(int milliseconds) => milliseconds * _codec.SampleRate / 1000;

    long ToNs(long timestamp) => (long)((Int128)timestamp * MonotonicTime.Second / _codec.ClockRate);

    void Add(ushort sequence, uint timestamp, StoredKind kind, ReadOnlySpan<byte> payload, long nowNs)
    {
        if (payload.Length > _store.MaxPayload)
            return;
        var samples = IsAudio(kind) ? _codec.SampleCount(payload) : 0;
        if (IsAudio(kind) && samples == 0)
            return;

        if (!_started)
        {
            _started = true;
            // One cycle up, so that older ones than the first do not fall below zero.
            _lastSequence = 0x1_0000L + sequence;
            _lastTimestamp = 0x1_0000_0000L + timestamp;
            _nextSequence = _lastSequence;
        }

        var fullSequence = _lastSequence + (short)(sequence - (ushort)_lastSequence);
        // A key press keeps the timestamp of its begin, so it tells nothing of time.
        var fullTimestamp = kind == StoredKind.Skip ? _lastTimestamp : _lastTimestamp + (int)(timestamp - (uint)_lastTimestamp);
        if (Jumped(fullSequence, fullTimestamp))
        {
            Jumps++;
            Flush();
            _delay.ResetBase();
            _nextSequence = fullSequence;
            _lastSequence = fullSequence;
            _lastTimestamp = fullTimestamp;
        }

        if (kind != StoredKind.Skip)
            _delay.OnPacket(nowNs, ToNs(fullTimestamp));
        if (samples > 0)
            _packetMs = samples * 1000 / _codec.SampleRate;
        if (fullSequence < _nextSequence)
        {
            if (_playing || _lastSequence - fullSequence >= PacketStore.Capacity)
            {
                Late++;
                return;
            }

            _nextSequence = fullSequence; // overtaken before anything was played
        }

        if (!_store.Add(fullSequence, fullTimestamp, kind, payload))
            Duplicates++;
        if (fullSequence <= _lastSequence && _store.Count > 1)
            return;
        _lastSequence = fullSequence;
        _lastTimestamp = fullTimestamp;
    }

    bool Jumped(long sequence, long timestamp)
    {
        var step = sequence - _lastSequence;
        if (sequence >= _nextSequence + PacketStore.Capacity || step < -PacketStore.Capacity)
            return true;
        // Silence suppression leaps forward in time with consecutive numbers; that is no jump, however long, but going back is.
        var stepMs = (timestamp - _lastTimestamp) * 1000 / _codec.ClockRate;
        return stepMs < -JumpMs || (step is > 0 and < 3 && stepMs < -AudioCodec.MaxPacketMs * 4);
    }

    void Flush()
    {
        _store.Clear();
        _playing = false;
        _quiet = _pausing = false;
        _filled = _silentPackets = 0;
        _unheard = default;
        _concealment.Stop();
        _write = _read;
    }

    /// <summary>Begins to play when the first packet has waited for the target delay; silence before it makes the delay exact.</summary>
    bool TryBegin(int frameLength, long nowNs)
    {
        if (!_store.TryFirst(_nextSequence, out var sequence, out var timestamp, out var kind))
            return false;
        if (!IsAudio(kind))
        {
            TakeQuiet(sequence, kind);
            return false;
        }

        var waitedNs = nowNs - ToNs(timestamp) - _delay.BaseNs;
        var missing = (int)((TargetDelayMs * MonotonicTime.Millisecond - waitedNs) * _codec.SampleRate / MonotonicTime.Second);
        if (missing >= frameLength)
            return false;
        _nextSequence = sequence;
        _nextTimestamp = timestamp;
        _playing = true;
        _quiet = false;
        _filled = 0;
        MakeRoom(frameLength);
        if (missing > 0)
        {
            _stream.AsSpan(_write, missing).Clear();
            _write += missing;
        }

        return true;
    }

    /// <summary>Decodes, or makes up, until a frame is there.</summary>
    void FillTo(int length, ref PlayoutKind kind)
    {
        while (Pending < length)
        {
            var need = length - Pending;
            if (!_playing || !_store.TryFirst(_nextSequence, out var sequence, out var timestamp, out var stored))
            {
                Fill(need, ref kind); // nothing there: late or lost, the next packet tells
                continue;
            }

            if (!IsAudio(stored))
            {
                TakeQuiet(sequence, stored);
                continue;
            }

            var gap = (timestamp - _nextTimestamp) * _samplesPerTick;
            if (gap - _filled >= _concealment.Step)
            {
                if (gap - _filled > Ms(MaxDelayMs + TalkspurtGapMs))
                {
                    _playing = false; // a talkspurt after silence, farther ahead than any delay: begin anew
                    continue;
                }

                FillGap(sequence, (int)(gap - _filled), need, ref kind);
                continue;
            }

            var samples = _codec.SampleCount(_store.PayloadOf(sequence));
            if (gap + samples <= _filled && _store.Contains(sequence + 1))
            {
                Drop(sequence); // its time was filled already, and its successor is there
                continue;
            }

            Decode(sequence, timestamp, stored);
        }
    }

    /// <summary>Something is missing before a packet that is there: that may have a copy of the end of it.</summary>
    void FillGap(long sequence, int missing, int need, ref PlayoutKind kind)
    {
        var copied = _concealing is null || _pausing || sequence == _nextSequence ? 0 : _concealing.RecoverableSamples(_store.PayloadOf(sequence));
        if (copied == 0 || copied > missing)
        {
            Fill(Math.Min(need, missing), ref kind);
            return;
        }

        if (copied < missing)
        {
            Fill(Math.Min(need, missing - copied), ref kind);
            return;
        }

        _concealing!.Recover(_store.PayloadOf(sequence), _stream.AsSpan(_write, copied));
        _concealment.Stop();
        RecoveredSamples += copied;
        _write += copied;
        _filled += copied;
    }

    void Decode(long sequence, long timestamp, StoredKind kind)
    {
        var payload = _store.PayloadOf(sequence);
        _silentPackets = kind == StoredKind.SilentAudio ? _silentPackets + 1 : 0;
        _pausing = _concealing is not null && _concealing.IsPause(payload);
        int count;
        if (IsSkipped(sequence))
        {
            count = _codec.SampleCount(payload);
            _stream.AsSpan(_write, count).Clear();
            _concealment.Stop();
            _unheard.Pass();
            UndecodedSamples += count;
        }
        else
        {
            count = _decoder.Decode(payload, _stream.AsSpan(_write));
            if (_concealment.IsActive)
                _concealment.Join(_stream.AsSpan(_write, count));
            if (_concealing is not null)
                Measure(payload, _stream.AsSpan(_write, count));
        }

        _write += count;
        _store.Remove(sequence);
        _nextSequence = sequence + 1;
        _nextTimestamp = timestamp + (count / _samplesPerTick);
        _filled = 0;
        _quiet = false;
    }

    /// <summary>Silence that follows silence, unless the packet after it breaks it: then the decoder warms up on this one.</summary>
    bool IsSkipped(long sequence) => IsUnheard(sequence) && (!_store.Contains(sequence + 1) || IsUnheard(sequence + 1));

    /// <summary>The sender says so, or it is as quiet as others of his that were measured.</summary>
    bool IsUnheard(long sequence) => _store.KindOf(sequence) switch
    {
        StoredKind.SilentAudio when _silentPackets > SilentPacketsToDecode => true,
        StoredKind.SilentAudio or StoredKind.Audio => _concealing is not null && _concealing.TryReadQuietGain(_store.PayloadOf(sequence), out var gain) && _unheard.Cover(gain),
        _ => false,
    };

    void Measure(ReadOnlySpan<byte> payload, ReadOnlySpan<short> decoded)
    {
        if (AudioLevel.Measure(decoded) < Loudness.UnheardLevel)
            _unheard = default;
        else
            _unheard.Add(_concealing!.TryReadQuietGain(payload, out var gain) ? gain : null);
    }

    static bool IsAudio(StoredKind kind) => kind is StoredKind.Audio or StoredKind.SilentAudio;

    void Drop(long sequence)
    {
        Late++;
        _store.Remove(sequence);
        _nextSequence = sequence + 1;
    }

    void TakeQuiet(long sequence, StoredKind kind)
    {
        if (kind == StoredKind.Noise)
            _noise.SetLevel(_store.PayloadOf(sequence));
        else if (!_quiet)
            _noise.Silence();
        _quiet = true;
        _store.Remove(sequence);
        _nextSequence = sequence + 1;
    }

    void Fill(int count, ref PlayoutKind kind)
    {
        var step = _concealment.Step;
        count = (count + step - 1) / step * step;
        var space = _stream.AsSpan(_write, count);
        if (_quiet || _pausing)
        {
            MakeNoise(space);
            kind = PlayoutKind.Noise;
        }
        else
        {
            if (!_concealment.IsActive)
                _concealment.Start(_stream.AsSpan(_write - _history, _history));
            if (_concealment.IsSilent || _silentPackets > SilentPacketsToDecode || _unheard.IsPassing)
            {
                space.Clear();
                kind = PlayoutKind.Silence;
            }
            else
            {
                _concealment.Generate(space);
                ConcealedSamples += count;
                kind = PlayoutKind.Concealed;
            }
        }

        _write += count;
        _filled += count;
        if (_filled > Ms(TalkspurtGapMs) && _store.Count == 0)
        {
            // What comes next is a new talkspurt and may set its delay anew; noise goes on until then.
            _playing = false;
            _concealment.Stop();
        }
    }

    void MakeNoise(Span<short> space)
    {
        if (_quiet)
            _noise.Generate(space);
        else
            _concealing!.Conceal(space);
    }

    /// <summary>Keeps the delay at its target.</summary>
    void FollowClock(int frameLength, long nowNs)
    {
        var playedNs = ToNs(_nextTimestamp) + (((long)_filled - Pending) * MonotonicTime.Second / _codec.SampleRate);
        DelayMs = (nowNs - playedNs - _delay.BaseNs) / (double)MonotonicTime.Millisecond;
        var error = DelayMs - TargetDelayMs;
        if (Math.Abs(error) <= ToleranceMs || _concealment.IsActive || Pending < _stretch.Needed || Pending < frameLength)
            return;
        var least = Math.Abs(error) > UrgentMs ? -1f : TimeStretch.UnheardLikeness;
        var most = Ms((int)Math.Abs(error));
        if (error > 0)
        {
            var removed = _stretch.Shorten(_stream.AsSpan(_read, Pending), least, most);
            _write -= removed;
            RemovedSamples += removed;
        }
        else
        {
            var inserted = _stretch.Lengthen(_stream.AsSpan(_read), Pending, least, most);
            _write += inserted;
            InsertedSamples += inserted;
        }
    }

    /// <summary>Moves history and pending samples to the begin when the end of the array is near.</summary>
    void MakeRoom(int frameLength)
    {
        var needed = frameLength + Ms(AudioCodec.MaxPacketMs) + _stretch.Needed + _history + _concealment.Step;
        if (_write + needed <= _stream.Length)
            return;
        var begin = _read - _history;
        _stream.AsSpan(begin, _write - begin).CopyTo(_stream);
        _write -= begin;
        _read = _history;
    }
}

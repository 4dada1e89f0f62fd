using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Jitter;
using Meetpoint.Media.Mixing;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Rooms;

/// <summary>The way in of a leg: from packets of the peer to one frame a tick at the room's rate.</summary>
sealed class LegReceiver : IDisposable
{
    readonly short[] _decoded = new short[EncodePath.MaxFrame];
    readonly short[] _frame = new short[EncodePath.MaxFrame];
    RateConverter? _converter;
    JitterBuffer _jitter;
    AudioCodec _codec;
    SourceTracker _source;
    TelephoneEventReceiver _keys;
    byte _keysType;
    ReceiverStatistics _statistics;
    long _concealedBefore;
    long _lostBefore;
    long _gapsBefore;

    public LegReceiver(LegOptions options)
    {
        Options = options;
        _codec = options.Send.Codec;
        _jitter = new JitterBuffer(_codec);
    }

    /// <summary>What was settled; a change of codec shows in the packets.</summary>
    public LegOptions Options { get; set; }

    /// <summary>The peer's source; 0 before its first packet.</summary>
    public uint Ssrc => _source.Ssrc;

    public ref ReceiverStatistics Statistics => ref _statistics;

    /// <summary>Who spoke, by the last packet of a cascade.</summary>
    public ContributorList Contributors;

    /// <summary>When <see cref="Contributors"/> was read.</summary>
    public long ContributorsNs { get; private set; }

    public long ConcealedMs => (_concealedBefore + _jitter.ConcealedSamples) * 1000 / _codec.SampleRate;

    public long Lost => _lostBefore + _statistics.CumulativeLost;

    public JitterBuffer Jitter => _jitter;

    /// <summary>What came last.</summary>
    public AudioCodec Codec => _codec;

    /// <summary>Runs of losses, over all sources that there were.</summary>
    public long LossGaps => _gapsBefore + _statistics.Gaps;

    public double JitterMs => _statistics.Jitter * 1000.0 / _codec.ClockRate;

    /// <summary>Takes a packet; false when it is not one of this leg. A key that was pressed is given out.</summary>
    public bool OnPacket(in RtpPacket packet, long nowNs, out char digit)
    {
        digit = '\0';
        var isKey = Options.IsTelephoneEvent(packet.PayloadType);
        var isNoise = !isKey && packet.PayloadType == Options.ComfortNoisePayloadType;
        AudioCodec? codec = null;
        if (!isKey && !isNoise && !TryFindCodec(packet.PayloadType, out codec))
            return false;

        switch (_source.Judge(packet.Ssrc, packet.SequenceNumber, nowNs))
        {
            case SourceVerdict.Rejected:
                return false;
            case SourceVerdict.Changed:
                _lostBefore += _statistics.CumulativeLost;
                _gapsBefore += _statistics.Gaps;
                _statistics = default;
                _keys.Reset();
                _jitter.Reset();
                break;
        }

        if (codec is not null && codec != _codec)
            Switch(codec);
        _statistics.OnPacket(packet.SequenceNumber, packet.Timestamp, _codec.ClockRate, nowNs, out _, tellsTime: !isKey);
        if (Options.IsCascade)
            ReadContributors(packet, nowNs);

        if (isKey)
        {
            _jitter.InsertSkip(packet.SequenceNumber, packet.Timestamp, nowNs);
            // By another type they may count by another clock, in which a press begins at another number.
            if (packet.PayloadType != _keysType)
                _keys.Reset();
            _keysType = packet.PayloadType;
            if (_keys.OnPacket(packet.Timestamp, packet.Payload, out var key, out _))
                digit = key.Digit;
        }
        else if (isNoise)
        {
            _jitter.InsertNoise(packet.SequenceNumber, packet.Timestamp, packet.Payload, nowNs);
        }
        else
        {
            var isSilence = AudioLevelExtension.TryReadSender(packet, Options.SenderLevelExtensionId, out var level, out _) && level >= Loudness.UnheardLevel;
            _jitter.Insert(packet.SequenceNumber, packet.Timestamp, packet.Payload, nowNs, isSilence);
        }

        return true;
    }

    /// <summary>Hears the source that a leg heard which had the port before: a key that is being pressed now was told of by that.</summary>
    public void Follow(LegReceiver before) => (_source, _keys, _keysType) = (before._source, before._keys, before._keysType);

    /// <summary>The frame of this tick at the room's rate, and what it is made of. Of silence there is none.</summary>
    public ReadOnlySpan<short> Pull(int rate, long nowNs, out PlayoutKind kind, out byte level)
    {
        var own = _decoded.AsSpan(0, _codec.SampleRate * MediaRoomOptions.TickMs / 1000);
        kind = _jitter.Pull(own, nowNs);
        level = AudioLevel.Silence;
        if (kind == PlayoutKind.Silence)
        {
            _converter?.Reset();
            return default;
        }

        level = AudioLevel.Measure(own);
        if (_codec.SampleRate == rate)
            return own;
        // A codec above the room's rate is one that is no longer settled, and still comes.
        if (_converter?.From != _codec.SampleRate || _converter.To != rate)
            _converter = RateConverter.Between(_codec.SampleRate, rate);
        var frame = _frame.AsSpan(0, rate * MediaRoomOptions.TickMs / 1000);
        _converter.Process(own, frame);
        return frame;
    }

    public void Dispose() => _jitter.Dispose();

    void Switch(AudioCodec codec)
    {
        _concealedBefore = ConcealedMs * codec.SampleRate / 1000;
        _codec = codec;
        _jitter.Dispose();
        _jitter = new JitterBuffer(codec);
        _converter = null;
    }

    void ReadContributors(in RtpPacket packet, long nowNs)
    {
        Contributors.Clear();
        ContributorsNs = nowNs;
        for (var i = 0; i < packet.CsrcCount; i++)
        {
            // Without levels everyone named counts as speaking at a plain level.
            if (!AudioLevelExtension.TryReadContributor(packet, Options.ContributorLevelsExtensionId, i, out var level))
                level = PlainSpeech;
            Contributors.Add(packet.GetCsrc(i), level);
        }
    }

    bool TryFindCodec(byte payloadType, out AudioCodec? codec)
    {
        codec = null;
        for (var i = 0; codec is null && i < Options.Receive.Count; i++)
        {
            if (Options.Receive[i].PayloadType == payloadType)
                codec = Options.Receive[i].Codec;
        }

        if (codec is null && payloadType == Options.Send.PayloadType)
            codec = Options.Send.Codec;
        return codec is not null;
    }

    const byte PlainSpeech = 30;
}

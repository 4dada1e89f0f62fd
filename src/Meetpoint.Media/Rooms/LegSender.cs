using Meetpoint.Media.Codecs;
using Meetpoint.Media.Mixing;
using Meetpoint.Media.Rtp;

namespace Meetpoint.Media.Rooms;

/// <summary>The way out of a leg: sequence, timestamp, its own encoder while it hears something of its own, and key presses.</summary>
sealed class LegSender : IDisposable
{
    /// <summary>Ticks for which the own encoder goes on after the leg hears the common mix again, until both encoders agree.</summary>
    const int ConvergeTicks = 25;

    /// <summary>The most key presses that wait to be sent.</summary>
    const int MaxQueuedKeys = 32;

    /// <summary>What the network is thought to lose, in percent, once the peer reports over 2 % lost, and over 15 %: few steps, so that many share one.</summary>
    const int SomeLoss = 10;
    const int MuchLoss = 25;

    readonly EncodePath _path;
    readonly byte[] _payload = new byte[EncodePath.MaxPayload];
    readonly byte[] _keys = new byte[MaxQueuedKeys];
    readonly int _clockPerTick;
    readonly int _keyClockPerTick;
    TelephoneEventSender _key;
    int _keyHead;
    int _keyCount;
    int _ownTicks;
    ushort _sequence;
    bool _marker = true;

    public LegSender(LegOptions options, uint ssrc, ushort firstSequence, uint firstTimestamp)
    {
        Options = options;
        Target = options.Send.Target(lossPercent: 0);
        _path = new EncodePath(Target);
        _clockPerTick = options.Send.Codec.ClockRate * MediaRoomOptions.TickMs / 1000;
        _keyClockPerTick = options.TelephoneEventClockRate > 0 ? options.TelephoneEventClockRate * MediaRoomOptions.TickMs / 1000 : _clockPerTick;
        Ssrc = ssrc;
        _sequence = firstSequence;
        Timestamp = firstTimestamp;
    }

    /// <summary>Goes on where another left off, with another format; keys that were not sent yet are.</summary>
    public LegSender(LegOptions options, LegSender before)
        : this(options, before.Ssrc, before._sequence, before.Timestamp)
    {
        before._keys.CopyTo(_keys, 0);
        (_keyHead, _keyCount) = (before._keyHead, before._keyCount);
    }

    public LegOptions Options { get; set; }

    public uint Ssrc { get; set; }

    /// <summary>RTP timestamp of the current tick.</summary>
    public uint Timestamp { get; private set; }

    public AudioCodec Codec => Options.Send.Codec;

    /// <summary>How its packets are to be encoded.</summary>
    public EncodeTarget Target { get; private set; }

    /// <summary>Its own encoder, which is of this time while the leg hears something of its own, and in the tick after.</summary>
    public EncodePath Path => _path;

    /// <summary>True in the tick after the last one with an encode of its own.</summary>
    public bool HasLeftOwn { get; private set; }

    /// <summary>True while the leg needs an encode of its own even though it hears what the others hear.</summary>
    public bool IsConverging => _ownTicks > 0;

    /// <summary>Time passes whether a packet is sent or not.</summary>
    /// <param name="hadOwn">It had an encode of its own in the tick that is over.</param>
    public void Advance(bool hadOwn)
    {
        Timestamp += (uint)_clockPerTick;
        HasLeftOwn = hadOwn;
    }

    /// <summary>Takes what the peer last reported lost, 0 to 1; the step down takes less loss than the step up took.</summary>
    public void OnRemoteLoss(double loss)
    {
        if (Options.Send.Opus is not { UsesInbandFec: true })
            return;
        var percent = Target.LossPercent switch
        {
            0 => loss > 0.15 ? MuchLoss : loss > 0.02 ? SomeLoss : 0,
            SomeLoss => loss > 0.15 ? MuchLoss : loss < 0.005 ? 0 : SomeLoss,
            _ => loss < 0.005 ? 0 : loss < 0.08 ? SomeLoss : MuchLoss,
        };
        if (percent != Target.LossPercent)
            Target = Options.Send.Target(percent);
    }

    /// <summary>The next packet begins a talkspurt.</summary>
    public void MarkNext() => _marker = true;

    /// <summary>Queues a key press; false when the queue is full or the peer cannot take it.</summary>
    public bool TryQueueKey(char digit)
    {
        var code = TelephoneEvent.CodeOf(digit);
        if (code < 0 || Options.TelephoneEventPayloadType < 0 || _keyCount == MaxQueuedKeys)
            return false;
        _keys[(_keyHead + _keyCount++) % MaxQueuedKeys] = (byte)code;
        return true;
    }

    /// <summary>The payload of a frame that only this leg hears.</summary>
    public ReadOnlySpan<byte> EncodeOwn(ReadOnlySpan<short> pcm, int rate, EncodePath shared, bool differs)
    {
        if (_ownTicks == 0)
            _path.CopyStateFrom(shared);
        _path.Tune(Target);
        if (differs)
            _ownTicks = Codec.HasState || rate != Codec.SampleRate ? ConvergeTicks : 0;
        else if (_ownTicks > 0)
            _ownTicks--;
        return _payload.AsSpan(0, _path.Encode(pcm, rate, _payload));
    }

    /// <summary>True for a payload without sound that the peer would rather not be sent: the next begins a talkspurt.</summary>
    public bool IsPause(ReadOnlySpan<byte> payload) => Target.IsDiscontinuous && payload.Length <= OpusPacket.MaxPauseBytes;

    public void Dispose() => _path.Dispose();

    /// <summary>Writes the key press packet of this tick, if one is under way.</summary>
    public int WriteKey(Span<byte> packet)
    {
        if (!_key.IsActive)
        {
            if (_keyCount == 0)
                return 0;
            _key.Start(_keys[_keyHead], KeyTicks, Timestamp);
            _keyHead = (_keyHead + 1) % MaxQueuedKeys;
            _keyCount--;
        }

        var value = _key.Next(_keyClockPerTick, out var marker);
        var header = new RtpHeader((byte)Options.TelephoneEventPayloadType, marker, _sequence++, _key.Timestamp, Ssrc);
        var length = header.Write(packet);
        value.Write(packet[length..]);
        _marker = true;
        return length + TelephoneEvent.Length;
    }

    /// <summary>Writes an audio packet; returns its length.</summary>
    public int WriteAudio(Span<byte> packet, ReadOnlySpan<byte> payload, in ContributorList contributors)
    {
        var header = new RtpHeader(Options.Send.PayloadType, _marker, _sequence++, Timestamp, Ssrc);
        _marker = false;
        var length = Options.IsCascade || Options.SendContributors
            ? header.Write(packet, contributors.Participants, contributors.LevelOf, Options.ContributorLevelsExtensionId)
            : header.Write(packet);
        payload.CopyTo(packet[length..]);
        return length + payload.Length;
    }

    /// <summary>100 ms: over the 40 ms that receivers must take.</summary>
    const int KeyTicks = 5;
}

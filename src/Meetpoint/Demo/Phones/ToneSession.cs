using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Demo.Phones;

/// <summary>
/// One RTP session of a phone: a packet of the tone every 20 ms, and what comes in laid down by its timestamps. On the loop only.
/// </summary>
sealed class ToneSession : IDatagramReceiver, IDisposable
{
    const int TickMs = 20;
    const int PressTicks = 5;
    const int PauseTicks = 5;

    /// <summary>A recording is this long at the most, in seconds.</summary>
    const int MaxSeconds = 600;

    readonly IEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly Tick _tick;
    readonly int _toneHz;
    readonly byte[] _packet = new byte[RtpHeader.MaxLength + 1_280];
    readonly short[] _pcm = new short[AudioCodec.MaxPacketMs * 48];
    readonly Queue<char> _digits = new();
    ToneAgreement? _agreed;
    ToneGenerator _tone;
    IAudioEncoder? _encoder;
    IAudioDecoder? _decoder;
    TelephoneEventSender _press;
    Action? _pressed;
    int _pauseTicks;
    short[] _heard = [];
    int _heardLength;
    uint? _firstTimestamp;
    uint _ssrc;
    ushort _sequence;
    uint _timestamp;
    long _nextNs;
    bool _isDisposed;

    public ToneSession(INetwork network, IEventLoop loop, NetAddress local, int toneHz)
    {
        _loop = loop;
        _toneHz = toneHz;
        _tick = new Tick(this);
        _socket = network.OpenDatagram(local, loop, this);
        _ssrc = (uint)local.Port << 16 | (uint)toneHz;
    }

    /// <summary>Where it receives.</summary>
    public NetAddress Local => _socket.Local;

    /// <summary>Begins to send, or goes on towards another place or in another codec.</summary>
    public void Start(ToneAgreement agreed)
    {
        if (_isDisposed)
            return;
        if (_agreed?.Codec != agreed.Codec)
        {
            _tone = new ToneGenerator(_toneHz, agreed.Codec.SampleRate, _toneHz > 0 ? Phone.TonePeak : 0);
            _encoder = agreed.Codec.CreateEncoder();
            _decoder = agreed.Codec.CreateDecoder();
            _heard = new short[MaxSeconds * agreed.Codec.SampleRate];
            _heardLength = 0;
            _firstTimestamp = null;
        }

        _agreed = agreed;
        if (_tick.IsArmed)
            return;
        _nextNs = _loop.NowNs;
        _loop.Timers.Arm(_tick, _nextNs);
    }

    /// <summary>Presses keys; <paramref name="done"/> is called after the last.</summary>
    public void SendDigits(string digits, Action done)
    {
        foreach (var digit in digits)
            _digits.Enqueue(digit);
        _pressed = done;
    }

    /// <summary>What was heard since the first packet.</summary>
    public WavFile Recording() => new(_agreed?.Codec.SampleRate ?? 8_000, _heard.AsMemory(0, _heardLength));

    /// <inheritdoc/>
    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (_agreed is not { } agreed || !RtpPacket.TryParse(payload, out var packet, out _) || packet.PayloadType != agreed.PayloadType)
            return;
        _firstTimestamp ??= packet.Timestamp;
        var samples = _decoder!.Decode(packet.Payload, _pcm);
        // The RTP clock of G.722 is half its sample rate (RFC 3551 section 4.5.2).
        var at = (long)(int)(packet.Timestamp - _firstTimestamp.Value) * agreed.Codec.SampleRate / agreed.Codec.ClockRate;
        if (at < 0 || at + samples > _heard.Length)
            return;
        _pcm.AsSpan(0, samples).CopyTo(_heard.AsSpan((int)at));
        _heardLength = Math.Max(_heardLength, (int)at + samples);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _loop.Timers.Cancel(_tick);
        _socket.Dispose();
        _pressed?.Invoke();
        _pressed = null;
    }

    void OnTick(long nowNs)
    {
        SendFrame(_agreed!);
        _nextNs += TickMs * MonotonicTime.Millisecond;
        _loop.Timers.Arm(_tick, Math.Max(_nextNs, nowNs - 5 * TickMs * MonotonicTime.Millisecond));
    }

    void SendFrame(ToneAgreement agreed)
    {
        var frame = agreed.Codec.ClockRate / 1_000 * TickMs;
        var pcm = _pcm.AsSpan(0, agreed.Codec.SampleRate / 1_000 * TickMs);
        _tone.Generate(pcm);
        NextPress(agreed);
        RtpHeader header;
        int length;
        if (_press.IsActive)
        {
            var press = _press.Next(frame, out var marker);
            header = new RtpHeader((byte)agreed.EventPayloadType, marker, _sequence, _press.Timestamp, _ssrc);
            length = header.Write(_packet);
            press.Write(_packet.AsSpan(length));
            length += TelephoneEvent.Length;
            if (!_press.IsActive)
                _pauseTicks = PauseTicks;
        }
        else
        {
            header = new RtpHeader(agreed.PayloadType, false, _sequence, _timestamp, _ssrc);
            length = header.Write(_packet);
            length += _encoder!.Encode(pcm, _packet.AsSpan(length));
        }

        _sequence++;
        _timestamp += (uint)frame;
        _socket.Send(_packet.AsSpan(0, length), agreed.Remote);
    }

    void NextPress(ToneAgreement agreed)
    {
        if (_press.IsActive || _pauseTicks-- > 0)
            return;
        _pauseTicks = 0;
        if (_digits.TryDequeue(out var digit))
        {
            if (agreed.EventPayloadType >= 0 && TelephoneEvent.CodeOf(digit) is >= 0 and var code)
                _press.Start((byte)code, PressTicks, _timestamp);
        }
        else if (_pressed is { } pressed)
        {
            _pressed = null;
            pressed();
        }
    }

    sealed class Tick(ToneSession session) : TimerNode
    {
        protected override void Fire(long nowNs) => session.OnTick(nowNs);
    }
}

using System.Buffers.Binary;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;

namespace Meetpoint.Bench.MediaMix;

/// <summary>One participant's end: sends a packet every 20 ms at a phase of its own, and counts what it hears. On the phones' loop.</summary>
sealed class Phone : TimerNode, IDatagramReceiver
{
    const long FrameNs = MonotonicTime.Second / MixLoad.FramesPerSecond;
    const int ReportEveryFrames = 5 * MixLoad.FramesPerSecond; // RFC 3550 6.2
    const int LoudSample = 500;
    const int LookEvery = 10; // packets: decoding all of Opus would take the processor that is measured

    /// <summary>Bytes of the longest payload.</summary>
    public const int MaxPayload = 400;

    readonly IEventLoop _loop;
    readonly IDatagramSocket _media;
    readonly IDatagramSocket _control;
    readonly MixLoad _load;
    readonly Voice? _voice;
    readonly IAudioDecoder _decoder;
    readonly uint _ssrc;
    readonly long _phaseNs;
    readonly byte[] _packet = new byte[RtpHeader.MaxLength + MaxPayload];
    readonly byte[] _report = new byte[64];
    readonly short[] _heard;
    long _originNs;
    ushort _sequence;
    bool _begins;

    /// <summary>Opens its ports; it says nothing until <see cref="Start"/>, and without a voice nothing at all.</summary>
    public Phone(INetwork network, IEventLoop loop, MixLoad load, uint ssrc, Voice? voice, long phaseNs)
    {
        (_loop, _load, _ssrc, _voice, _phaseNs) = (loop, load, ssrc, voice, phaseNs);
        _decoder = load.Codec.CreateDecoder();
        _heard = new short[load.SamplesPerFrame];
        var any = NetAddress.Parse("127.0.0.1:0");
        _media = network.OpenDatagram(any, loop, this);
        _control = network.OpenDatagram(any, loop, this);
        // A peer on this machine that wakes us would be charged for it; on a network it would not.
        loop.Post(() => _media.DeliversAtOnce = _control.DeliversAtOnce = false);
    }

    /// <summary>Where it hears RTP.</summary>
    public int MediaPort => _media.Local.Port;

    /// <summary>Where it hears RTCP.</summary>
    public int ControlPort => _control.Local.Port;

    /// <summary>The server's port for it.</summary>
    public NetAddress Remote { get; set; }

    /// <summary>The server's port for its reports; not set when it takes none.</summary>
    public NetAddress RemoteControl { get; set; }

    public long Sent { get; private set; }

    public long Heard { get; private set; }

    /// <summary>Of the packets heard, those that were listened to.</summary>
    public long Looked { get; private set; }

    /// <summary>Of these, those with somebody's voice in them.</summary>
    public long HeardVoice { get; private set; }

    public void Start()
    {
        if (_originNs == 0)
            _originNs = _loop.NowNs;
        _begins = true;
        var frames = ((_loop.NowNs - _originNs) / FrameNs) + 1;
        _loop.Timers.Arm(this, _originNs + (frames * FrameNs) + _phaseNs);
    }

    public void Stop() => _loop.Timers.Cancel(this);

    protected internal override void Fire(long nowNs)
    {
        _media.Deliver();
        _control.Deliver();
        if (_voice is not null)
            Speak((DueNs - _originNs) / FrameNs);
        if (RemoteControl.IsSet && Sent > 0 && Sent % ReportEveryFrames == 0)
            Report();
        _loop.Timers.Arm(this, DueNs + FrameNs);
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (socket != _media || !RtpPacket.TryParse(payload, out var packet, out _) || Heard++ % LookEvery != 0)
            return;
        Looked++;
        foreach (var sample in _heard.AsSpan(0, _decoder.Decode(packet.Payload, _heard)))
        {
            if (sample > LoudSample)
            {
                HeardVoice++;
                break;
            }
        }
    }

    void Speak(long frame)
    {
        // The timestamp goes on while it is silent, as of a phone that suppresses silence.
        var payload = _voice!.Payload((int)frame);
        var length = new RtpHeader(_load.PayloadType, _begins, _sequence++, (uint)(frame * _load.TicksPerFrame), _ssrc)
            .Write(_packet, default, _load.TellsLevels ? _voice.Level((int)frame) : default, MixLoad.LevelExtensionId);
        payload.CopyTo(_packet.AsSpan(length));
        _media.Send(_packet.AsSpan(0, length + payload.Length), Remote);
        _begins = false;
        Sent++;
    }

    void Report()
    {
        var writer = new RtcpWriter(_report);
        writer.SenderReport(_ssrc, 0, BinaryPrimitives.ReadUInt32BigEndian(_packet.AsSpan(4)), (uint)Sent, (uint)(Sent * _load.SamplesPerFrame), []);
        writer.SourceDescription(_ssrc, "phone"u8);
        _control.Send(_report.AsSpan(0, writer.Length), RemoteControl);
    }
}

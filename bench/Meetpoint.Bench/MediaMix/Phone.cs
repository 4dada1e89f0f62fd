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

    readonly IEventLoop _loop;
    readonly IDatagramSocket _media;
    readonly IDatagramSocket _control;
    readonly Voice _voice;
    readonly uint _ssrc;
    readonly long _phaseNs;
    readonly byte[] _packet = new byte[RtpPacket.FixedHeaderLength + MixLoad.SamplesPerFrame];
    readonly byte[] _report = new byte[64];
    readonly short[] _heard = new short[MixLoad.SamplesPerFrame];
    long _originNs;
    ushort _sequence;
    bool _begins;

    /// <summary>Opens its ports; it says nothing until <see cref="Start"/>.</summary>
    public Phone(INetwork network, IEventLoop loop, uint ssrc, Voice voice, long phaseNs)
    {
        (_loop, _ssrc, _voice, _phaseNs) = (loop, ssrc, voice, phaseNs);
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

    /// <summary>Of the packets heard, those with somebody's voice in them.</summary>
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
        // The timestamp goes on while it is silent, as of a phone that suppresses silence.
        var frame = (DueNs - _originNs) / FrameNs;
        new RtpHeader(MixLoad.PayloadType, _begins, _sequence++, (uint)(frame * MixLoad.SamplesPerFrame), _ssrc).Write(_packet);
        _voice.Payload((int)frame).CopyTo(_packet.AsSpan(RtpPacket.FixedHeaderLength));
        _media.Send(_packet, Remote);
        _begins = false;
        Sent++;
        if (RemoteControl.IsSet && Sent % ReportEveryFrames == 0)
            Report();
        _loop.Timers.Arm(this, DueNs + FrameNs);
    }

    public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (socket != _media || payload.Length < RtpPacket.FixedHeaderLength + MixLoad.SamplesPerFrame)
            return;
        Heard++;
        G711.DecodeMu(payload[^MixLoad.SamplesPerFrame..], _heard);
        foreach (var sample in _heard)
        {
            if (sample > LoudSample)
            {
                HeardVoice++;
                break;
            }
        }
    }

    void Report()
    {
        var writer = new RtcpWriter(_report);
        writer.SenderReport(_ssrc, 0, BinaryPrimitives.ReadUInt32BigEndian(_packet.AsSpan(4)), (uint)Sent, (uint)(Sent * MixLoad.SamplesPerFrame), []);
        writer.SourceDescription(_ssrc, "phone"u8);
        _control.Send(_report.AsSpan(0, writer.Length), RemoteControl);
    }
}

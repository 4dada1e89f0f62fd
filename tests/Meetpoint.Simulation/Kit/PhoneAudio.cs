using System.Runtime.InteropServices;
using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>The audio half of a simulated phone: a packet of G.711 every 20 ms, key presses, and a recording.</summary>
sealed class PhoneAudio : TimerNode, IDatagramReceiver
{
    const int SampleRate = 8000;
    const int FrameSamples = 160;
    const byte PayloadType = 8;
    const byte KeyPayloadType = 101;
    const int KeyTicks = 4;
    const int KeptSamples = 30 * SampleRate;

    readonly VirtualEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly IAudioEncoder _encoder = AudioCodec.Pcma.CreateEncoder();
    readonly IAudioDecoder _decoder = AudioCodec.Pcma.CreateDecoder();
    readonly short[] _pcm = new short[FrameSamples];
    readonly short[] _decoded = new short[4 * FrameSamples];
    readonly byte[] _packet = new byte[400];
    readonly List<short> _heard = [];
    readonly Queue<char> _keys = new();
    readonly uint _ssrc;
    readonly double _toneHz;
    ToneGenerator _tone;
    TelephoneEventSender _key;
    NetAddress _remote;
    ushort _sequence;
    uint _timestamp;
    double _dueNs;

    public PhoneAudio(VirtualHost host, VirtualEventLoop loop, NetAddress local, double toneHz, uint ssrc)
    {
        _loop = loop;
        _toneHz = toneHz;
        _ssrc = ssrc;
        _tone = new ToneGenerator(toneHz, SampleRate, 6000);
        _socket = host.OpenDatagram(local, loop, this);
    }

    /// <summary>Packets that came in all.</summary>
    public long Packets { get; private set; }

    /// <summary>When the last packet came.</summary>
    public long LastPacketNs { get; private set; }

    /// <summary>How much too fast its clock runs, in parts per million.</summary>
    public double ClockPpm { get; set; }

    /// <summary>Makes the next 20 ms in place of the tone; null for the tone.</summary>
    public Action<short[]>? Source { get; set; }

    /// <summary>Sees each 20 ms that it hears.</summary>
    public Action<ReadOnlyMemory<short>, long>? Sink { get; set; }

    /// <summary>Begins, or goes on elsewhere: where the other side's description says.</summary>
    public void Start(SdpDescription remote)
    {
        if (remote.Media.FirstOrDefault(line => !line.IsRefused) is not { } line || remote.AddressOf(line) is not { } address)
            return;
        _remote = address;
        if (IsArmed)
            return;
        _dueNs = _loop.NowNs;
        Next();
    }

    public void Stop() => _loop.Timers.Cancel(this);

    /// <summary>Presses keys, one after the other.</summary>
    public void Press(string keys)
    {
        foreach (var key in keys)
            _keys.Enqueue(key);
    }

    public bool Hears(double hz, int milliseconds = 500) => ToneMeter.Contains(Last(milliseconds), hz, SampleRate, floorLevel: 45);

    /// <summary>The last that it heard.</summary>
    public ReadOnlySpan<short> Last(int milliseconds)
    {
        var samples = Math.Min(_heard.Count, milliseconds * SampleRate / 1000);
        return CollectionsMarshal.AsSpan(_heard)[^samples..];
    }

    void IDatagramReceiver.OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
    {
        if (RtcpReader.IsRtcp(payload) || !RtpPacket.TryParse(payload, out var packet, out _) || packet.PayloadType != PayloadType)
            return;
        Packets++;
        LastPacketNs = nowNs;
        var count = _decoder.Decode(packet.Payload, _decoded);
        Sink?.Invoke(_decoded.AsMemory(0, count), nowNs);
        _heard.AddRange(_decoded.AsSpan(0, count));
        if (_heard.Count > 2 * KeptSamples)
            _heard.RemoveRange(0, KeptSamples);
    }

    protected override void Fire(long nowNs)
    {
        if (!_key.IsActive && _keys.TryDequeue(out var key))
            _key.Start((byte)TelephoneEvent.CodeOf(key), KeyTicks, _timestamp);
        if (_key.IsActive)
            SendKey();
        else
            SendTone();
        _timestamp += FrameSamples;
        Next();
    }

    void Next()
    {
        _dueNs += 20 * MonotonicTime.Millisecond / (1 + (ClockPpm / 1e6));
        _loop.Timers.Arm(this, (long)_dueNs);
    }

    void SendTone()
    {
        if (Source is { } source)
            source(_pcm);
        else if (_toneHz > 0)
            _tone.Generate(_pcm);
        else
            Array.Clear(_pcm);
        var length = new RtpHeader(PayloadType, false, _sequence++, _timestamp, _ssrc).Write(_packet);
        length += _encoder.Encode(_pcm, _packet.AsSpan(length));
        _socket.Send(_packet.AsSpan(0, length), _remote);
    }

    void SendKey()
    {
        var value = _key.Next(FrameSamples, out var marker);
        var length = new RtpHeader(KeyPayloadType, marker, _sequence++, _key.Timestamp, _ssrc).Write(_packet);
        value.Write(_packet.AsSpan(length));
        _socket.Send(_packet.AsSpan(0, length + TelephoneEvent.Length), _remote);
    }
}

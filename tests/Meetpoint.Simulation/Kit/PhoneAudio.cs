using System.Runtime.InteropServices;
using Meetpoint.Media.Audio;
using Meetpoint.Media.Codecs;
using Meetpoint.Media.Rtp;
using Meetpoint.Net;
using Meetpoint.Net.Virtual;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

/// <summary>The audio half of a simulated phone: a packet every 20 ms, key presses, and a recording.</summary>
sealed class PhoneAudio : TimerNode, IDatagramReceiver
{
    const int TicksPerSecond = 50;
    const int KeyTicks = 4;
    const int KeptSeconds = 30;
    const int MaxPacketSamples = 2880;

    readonly VirtualEventLoop _loop;
    readonly IDatagramSocket _socket;
    readonly short[] _decoded = new short[MaxPacketSamples];
    readonly byte[] _packet = new byte[600];
    readonly List<short> _heard = [];
    readonly Queue<char> _keys = new();
    readonly uint _ssrc;
    readonly double _toneHz;
    PhoneFormat _format = PhoneFormat.Pcma;
    IAudioEncoder _encoder = PhoneFormat.Pcma.Codec.CreateEncoder();
    IAudioDecoder _decoder = PhoneFormat.Pcma.Codec.CreateDecoder();
    short[] _pcm = new short[PhoneFormat.Pcma.Codec.SampleRate / TicksPerSecond];
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
        _tone = new ToneGenerator(toneHz, SampleRate, Peak);
        _socket = host.OpenDatagram(local, loop, this);
    }

    /// <summary>What it speaks from now on; what it heard in another codec is forgotten.</summary>
    public PhoneFormat Format
    {
        get => _format;
        set
        {
            if (_format.Codec != value.Codec)
            {
                _encoder.Dispose();
                _decoder.Dispose();
                (_encoder, _decoder) = (value.Codec.CreateEncoder(), value.Codec.CreateDecoder());
                _pcm = new short[value.Codec.SampleRate / TicksPerSecond];
                _tone = new ToneGenerator(_toneHz, value.Codec.SampleRate, Peak);
                _heard.Clear();
            }

            _format = value;
        }
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
        if (RtcpReader.IsRtcp(payload) || !RtpPacket.TryParse(payload, out var packet, out _) || packet.PayloadType != _format.PayloadType)
            return;
        Packets++;
        LastPacketNs = nowNs;
        var count = _decoder.Decode(packet.Payload, _decoded);
        Sink?.Invoke(_decoded.AsMemory(0, count), nowNs);
        _heard.AddRange(_decoded.AsSpan(0, count));
        if (_heard.Count > 2 * KeptSeconds * SampleRate)
            _heard.RemoveRange(0, KeptSeconds * SampleRate);
    }

    protected override void Fire(long nowNs)
    {
        if (!_key.IsActive && _keys.TryDequeue(out var key))
            _key.Start((byte)TelephoneEvent.CodeOf(key), KeyTicks, _timestamp);
        if (_key.IsActive)
            SendKey();
        else
            SendTone();
        _timestamp += (uint)(_format.Codec.ClockRate / TicksPerSecond);
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
        var length = new RtpHeader(_format.SendPayloadType, false, _sequence++, _timestamp, _ssrc).Write(_packet);
        length += _encoder.Encode(_pcm, _packet.AsSpan(length));
        _socket.Send(_packet.AsSpan(0, length), _remote);
    }

    void SendKey()
    {
        var value = _key.Next(_format.KeyClock / TicksPerSecond, out var marker);
        var length = new RtpHeader(_format.SendKeyPayloadType, marker, _sequence++, _key.Timestamp, _ssrc).Write(_packet);
        value.Write(_packet.AsSpan(length));
        _socket.Send(_packet.AsSpan(0, length + TelephoneEvent.Length), _remote);
    }

    const double Peak = 6000;

    int SampleRate => _format.Codec.SampleRate;
}

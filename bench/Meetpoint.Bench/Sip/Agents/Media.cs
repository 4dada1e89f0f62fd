using System.Buffers.Text;
using System.Text;
using Meetpoint.Bench.MediaRelay;
using Meetpoint.Net;

namespace Meetpoint.Bench.Sip.Agents;

/// <summary>The ends of RTP that calls borrow while they are held; each sends G.711 of 20 ms and hears. On the agents' loop.</summary>
sealed class Media : TimerNode
{
    const long PacketNs = 20 * MonotonicTime.Millisecond;
    const long TickNs = MonotonicTime.Millisecond;

    /// <summary>Ticks between two looks at what an end was sent.</summary>
    const int HearEveryTicks = 16;

    const uint FirstSsrc = 20_000;

    readonly IEventLoop _loop;
    readonly Stack<MediaEnd> _free = new();
    readonly List<MediaEnd> _talking = [];
    readonly MediaEnd[] _all;
    int _tick;

    /// <summary>Opens the ports of that many ends.</summary>
    public Media(IEventLoop loop, SocketNetwork network, int ends)
    {
        _loop = loop;
        _all = [.. Enumerable.Range(0, ends).Select(i => new MediaEnd(new CallEnd(network, loop, FirstSsrc + (uint)i)))];
        foreach (var end in _all)
            _free.Push(end);
    }

    public long Sent => _all.Sum(end => end.Line.Sent);

    public long Heard => _all.Sum(end => end.Line.Heard);

    /// <summary>An end for one party of a call.</summary>
    public MediaEnd Take() => _free.Pop();

    /// <summary>Talks to where the other side's description says, until it is given back.</summary>
    public void Start(MediaEnd end, ReadOnlySpan<byte> sdp, long nowNs)
    {
        end.Line.Remote = Address(sdp);
        end.Line.Start(nowNs);
        end.IsTalking = true;
        _talking.Add(end);
        if (!IsArmed)
            _loop.Timers.Arm(this, nowNs + TickNs);
    }

    public void GiveBack(MediaEnd end)
    {
        end.IsTalking = false;
        _free.Push(end);
    }

    protected internal override void Fire(long nowNs)
    {
        _tick++;
        for (var i = _talking.Count - 1; i >= 0; i--)
        {
            var end = _talking[i];
            if (end.IsTalking)
                end.Line.Send(nowNs, PacketNs);
            if (!end.IsTalking || i % HearEveryTicks == _tick % HearEveryTicks)
                end.Line.Hear();
            if (!end.IsTalking)
                _talking.RemoveAt(i);
        }

        if (_talking.Count > 0)
            _loop.Timers.Arm(this, Math.Max(DueNs + TickNs, nowNs));
    }

    /// <summary>The address and port of the only stream.</summary>
    static NetAddress Address(ReadOnlySpan<byte> sdp)
    {
        var host = sdp[(sdp.IndexOf("c=IN IP4 "u8) + 9)..];
        var port = sdp[(sdp.IndexOf("m=audio "u8) + 8)..];
        Utf8Parser.TryParse(port, out int number, out _);
        return NetAddress.Parse($"{Encoding.ASCII.GetString(host[..host.IndexOf((byte)'\r')])}:{number}");
    }
}

/// <summary>One end, and what it says of itself.</summary>
sealed class MediaEnd(CallEnd line)
{
    public CallEnd Line { get; } = line;

    public byte[] Sdp { get; } = AgentSdp.Of(line.MediaPort, line.ControlPort);

    public bool IsTalking { get; set; }
}

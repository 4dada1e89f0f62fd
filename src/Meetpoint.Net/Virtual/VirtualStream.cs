using System.Security.Cryptography.X509Certificates;

namespace Meetpoint.Net.Virtual;

/// <summary>One end of a stream of the virtual network.</summary>
/// <remarks>
/// Segments keep their order, as TCP does; a lost or cut one is sent again until <see cref="TimeoutNs"/> has passed, and then the stream
/// ends at both ends, at the other one as soon as the path lets it know.
/// </remarks>
sealed class VirtualStream : IStream
{
    /// <summary>Bytes that may be on their way; Send gives false beyond.</summary>
    internal const int MaxBytesInFlight = 1 << 20;

    /// <summary>How long a segment may find no way through.</summary>
    internal const long TimeoutNs = 30 * MonotonicTime.Second;

    readonly VirtualNetwork network;
    readonly VirtualEventLoop loop;
    readonly VirtualHost? _host;
    readonly Queue<Segment> _onTheWay = new();
    int _bytesInFlight;
    bool _closing;
    bool _ended;
    bool _isPaused;
    readonly Queue<byte[]> _held = new();

    internal VirtualStream(VirtualNetwork network, VirtualEventLoop loop, NetAddress local, NetAddress remote)
    {
        this.network = network;
        this.loop = loop;
        Local = local;
        Remote = remote;
        _host = local.IsSet ? network.HostOf(local) : null;
        _host?.Add(this);
    }

    public NetAddress Local { get; }

    public NetAddress Remote { get; }

    public X509Certificate2? PeerCertificate { get; internal set; }

    public string? ApplicationProtocol { get; internal set; }

    public bool IsTls13 => PeerCertificate is not null;

    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            if (!value)
                loop.Post(HandOverHeld);
        }
    }

    internal IStreamReceiver? Receiver { get; set; }

    /// <summary>What this end shows in the TLS that it waits for as server, since <see cref="StartTls"/>.</summary>
    internal TlsIdentity? AwaitedTls { get; private set; }

    /// <summary>The other end; null until the listener was reached.</summary>
    internal VirtualStream? Peer { get; set; }

    /// <summary>True once bytes may be sent.</summary>
    internal bool IsOpen { get; set; }

    internal bool HasEnded => _ended;

    internal VirtualNetwork Network => network;

    internal VirtualEventLoop Loop => loop;

    public bool Send(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen || _closing || _ended || _bytesInFlight + bytes.Length > MaxBytesInFlight)
            return false;
        var segmentBytes = network.ConditionsOf(Local, Remote).SegmentBytes;
        while (bytes.Length > 0)
        {
            var size = Math.Min(segmentBytes, bytes.Length);
            var segment = bytes[..size].ToArray();
            bytes = bytes[size..];
            _bytesInFlight += size;
            Carry(segment, () => Peer?.Receive(segment));
        }

        return true;
    }

    public void StartTls(TlsIdentity identity, string? serverName, bool asServer)
    {
        if (PeerCertificate is not null || AwaitedTls is not null)
            throw new InvalidOperationException("the stream has TLS already");
        if (!IsOpen || _closing || _ended)
            return;
        IsOpen = false;
        if (asServer)
            AwaitedTls = identity;
        else
            VirtualConnect.Upgrade(this, identity);
    }

    public void Close()
    {
        if (_closing || _ended)
            return;
        _closing = true;
        if (Peer is null || !IsOpen)
        {
            loop.Post(() => End("closed here"));
            return;
        }

        Carry([], () =>
        {
            Peer?.End("closed by the other end");
            loop.Post(() => End("closed here"));
        });
    }

    /// <summary>Ends this end and tells its receiver; once.</summary>
    internal void End(string reason)
    {
        if (_ended)
            return;
        _isPaused = false;
        HandOverHeld();
        _ended = true;
        _host?.Remove(this);
        loop.World.RunOn(loop, () => Receiver?.OnClosed(this, reason));
    }

    /// <summary>The process at this end is gone: nobody here is told, and the other end hears of it as soon as the path lets it.</summary>
    internal void Reset()
    {
        _ended = true;
        _host?.Remove(this);
        if (Peer is { HasEnded: false } peer)
            TellReset(peer, network.World.NowNs);
    }

    /// <summary>Runs the arrival after the path's delay, after what was sent before it, once the path is whole.</summary>
    internal void Carry(byte[] bytes, Action arrive)
    {
        var conditions = network.ConditionsOf(Local, Remote);
        var nowNs = network.World.NowNs;
        var dueNs = nowNs + network.DelayOf(conditions);
        while (network.Happens(conditions.Loss) && dueNs - nowNs < TimeoutNs)
            dueNs += conditions.RetransmitNs;
        _onTheWay.Enqueue(new Segment(bytes, arrive, nowNs, dueNs, conditions.RetransmitNs));
        if (_onTheWay.Count == 1)
            network.World.At(dueNs, ArriveFirst);
    }

    void ArriveFirst()
    {
        if (_ended)
            return;
        var segment = _onTheWay.Peek();
        var nowNs = network.World.NowNs;
        if (network.IsCut(Local, Remote))
        {
            network.Note(VirtualTraceKind.Cut, true, Local, Remote, segment.Bytes);
            if (nowNs - segment.SentNs >= TimeoutNs)
                GiveUp();
            else
                network.World.At(nowNs + segment.RetryNs, ArriveFirst);
            return;
        }

        _onTheWay.Dequeue();
        _bytesInFlight -= segment.Bytes.Length;
        network.Note(VirtualTraceKind.Delivered, true, Local, Remote, segment.Bytes);
        if (_onTheWay.TryPeek(out var next))
            network.World.At(next.DueNs, ArriveFirst);
        segment.Arrive();
    }

    void GiveUp()
    {
        var peer = Peer;
        End("timed out");
        if (peer is { HasEnded: false })
            TellReset(peer, network.World.NowNs);
    }

    void TellReset(VirtualStream peer, long sinceNs)
    {
        var nowNs = network.World.NowNs;
        if (!network.IsCut(Local, Remote) || nowNs - sinceNs >= TimeoutNs)
            peer.End("timed out");
        else
            network.World.At(nowNs + MonotonicTime.Second, () => TellReset(peer, sinceNs));
    }

    void Receive(byte[] segment)
    {
        if (_ended || _closing)
            return;
        _held.Enqueue(segment);
        HandOverHeld();
    }

    void HandOverHeld()
    {
        while (!_isPaused && !_ended && _held.TryDequeue(out var segment))
            HandOver(segment);
    }

    void HandOver(byte[] segment)
    {
        loop.World.RunOn(loop, () =>
        {
            loop.IsHandingOver = true;
            try
            {
                Receiver?.OnBytes(this, segment, loop.NowNs);
            }
            finally
            {
                loop.IsHandingOver = false;
            }
        });
    }

    readonly record struct Segment(byte[] Bytes, Action Arrive, long SentNs, long DueNs, long RetryNs);
}

using Meetpoint.Exchange.Meetings.Live;
using Meetpoint.Net;

namespace Meetpoint.Interop.Worlds;

/// <summary>A bad way on loopback: datagrams that are sent to it go on to where it was told, and what comes back goes back; both ways some are lost, some come late, and for a while none come.</summary>
sealed class LossyForwarder : IDisposable
{
    /// <summary>Addresses that one forwarded port hears.</summary>
    const int MaxPeers = 16;

    readonly ThreadEventLoop _loop = new("forwarder", TimeProvider.System, static _ => { });
    readonly SocketNetwork _network = new();
    readonly Random _chance = new(7);
    readonly LoopTimer _goOn;
    double _loss;
    long _jitterNs;
    volatile bool _isPaused;
    long _forwarded;

    public LossyForwarder() => _goOn = new LoopTimer(_loop, _ => _isPaused = false);

    /// <summary>Nothing passes.</summary>
    public bool IsPaused => _isPaused;

    /// <summary>Datagrams that passed.</summary>
    public long Forwarded => Interlocked.Read(ref _forwarded);

    /// <summary>From now on so many are lost, 0 to 1, and each takes up to so long, evenly spread.</summary>
    public void Spoil(double loss, TimeSpan jitter) => _loop.Post(() => (_loss, _jitterNs) = (loss, (long)jitter.TotalNanoseconds));

    /// <summary>Lets nothing pass for so long.</summary>
    public void Pause(TimeSpan length)
    {
        _isPaused = true;
        _loop.Post(() => _goOn.Arm((long)length.TotalNanoseconds));
    }

    /// <summary>Opens a port that stands for another.</summary>
    /// <returns>Where to send what is to come there.</returns>
    public Task<NetAddress> ForwardAsync(NetAddress target)
    {
        var opened = new TaskCompletionSource<NetAddress>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() => opened.SetResult(new Front(this, target).Local));
        return opened.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    void Carry(IDatagramSocket by, ReadOnlySpan<byte> datagram, NetAddress to)
    {
        if (_isPaused || _chance.NextDouble() < _loss)
            return;
        Interlocked.Increment(ref _forwarded);
        if (_jitterNs == 0)
        {
            by.Send(datagram, to);
            return;
        }

        var kept = datagram.ToArray();
        new LoopTimer(_loop, _ => by.Send(kept, to)).Arm(_chance.NextInt64(_jitterNs));
    }

    /// <summary>The port that stands for the target: to the target, each peer has one of its own.</summary>
    sealed class Front : IDatagramReceiver
    {
        readonly LossyForwarder _forwarder;
        readonly IDatagramSocket _socket;
        readonly NetAddress _target;
        readonly Dictionary<NetAddress, Back> _backs = [];

        public Front(LossyForwarder forwarder, NetAddress target)
        {
            (_forwarder, _target) = (forwarder, target);
            _socket = forwarder._network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), forwarder._loop, this);
        }

        public NetAddress Local => _socket.Local;

        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs)
        {
            if (!_backs.TryGetValue(from, out var back))
            {
                if (_backs.Count == MaxPeers)
                    return;
                back = _backs[from] = new Back(_forwarder, _socket, from);
            }

            _forwarder.Carry(back.Socket, payload, _target);
        }
    }

    /// <summary>What a peer is for the target.</summary>
    sealed class Back : IDatagramReceiver
    {
        readonly LossyForwarder _forwarder;
        readonly IDatagramSocket _front;
        readonly NetAddress _peer;

        public Back(LossyForwarder forwarder, IDatagramSocket front, NetAddress peer)
        {
            (_forwarder, _front, _peer) = (forwarder, front, peer);
            Socket = forwarder._network.OpenDatagram(NetAddress.Parse("127.0.0.1:0"), forwarder._loop, this);
        }

        public IDatagramSocket Socket { get; }

        public void OnDatagram(IDatagramSocket socket, Span<byte> payload, in NetAddress from, long nowNs) => _forwarder.Carry(_front, payload, _peer);
    }
}

using Meetpoint.Media.Dtls;
using Meetpoint.Media.Srtp;

namespace Meetpoint.Media.Tests.Dtls;

/// <summary>
/// A client and a server on a virtual network with virtual time: each datagram may be dropped, delayed or doubled. Deterministic but for the
/// keys and nonces.
/// </summary>
sealed class DtlsPair : IDisposable
{
    public const long Millisecond = 1_000_000;
    const int MaxSteps = 20_000;

    readonly PriorityQueue<(bool ToServer, byte[] Bytes), (long AtNs, int Order)> _wire = new();
    int _order;

    public DtlsPair(
        DtlsContext clientContext, DtlsContext serverContext, DtlsFingerprint? clientExpects = null, DtlsFingerprint? serverExpects = null)
    {
        Client = new DtlsEndpoint(DtlsRole.Client, clientContext, clientExpects ?? serverContext.Fingerprint, new Link(this, toServer: true));
        Server = new DtlsEndpoint(DtlsRole.Server, serverContext, serverExpects ?? clientContext.Fingerprint, new Link(this, toServer: false));
    }

    public DtlsEndpoint Client { get; }

    public DtlsEndpoint Server { get; }

    public long NowNs { get; private set; }

    /// <summary>Datagrams sent by either end so far.</summary>
    public int Sent { get; private set; }

    public int LongestBytes { get; private set; }

    /// <summary>What the network does with the n-th datagram: the delays, in nanoseconds, of the copies that arrive. One after 10 ms by default.</summary>
    public Func<bool, int, long[]> Network { get; set; } = (_, _) => [10 * Millisecond];

    public void Start()
    {
        Server.Start(NowNs);
        Client.Start(NowNs);
    }

    /// <summary>Runs until both are at rest: nothing on the wire and neither in the handshake.</summary>
    public void RunToRest() => Run(() => _wire.Count == 0 && !IsBusy(Client) && !IsBusy(Server));

    /// <summary>Runs until this virtual time.</summary>
    public void RunUntil(long endNs)
    {
        Run(() => NextNs() > endNs);
        NowNs = endNs;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    static bool IsBusy(DtlsEndpoint endpoint) => endpoint.State == DtlsState.Handshaking;

    long NextNs()
    {
        var timers = Math.Min(Client.NextTimeoutNs, Server.NextTimeoutNs);
        return _wire.TryPeek(out _, out var first) ? Math.Min(first.AtNs, timers) : timers;
    }

    void Run(Func<bool> isDone)
    {
        for (var step = 0; !isDone(); step++)
        {
            if (step == MaxSteps)
            {
                throw new InvalidOperationException($"Not at rest after {MaxSteps} steps: client {Client.State}, server {Server.State}, {NowNs} ns.");
            }
            var nextNs = NextNs();
            if (nextNs == long.MaxValue)
            {
                return;
            }
            NowNs = Math.Max(NowNs, nextNs);
            if (_wire.TryPeek(out var item, out var first) && first.AtNs <= NowNs)
            {
                _wire.Dequeue();
                (item.ToServer ? Server : Client).OnDatagram(item.Bytes, NowNs);
            }
            Client.OnTimer(NowNs);
            Server.OnTimer(NowNs);
        }
    }

    void Send(bool toServer, ReadOnlySpan<byte> datagram)
    {
        LongestBytes = Math.Max(LongestBytes, datagram.Length);
        foreach (var delayNs in Network(toServer, Sent++))
        {
            _wire.Enqueue((toServer, datagram.ToArray()), (NowNs + delayNs, _order++));
        }
    }

    /// <summary>What one end needs of the world.</summary>
    sealed class Link(DtlsPair pair, bool toServer) : IDtlsOutput
    {
        public void SendDatagram(ReadOnlySpan<byte> datagram) => pair.Send(toServer, datagram);
    }
}

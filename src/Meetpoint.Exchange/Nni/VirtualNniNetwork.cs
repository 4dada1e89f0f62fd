using System.Runtime.ExceptionServices;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Nni;

/// <summary>What a virtual link does to requests and answers. Chances are 0 to 1 and drawn for each.</summary>
/// <param name="Loss">That a request or an answer is lost.</param>
/// <param name="Duplicate">That a request arrives twice, the second time after any delay.</param>
/// <param name="MaxDelayMs">Each takes 0 to this long, so that they overtake one another.</param>
public sealed record VirtualNniFaults(double Loss, double Duplicate, int MaxDelayMs);

/// <summary>Links between exchanges in one process under virtual time, with faults from a seed: the same seed, the same run.</summary>
/// <remarks>Not thread safe: all on one loop.</remarks>
public sealed class VirtualNniNetwork(IEventLoop loop, Random random, VirtualNniFaults faults)
{
    readonly Dictionary<string, NniServer> _servers = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> _cut = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Faults from now on.</summary>
    public VirtualNniFaults Faults { get; set; } = faults;

    /// <summary>Sees every request that is posted: from, to, path, body.</summary>
    public Action<string, string, string, ReadOnlyMemory<byte>>? Posted { get; set; }

    /// <summary>Sees every answer: from, to, path, answer.</summary>
    public Action<string, string, string, NniReply>? Answered { get; set; }

    /// <summary>Requests that reached a server.</summary>
    public int Delivered { get; private set; }

    /// <summary>Puts an exchange's server on the network; null takes it off.</summary>
    public void Attach(string exchange, NniServer? server)
    {
        if (server is null)
            _servers.Remove(exchange);
        else
            _servers[exchange] = server;
    }

    /// <summary>Cuts an exchange off, or mends it.</summary>
    public void SetCut(string exchange, bool isCut)
    {
        if (isCut)
            _cut.Add(exchange);
        else
            _cut.Remove(exchange);
    }

    /// <summary>An exchange's own way out; its identity is taken as proved by TLS.</summary>
    public INniTransport TransportOf(string exchange, NniNeighbours neighbours) => new Transport(this, exchange, neighbours);

    void Later(Action work)
    {
        var dueNs = loop.NowNs + (random.Next(Faults.MaxDelayMs * 1000) * MonotonicTime.Microsecond);
        if (loop.IsCurrent)
            loop.Timers.Arm(new Event(work), dueNs);
        else
            loop.Post(() => loop.Timers.Arm(new Event(work), dueNs)); // a sender's loop is another one
    }

    bool Lost() => random.NextDouble() < Faults.Loss;

    Task<NniReply> Post(string from, string to, string path, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        Posted?.Invoke(from, to, path, body);

        // No word of a loss: the sender's own timer finds out, as with a network that swallows packets.
        var reply = new TaskCompletionSource<NniReply>();
        cancellation.Register(() => reply.TrySetResult(NniReply.None("given up")));
        var copies = random.NextDouble() < Faults.Duplicate ? 2 : 1;
        for (var i = 0; i < copies; i++)
        {
            if (!Lost())
                Later(() => _ = DeliverAsync(from, to, path, body, reply));
        }

        return reply.Task;
    }

    async Task DeliverAsync(string from, string to, string path, ReadOnlyMemory<byte> body, TaskCompletionSource<NniReply> reply)
    {
        if (_cut.Contains(from) || _cut.Contains(to) || !_servers.TryGetValue(to, out var server))
        {
            reply.TrySetResult(NniReply.None("connection refused"));
            return;
        }

        Delivered++;
        NniReply answer;
        try
        {
            answer = await server.HandleAsync(path, from, body, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // As over HTTP: a 500 tells nothing of what was done.
            reply.TrySetResult(NniReply.None("internal error"));
            return;
        }
        catch (Exception fault)
        {
            // A fault of the server's must end the run, not look like a lost packet.
            loop.Post(() => ExceptionDispatchInfo.Throw(fault));
            return;
        }

        Answered?.Invoke(to, from, path, answer);
        if (!Lost())
            Later(() => reply.TrySetResult(_cut.Contains(from) || _cut.Contains(to) ? NniReply.None("connection reset") : answer));
    }

    sealed class Transport(VirtualNniNetwork network, string self, NniNeighbours neighbours) : INniTransport
    {
        public Task<NniReply> PostAsync(string destination, string path, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
            neighbours.NextHop(destination) is { } hop
                ? network.Post(self, hop.Exchange, path, body, cancellation)
                : Task.FromResult(NniReply.None($"no way to {destination}"));
    }

    sealed class Event(Action work) : TimerNode
    {
        protected override void Fire(long nowNs) => work();
    }
}

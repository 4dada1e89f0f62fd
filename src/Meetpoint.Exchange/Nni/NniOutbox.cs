using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>Why a message was not queued. The caller's transaction may go on without it, or fail.</summary>
public enum NniOutboxRefusal
{
    /// <summary>No such exchange is configured.</summary>
    UnknownDestination,

    /// <summary><see cref="NniLimits.OutboxDepth"/> messages wait for that destination already.</summary>
    Full,

    /// <summary>The body is over <see cref="NniLimits.BodyBytes"/>.</summary>
    TooLarge,
}

/// <summary>A message was not queued.</summary>
public sealed class NniOutboxException(NniOutboxRefusal refusal, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public NniOutboxRefusal Refusal { get; } = refusal;
}

/// <summary>One destination's outbox and link, for operators.</summary>
/// <param name="Destination">The exchange.</param>
/// <param name="State">How the link stands.</param>
/// <param name="Depth">Messages that wait for acknowledgement.</param>
/// <param name="Oldest">When the first of them was queued.</param>
/// <param name="LastError">What went wrong last; null when nothing is wrong.</param>
/// <param name="LastContact">When the other exchange last answered.</param>
/// <param name="Version">Protocol version agreed on; 0 before the first contact.</param>
/// <param name="Capabilities">What the other exchange says it handles.</param>
public sealed record NniLinkStatus(
    string Destination, NniLinkState State, long Depth, Instant? Oldest, string? LastError, Instant? LastContact, long Version,
    IReadOnlyList<string> Capabilities);

/// <summary>The durable, ordered outbox towards every other exchange.</summary>
/// <remarks>Thread safe. Senders run on the one loop that is handed in.</remarks>
public sealed class NniOutbox : INniOutbox
{
    readonly ConcurrentDictionary<string, OutboxSender> _senders = new(StringComparer.OrdinalIgnoreCase);
    readonly ConcurrentDictionary<string, NniExpiredHandler> _expired = new(StringComparer.Ordinal);
    readonly HashSet<string> _gathered = new(StringComparer.Ordinal);
    readonly NniNeighbours _neighbours;
    readonly NniSeal _seal;
    readonly OutboxLedger _ledger;
    readonly IEventLoop _loop;
    readonly NniQuestions _questions;
    readonly Func<string, OutboxSender> _newSender;
    int _running;

    internal NniOutbox(
        Store store, NniNeighbours neighbours, NniSeal seal, INniTransport transport, IEventLoop loop, Random jitter,
        NniQuestions questions, Func<JsonObject> hello, Action<NniEvent> events)
    {
        _neighbours = neighbours;
        _seal = seal;
        _loop = loop;
        _questions = questions;
        _ledger = new OutboxLedger(store, seal, type => _expired.GetValueOrDefault(type), events);
        _newSender = destination => new OutboxSender(destination, seal, _ledger, transport, loop, jitter, hello);
    }

    /// <summary>Registers who hears that messages of a type expired without effect. Before <see cref="Start"/>.</summary>
    /// <remarks>
    /// Called once a message: within <see cref="NniLimits.LastRetry"/> of its expiry when it was never sent, even while the link is down.
    /// One that was sent and not acknowledged may have taken effect; of that the handler hears, or not, when the link is back.
    /// </remarks>
    public void OnExpired(string type, NniExpiredHandler handler) => _expired[type] = handler;

    /// <summary>
    /// Messages of these types are for the records, and nobody waits for them: to a link that rests they go after <see cref="NniLimits.Gather"/>, with all that came by then, in one request. Before <see cref="Start"/>.
    /// </summary>
    public void MayGather(IEnumerable<string> types) => _gathered.UnionWith(types);

    /// <summary>Connects to every neighbour and sends what waits. Call again after neighbours were added.</summary>
    public void Start()
    {
        Volatile.Write(ref _running, 1);
        foreach (var neighbour in _neighbours.All)
            Wake(neighbour.Exchange, mayGather: false);
    }

    /// <summary>Stops sending; what is queued stays queued.</summary>
    public void Stop()
    {
        Volatile.Write(ref _running, 0);
        _loop.Post(() =>
        {
            foreach (var sender in _senders.Values)
                sender.Stop();
            _senders.Clear();
        });
    }

    /// <inheritdoc/>
    /// <exception cref="NniOutboxException">It was refused; nothing was written.</exception>
    public void Enqueue(StoreTransaction transaction, string destination, string type, JsonObject body, Instant expires)
    {
        if (type.Length is 0 or > NniLimits.NameChars || type.StartsWith(NniTypes.Reserved, StringComparison.Ordinal))
            throw new ArgumentException($"'{type}' is no message type for a service", nameof(type));
        if (_neighbours.Find(destination) is not { } neighbour)
            throw new NniOutboxException(NniOutboxRefusal.UnknownDestination, $"no exchange {destination} is configured");
        var json = body.ToJsonString();
        if (Encoding.UTF8.GetByteCount(json) > NniLimits.BodyBytes)
            throw new NniOutboxException(NniOutboxRefusal.TooLarge, $"a body of {type} is over {NniLimits.BodyBytes} bytes");
        var name = neighbour.Exchange;
        var now = _seal.Now();
        var stream = OutboxTable.EnsureStream(transaction, name, now);
        if (stream.NextSequence - 1 - stream.Acked >= NniLimits.OutboxDepth)
            throw new NniOutboxException(NniOutboxRefusal.Full, $"{NniLimits.OutboxDepth} messages wait for {name} already");
        var until = Instant.FromUnixTimeMilliseconds(expires.ToUnixTimeMilliseconds());
        OutboxTable.Append(transaction, new OutboxRow(name, stream.NextSequence, _seal.NewId(), type, json, now, until, false));
        var mayGather = _gathered.Contains(type);
        transaction.AfterCommit(() => Wake(name, mayGather));
    }

    /// <inheritdoc/>
    public Task<JsonObject> AskAsync(string destination, string type, JsonObject question, Duration timeout) =>
        _questions.AskAsync(destination, type, question, timeout);

    /// <summary>Every destination with its link and what waits for it.</summary>
    public IReadOnlyList<NniLinkStatus> Status()
    {
        var depths = _ledger.Store.Read(OutboxTable.Depths).ToDictionary(depth => depth.Destination, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. _neighbours.All.Select(neighbour => neighbour.Exchange).Union(depths.Keys, StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.Ordinal).Select(name => Status(name, depths.GetValueOrDefault(name))),
        ];
    }

    /// <summary>The other exchange was heard by what it sent us.</summary>
    internal void PeerHeard(string exchange) => _loop.Post(() =>
    {
        if (_senders.TryGetValue(exchange, out var sender))
            sender.PeerHeard();
    });

    NniLinkStatus Status(string name, OutboxDepth? depth)
    {
        var link = _senders.TryGetValue(name, out var sender) ? sender.Link : new NniLink(NniLinkState.Down, null, null, 0, []);
        return new NniLinkStatus(
            name, link.State, depth?.Depth ?? 0, depth?.Oldest, link.LastError, link.LastContact, link.Version, link.Capabilities);
    }

    void Wake(string destination, bool mayGather)
    {
        if (Volatile.Read(ref _running) == 0)
            return;
        var sender = _senders.GetOrAdd(destination, _newSender);
        if (!sender.ClaimWake(mayGather))
            return;
        _loop.Post(() =>
        {
            if (Volatile.Read(ref _running) == 1)
                sender.Wake(mayGather);
        });
    }
}

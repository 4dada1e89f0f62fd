using System.Text.Json.Nodes;
using Meetpoint.Exchange.Storage;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>A message from another exchange whose signature, order and expiry have been checked.</summary>
/// <param name="Origin">The exchange that signed it (its domain name).</param>
/// <param name="Id">Unique, chosen by the origin.</param>
/// <param name="Sequence">1, 2, 3, ... for each pair of origin and destination.</param>
/// <param name="Type">What it is, such as "booking.hold".</param>
/// <param name="Body">Its content.</param>
/// <param name="Expires">When it is void.</param>
public sealed record NniMessage(string Origin, string Id, long Sequence, string Type, JsonObject Body, Instant Expires);

/// <summary>
/// Handles one message in the very transaction that advances the inbox, so that it takes effect exactly once. What it answers
/// goes into the outbox in the same transaction.
/// </summary>
public delegate void NniHandler(StoreTransaction transaction, NniMessage message);

/// <summary>Answers a signed question that changes nothing (a directory search); may be asked twice.</summary>
public delegate Task<JsonObject> NniQueryHandler(string origin, JsonObject question);

/// <summary>The sending side, as the services see it.</summary>
public interface INniOutbox
{
    /// <summary>
    /// Queues a message within the caller's transaction: it goes out after the commit, once, in order, retried until the other
    /// exchange has it or it expires.
    /// </summary>
    void Enqueue(StoreTransaction transaction, string destination, string type, JsonObject body, Instant expires);

    /// <summary>Asks a neighbour exchange a question; faults with <see cref="NniUnreachableException"/> when there is no answer in time.</summary>
    Task<JsonObject> AskAsync(string destination, string type, JsonObject question, Duration timeout);
}

/// <summary>The other exchange gave no answer in time, or refused.</summary>
public sealed class NniUnreachableException(string message, Exception? inner = null) : Exception(message, inner);

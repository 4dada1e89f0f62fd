using System.Collections.Concurrent;
using Meetpoint.Exchange.Storage;

namespace Meetpoint.Exchange.Nni;

/// <summary>
/// Takes other exchanges' messages in: each in one transaction with its handler and the step of the stream, so that it takes effect
/// exactly once, in order, or not at all.
/// </summary>
/// <remarks>Thread safe.</remarks>
public sealed class NniInbox
{
    readonly ConcurrentDictionary<string, NniHandler> _handlers = new(StringComparer.Ordinal);
    readonly Store _store;
    readonly NniSeal _seal;
    readonly Action<NniEvent> _events;

    internal NniInbox(Store store, NniSeal seal, Action<NniEvent> events)
    {
        _store = store;
        _seal = seal;
        _events = events;
    }

    enum Outcome
    {
        Taken,
        Repeated,
        Gap,
        StaleEpoch,
        Full,
    }

    /// <summary>Types that are handled here; told to neighbours as capabilities.</summary>
    internal IEnumerable<string> Types => _handlers.Keys.Order(StringComparer.Ordinal);

    /// <summary>Registers the handler of a type, before the first message.</summary>
    public void Handle(string type, NniHandler handler)
    {
        if (!_handlers.TryAdd(type, handler))
            throw new InvalidOperationException($"{type} has a handler already");
    }

    /// <summary>Messages kept aside: of a type that nobody handles, or whose handler kept throwing.</summary>
    public IReadOnlyList<NniParkedMessage> Parked() => _store.Read(InboxTable.Parked);

    /// <summary>Handles a parked message now; false when it is gone or its type has no handler. Faults with what the handler throws.</summary>
    public Task<bool> RetryParkedAsync(string origin, string id) => _store.WriteAsync(transaction =>
    {
        if (InboxTable.FindParked(transaction, origin, id) is not { } parked || !_handlers.TryGetValue(parked.Type, out var handler))
            return false;
        InboxTable.Unpark(transaction, parked);
        handler(transaction, new NniMessage(
            parked.Origin, parked.Id, parked.Sequence, parked.Type, NniJson.Object(parked.Body), parked.Expires));
        return true;
    });

    /// <summary>Where a stream stands here; a sender that asks about a later epoch hears that it begins.</summary>
    internal StreamPosition Position(string origin, long askedEpoch) => _store.Read(store =>
        InboxTable.Stream(store, origin) is { } stream && stream.Epoch >= askedEpoch
            ? new StreamPosition(stream.Epoch, stream.Last, stream.LastId, InboxTable.Voids(store, origin, VoidsFrom(stream.Last)))
            : new StreamPosition(askedEpoch, 0, "", []));

    /// <summary>Takes verified messages of one origin, and says why it stopped; None when all of them are in.</summary>
    internal async Task<NniRefusal> ReceiveAsync(string origin, IReadOnlyList<NniEnvelope> messages)
    {
        // All at once, so that they share a group commit. One that is rolled back leaves the rest of them with a gap, which is right.
        var writes = new Task<Outcome>[messages.Count];
        for (var i = 0; i < writes.Length; i++)
        {
            var message = messages[i];
            writes[i] = _store.WriteAsync(transaction => Take(transaction, origin, message));
        }

        var refusal = NniRefusal.None;
        for (var i = 0; i < writes.Length; i++)
        {
            var one = await SettleAsync(writes[i], origin, messages[i], first: refusal == NniRefusal.None).ConfigureAwait(false);
            if (refusal == NniRefusal.None)
                refusal = one;
        }

        return refusal;
    }

    async Task<NniRefusal> SettleAsync(Task<Outcome> write, string origin, NniEnvelope message, bool first)
    {
        try
        {
            return await write.ConfigureAwait(false) switch
            {
                Outcome.Gap => NniRefusal.SequenceGap,
                Outcome.StaleEpoch => NniRefusal.StaleEpoch,
                Outcome.Full => NniRefusal.Busy,
                _ => NniRefusal.None,
            };
        }
        catch (HandlerException error)
        {
            return first ? await CountFailureAsync(origin, message, error.InnerException!).ConfigureAwait(false) : NniRefusal.HandlerFailed;
        }
        catch (Exception error)
        {
            if (first)
                _events(new NniEvent("nni.inbox.store_failed", origin, error.Message));
            return NniRefusal.StoreFailed;
        }
    }

    Outcome Take(StoreTransaction transaction, string origin, NniEnvelope message)
    {
        var stream = InboxTable.Stream(transaction, origin) ?? new InboxStream(origin, message.Epoch, 0, "", 0);
        if (message.Epoch < stream.Epoch)
            return Outcome.StaleEpoch;
        if (message.Epoch > stream.Epoch)
        {
            // The origin's store or ours was restored from a copy, and a greeting settled that the stream begins anew.
            if (message.Sequence != 1)
                return Outcome.Gap;
            stream = Begin(transaction, origin, message.Epoch);
        }

        if (message.Sequence <= stream.Last)
            return Outcome.Repeated;
        if (message.Sequence != stream.Last + 1)
            return Outcome.Gap;
        if (message.Type == NniTypes.Void || message.Expires <= _seal.Now())
            InboxTable.AddVoid(transaction, origin, message.Sequence);
        else if (!_handlers.TryGetValue(message.Type, out var handler))
        {
            if (!TryPark(transaction, origin, message, "unknown_type"))
                return Outcome.Full;
        }
        else
            Run(handler, transaction, origin, message);

        Step(transaction, stream, message);
        return Outcome.Taken;
    }

    static InboxStream Begin(StoreTransaction transaction, string origin, long epoch)
    {
        InboxTable.ForgetVoids(transaction, origin, long.MaxValue);
        return new InboxStream(origin, epoch, 0, "", 0);
    }

    static void Run(NniHandler handler, StoreTransaction transaction, string origin, NniEnvelope message)
    {
        try
        {
            handler(transaction, new NniMessage(origin, message.Id, message.Sequence, message.Type, message.Body(), message.Expires));
        }
        catch (Exception error)
        {
            throw new HandlerException(error);
        }
    }

    static void Step(StoreTransaction transaction, InboxStream stream, NniEnvelope message)
    {
        InboxTable.Save(transaction, stream with { Last = message.Sequence, LastId = message.Id, Attempts = 0 });
        InboxTable.ForgetVoids(transaction, stream.Origin, VoidsFrom(message.Sequence));
    }

    /// <summary>Counts a throw of the next message's handler; the last one allowed parks the message, so that the stream goes on.</summary>
    async Task<NniRefusal> CountFailureAsync(string origin, NniEnvelope message, Exception error)
    {
        try
        {
            return await _store.WriteAsync(transaction =>
            {
                var stream = InboxTable.Stream(transaction, origin) ?? new InboxStream(origin, message.Epoch, 0, "", 0);
                if (stream.Epoch < message.Epoch)
                    stream = Begin(transaction, origin, message.Epoch);
                if (stream.Epoch != message.Epoch || message.Sequence != stream.Last + 1)
                    return NniRefusal.HandlerFailed;
                stream = stream with { Attempts = stream.Attempts + 1 };
                if (stream.Attempts >= NniLimits.HandlerAttempts && TryPark(transaction, origin, message, "poison: " + error.Message))
                    Step(transaction, stream, message);
                else
                    InboxTable.Save(transaction, stream);
                return NniRefusal.HandlerFailed;
            }).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _events(new NniEvent("nni.inbox.store_failed", origin, failure.Message));
            return NniRefusal.StoreFailed;
        }
    }

    bool TryPark(StoreTransaction transaction, string origin, NniEnvelope message, string reason)
    {
        if (InboxTable.CountParked(transaction, origin) >= NniLimits.ParkedPerOrigin)
            return false;
        InboxTable.Park(transaction, new NniParkedMessage(
            origin, message.Epoch, message.Sequence, message.Id, message.Type, message.BodyJson, message.Expires, reason, _seal.Now()));
        transaction.AfterCommit(() => _events(new NniEvent("nni.inbox.parked", origin, $"{message.Type} {message.Id}: {reason}")));
        return true;
    }

    static long VoidsFrom(long last) => last - NniLimits.VoidsRemembered;

    sealed class HandlerException(Exception inner) : Exception(inner.Message, inner);
}

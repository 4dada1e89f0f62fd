using System.Collections.Concurrent;
using NodaTime;

namespace Meetpoint.Exchange.Nni;

/// <summary>Signs what this exchange says and opens what others say: signature, key, parties and dates, in that order.</summary>
/// <remarks>Thread safe.</remarks>
sealed class NniSeal(string self, IdentityKey identity, NniNeighbours neighbours, IClock clock, Func<string> newId)
{
    readonly string _header = Jws.Header(identity.Public);
    readonly ConcurrentDictionary<string, IdentityPublicKey> _known = new(StringComparer.Ordinal);

    /// <summary>This exchange's domain name.</summary>
    public string Self => self;

    /// <summary>Now, cut to whole milliseconds as the wire has it.</summary>
    public Instant Now() => Instant.FromUnixTimeMilliseconds(clock.GetCurrentInstant().ToUnixTimeMilliseconds());

    /// <summary>A new unique id.</summary>
    public string NewId() => newId();

    /// <summary>Signs an ordered message that is kept in the outbox.</summary>
    public string Sign(NniEnvelope envelope) => Jws.Sign(identity, _header, envelope.ToPayload());

    /// <summary>Signs what is said once and believed for a short time: a hello, a question, an answer.</summary>
    public string SignFresh(string destination, string id, string type, string bodyJson)
    {
        var now = Now();
        return Sign(new NniEnvelope(self, destination, id, type, 0, 0, now, now + NniLimits.Freshness, bodyJson));
    }

    /// <summary>
    /// Opens what <paramref name="origin"/> must have signed for this exchange. Expiry is left to the caller, since an expired
    /// message still takes its place in the stream.
    /// </summary>
    public NniRefusal TryOpen(string jws, string origin, out NniEnvelope? envelope)
    {
        envelope = null;
        if (neighbours.Find(origin) is not { } neighbour)
            return NniRefusal.UnknownKey;
        var refusal = Jws.TryVerify(jws, _known, neighbour.Pins, out var payload);
        if (refusal == NniRefusal.None)
            refusal = NniEnvelope.TryParse(payload, out envelope);
        if (refusal != NniRefusal.None)
            return refusal;
        if (!Same(envelope!.Origin, origin))
            return NniRefusal.WrongOrigin;
        if (!Same(envelope.Destination, self))
            return NniRefusal.WrongDestination;
        return envelope.Issued > Now() + NniLimits.ClockLeeway ? NniRefusal.IssuedInFuture : NniRefusal.None;
    }

    /// <summary>As <see cref="TryOpen"/>, and refuses what is no longer fresh or belongs in a stream.</summary>
    public NniRefusal TryOpenFresh(string jws, string origin, out NniEnvelope? envelope)
    {
        var refusal = TryOpen(jws, origin, out envelope);
        if (refusal != NniRefusal.None)
            return refusal;
        if (envelope!.Sequence != 0)
            return NniRefusal.Malformed;
        return envelope.Expires + NniLimits.ClockLeeway < Now() ? NniRefusal.Expired : NniRefusal.None;
    }

    /// <summary>Exchange names compare as domain names do.</summary>
    public static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}

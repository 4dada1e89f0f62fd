using Meetpoint.Exchange.Calls.Statistics;
using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Calls;

/// <summary>A call that is on, as operators see it.</summary>
sealed class RelayedCall
{
    List<Grant>? _added;

    /// <summary>Its id, and that of its grant.</summary>
    public required string Id { get; init; }

    public required Grant Grant { get; init; }

    public required CallMode Mode { get; init; }

    public required CallParty From { get; init; }

    /// <summary>Known once someone is asked.</summary>
    public CallParty To { get; set; }

    /// <summary>Canonical address of who calls.</summary>
    public required string Caller { get; init; }

    /// <summary>The request URI as it came.</summary>
    public required string Called { get; init; }

    /// <summary>The number of E.164 that it is to, with its plus; empty where it is to none.</summary>
    public string Number { get; set; } = "";

    /// <summary>Canonical address of whom it is to, for records and figures; null where the request URI is none.</summary>
    public string? CalledAddress => Number is ['+', ..] ? Number : AddressText.Canonical(Called, out _);

    public required Instant Began { get; init; }

    public Instant? Ringing { get; set; }

    public Instant? Answered { get; set; }

    /// <summary>What the statistics know of it so far.</summary>
    public CallProgress Progress;

    /// <summary>When either side last gave a sign of life after the answer; null before.</summary>
    public Instant? LastProof { get; set; }

    /// <summary>Lines of media that both sides have agreed on at most; 0 while not known.</summary>
    public int MediaLines { get; set; }

    /// <summary>Keeps what media hold that joined later, until the call ends.</summary>
    public void Hold(Grant added) => (_added ??= []).Add(added);

    /// <summary>Gives that back.</summary>
    public void ReleaseAdded()
    {
        foreach (var added in _added ?? [])
            added.Release();
        _added = null;
    }
}

/// <summary>The calls that are on, by id. On the loop only.</summary>
sealed class CallTable
{
    readonly Dictionary<string, RelayedCall> _calls = new(StringComparer.Ordinal);

    public IReadOnlyCollection<RelayedCall> All => _calls.Values;

    public void Add(RelayedCall call) => _calls[call.Id] = call;

    public RelayedCall? Find(string id) => _calls.GetValueOrDefault(id);

    public void Remove(RelayedCall call)
    {
        _calls.Remove(call.Id);
        call.ReleaseAdded();
    }
}

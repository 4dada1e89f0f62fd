using Meetpoint.Radius.Discovery;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>What is known of a realm.</summary>
enum DiscoveryState
{
    /// <summary>It has servers, which their certificates have yet to prove.</summary>
    Found,

    /// <summary>It is being looked up.</summary>
    Looking,

    /// <summary>The DNS says that it has none.</summary>
    Absent,

    /// <summary>It leads to this exchange itself.</summary>
    Self,

    /// <summary>The DNS gave no answer in time.</summary>
    Silent,

    /// <summary>None of its servers proved that it may serve it.</summary>
    Unproven,

    /// <summary>It is nothing that the DNS is asked about; nothing is kept of it.</summary>
    NoName,

    /// <summary>It was not looked up, as too much is looked up already; nothing is kept of it.</summary>
    TooMany,
}

/// <summary>What is known of a realm and a service at a moment. Immutable.</summary>
/// <param name="Realm">As it is known here: lower case in ASCII.</param>
/// <param name="Service">What its servers are for.</param>
/// <param name="State">What is known.</param>
/// <param name="Servers">In the order in which they are tried; empty unless found.</param>
/// <param name="UntilNs">When it is looked up anew if it is asked for, in the loop's time.</param>
/// <param name="IsStale">True for servers whose life has ended and which stand in while the DNS is silent.</param>
sealed record DiscoveredRealm(string Realm, DiscoveryService Service, DiscoveryState State, IReadOnlyList<DiscoveredServer> Servers, long UntilNs, bool IsStale = false)
{
    /// <summary>The word for its state.</summary>
    public string Word => State switch
    {
        DiscoveryState.Found => IsStale ? "stale" : "found",
        DiscoveryState.Looking => "looking",
        DiscoveryState.Absent => "absent",
        DiscoveryState.Self => "self",
        DiscoveryState.Silent => "silent",
        DiscoveryState.Unproven => "unproven",
        DiscoveryState.NoName => "no-name",
        _ => "too-many",
    };
}

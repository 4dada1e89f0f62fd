namespace Meetpoint.Exchange.Presence.Sip;

/// <summary>
/// Watchers that asked lately, so that one who watches many people, which is asked for in one go, is kept once and not with each of his subscriptions. Two of one place push each other
/// out, which costs some bytes and nothing else. On the loop only.
/// </summary>
sealed class RecentWatchers
{
    /// <summary>Watchers that are known at a time.</summary>
    public const int Capacity = 16_384;

    readonly PresenceAsker?[] _known = new PresenceAsker?[Capacity];

    /// <summary>The watcher as he is kept: without the session of one request.</summary>
    public PresenceAsker Share(PresenceAsker asker)
    {
        ref var known = ref _known[unchecked((uint)string.GetHashCode(asker.Address, StringComparison.Ordinal)) % Capacity];
        if (known is not null && known.Address == asker.Address && ReferenceEquals(known.Sender, asker.Sender) && ReferenceEquals(known.Provider, asker.Provider)
            && known.Path.AsSpan().SequenceEqual(asker.Path))
            return known;
        return known = asker with { Correlation = default };
    }
}

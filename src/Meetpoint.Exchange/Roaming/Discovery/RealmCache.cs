using System.Text;
using Meetpoint.Radius.Discovery;
using Meetpoint.Radius.Realms;

namespace Meetpoint.Exchange.Roaming.Discovery;

/// <summary>Realms that were looked up, each service for itself; of those beyond a limit the one that was asked for longest ago gives way. On the hub's loop.</summary>
/// <param name="maxRealms">The limit.</param>
sealed class RealmCache(int maxRealms)
{
    readonly Dictionary<string, RealmEntry> _entries = new(StringComparer.Ordinal);
    readonly LinkedList<RealmEntry> _byUse = new();

    /// <summary>Realms in it.</summary>
    public int Count => _entries.Count;

    /// <summary>All, what was used last first.</summary>
    public IEnumerable<RealmEntry> All => _byUse;

    /// <summary>The entry of a realm, without allocation; null without one.</summary>
    /// <param name="realm">As it stands in a User-Name; any octets.</param>
    /// <param name="service">What its servers are for.</param>
    public RealmEntry? Find(ReadOnlySpan<byte> realm, DiscoveryService service)
    {
        Span<char> key = stackalloc char[1 + NetworkAccessId.MaxLength];
        return TryWriteKey(realm, service, key, out var length) && _entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key[..length], out var entry) ? entry : null;
    }

    /// <summary>A new entry for a realm that has none; null where all others are being looked up.</summary>
    /// <param name="realm">As it stands in a User-Name.</param>
    /// <param name="name">What the DNS is asked about.</param>
    /// <param name="service">What its servers are for.</param>
    public RealmEntry? Add(ReadOnlySpan<byte> realm, string name, DiscoveryService service)
    {
        Span<char> key = stackalloc char[1 + NetworkAccessId.MaxLength];
        if (!TryWriteKey(realm, service, key, out var length) || (_entries.Count >= maxRealms && !TryForgetOne()))
            return null;
        var text = key[..length].ToString();
        var entry = new RealmEntry(text, name, new DiscoveredRealm(text[1..], service, DiscoveryState.Looking, [], 0));
        _entries.Add(text, entry);
        _byUse.AddFirst(entry.Place);
        return entry;
    }

    /// <summary>Somebody asks for it.</summary>
    public void Use(RealmEntry entry)
    {
        if (_byUse.First == entry.Place)
            return;
        _byUse.Remove(entry.Place);
        _byUse.AddFirst(entry.Place);
    }

    bool TryForgetOne()
    {
        // Of those at the end no more are under way than there are lookups.
        for (var place = _byUse.Last; place is not null; place = place.Previous)
        {
            if (place.Value.Lookup is not null)
                continue;
            _byUse.Remove(place);
            _entries.Remove(place.Value.Key);
            return true;
        }

        return false;
    }

    /// <summary>The service, and the realm with its ASCII letters in lower case: those are alike (RFC 7542 section 2.4).</summary>
    static bool TryWriteKey(ReadOnlySpan<byte> realm, DiscoveryService service, Span<char> key, out int length)
    {
        length = 0;
        if (realm.Length > NetworkAccessId.MaxLength || !System.Text.Unicode.Utf8.IsValid(realm))
            return false;
        key[0] = (char)('0' + (int)service);
        length = 1 + Encoding.UTF8.GetChars(realm, key[1..]);
        foreach (ref var letter in key[1..length])
            letter = char.IsAsciiLetterUpper(letter) ? (char)(letter | 0x20) : letter;
        return true;
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using NodaTime;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Everything that admission decides by, as one immutable snapshot. Looking up allocates nothing and takes no lock; a change is a new
/// world, swapped in whole.
/// </summary>
public sealed class World
{
    readonly FrozenDictionary<string, int> _providerIndex;
    readonly FrozenDictionary<string, int> _profileIndex;
    readonly FrozenDictionary<string, NeighbourEntry> _neighboursById;
    readonly FrozenDictionary<string, NeighbourEntry> _neighboursByTlsName;
    readonly AddressTable _addresses;
    readonly AddressTable _numbers;
    readonly PrefixTable _prefixes;
    readonly Destination[] _destinations;
    readonly CacheLines<DestinationRow> _destinationRows;
    readonly CacheLines<LinkRow> _linkRows;
    readonly RouteSet[] _providerRoutes;
    readonly RouteSet[] _emergencyRoutes;
    readonly NumberNormaliser[] _providerNumbers;
    readonly PairTable _pairs;
    readonly TransitTable _transitFrom;
    readonly TransitTable _transitTo;

    internal World(WorldBuilder builder)
    {
        Exchange = builder.Exchange;
        Document = builder.Document;
        Providers = builder.Document.Providers;
        Profiles = builder.Profiles;
        _providerIndex = builder.Providers.ToFrozenDictionary(StringComparer.Ordinal);
        _profileIndex = builder.ProfileIndexes.ToFrozenDictionary(StringComparer.Ordinal);
        Neighbours = builder.BuildNeighbours(this);
        _neighboursById = Neighbours.ToFrozenDictionary(entry => entry.Neighbour.Id, StringComparer.Ordinal);
        _neighboursByTlsName = (from entry in Neighbours from name in entry.Neighbour.TlsNames select (name, entry))
            .ToFrozenDictionary(pair => pair.name, pair => pair.entry, StringComparer.OrdinalIgnoreCase);
        var tables = builder.BuildDestinations(Neighbours);
        _addresses = tables.Addresses;
        _numbers = tables.Numbers;
        _prefixes = tables.Prefixes;
        _destinations = tables.Destinations;
        _destinationRows = new CacheLines<DestinationRow>(_destinations.Length);
        _providerRoutes = tables.ProviderRoutes;
        _emergencyRoutes = builder.BuildEmergencyRoutes(Neighbours);
        _providerNumbers = [.. Providers.Select(provider => new NumberNormaliser(this, provider.Numbering ?? Numbering.None, provider.Id))];
        Links = builder.BuildLinks();
        _linkRows = new CacheLines<LinkRow>(Links.Length);
        for (var i = 0; i < Links.Length; i++)
            _linkRows[i] = Links[i].Row;
        _pairs = new PairTable(_linkRows, Providers.Length);
        _transitFrom = new TransitTable(Links, Providers.Length, link => link.Row.From);
        _transitTo = new TransitTable(Links, Providers.Length, link => link.Row.To);
        Slices = builder.Limits.Cells;
        for (var i = 0; i < _destinations.Length; i++)
            _destinationRows[i] = _destinations[i].Row(_transitTo.OnlyOf(_destinations[i].ProviderIndex));
    }

    /// <summary>Builds the snapshot of a document that <see cref="WorldValidator"/> found without fault.</summary>
    /// <param name="document">The whole input.</param>
    /// <param name="exchange">Domain name of this exchange.</param>
    /// <param name="limits">Slices and gates, which go on from world to world.</param>
    public static World Build(WorldDocument document, string exchange, LimitBook limits) => new(new WorldBuilder(document, exchange, limits));

    /// <summary>Domain name of this exchange.</summary>
    public string Exchange { get; }

    /// <summary>What it was built from.</summary>
    public WorldDocument Document { get; }

    /// <summary>All providers.</summary>
    public ImmutableArray<Provider> Providers { get; }

    /// <summary>All profiles, the built-in ones first unless the document has its own under the same id.</summary>
    public ImmutableArray<EquipmentProfile> Profiles { get; }

    /// <summary>All neighbours.</summary>
    public ImmutableArray<NeighbourEntry> Neighbours { get; }

    /// <summary>Every agreement in both directions.</summary>
    public ImmutableArray<AgreementLink> Links { get; }

    /// <summary>The provider with this id, or null.</summary>
    public Provider? FindProvider(ReadOnlySpan<char> id) => ProviderIndex(id) is var index and >= 0 ? Providers[index] : null;

    /// <summary>The profile with this id, or null.</summary>
    public EquipmentProfile? FindProfile(string id) => _profileIndex.TryGetValue(id, out var index) ? Profiles[index] : null;

    /// <summary>Understands the numbers that a provider's own customers dial.</summary>
    public NumberNormaliser NumbersOf(Provider provider) => _providerNumbers[ProviderIndex(provider.Id)];

    /// <summary>The neighbour with this id, or null.</summary>
    public NeighbourEntry? FindNeighbour(string id) => _neighboursById.GetValueOrDefault(id);

    /// <summary>The neighbour whose certificate carries one of its names (RFC 5922), or null.</summary>
    public NeighbourEntry? FindNeighbourByTlsName(string name) => _neighboursByTlsName.GetValueOrDefault(name);

    /// <summary>The neighbour that is this other exchange, or null.</summary>
    public NeighbourEntry? FindNeighbourByExchange(string exchange)
    {
        foreach (var entry in Neighbours)
        {
            if (entry.Neighbour.Kind == NeighbourKind.Exchange && string.Equals(entry.Neighbour.Exchange, exchange, StringComparison.OrdinalIgnoreCase))
                return entry;
        }

        return null;
    }

    /// <summary>The unauthenticated trunk that comes in by this listener from this address (without port), or null.</summary>
    public NeighbourEntry? FindNeighbourBySource(string listener, string address)
    {
        foreach (var entry in Neighbours)
        {
            if (entry.Neighbour.Listener == listener && entry.Neighbour.SourceAddresses.Contains(address))
                return entry;
        }

        return null;
    }

    /// <summary>Whose an address is and how it is reached: SIP URI, tel URI, "user@domain", "+number" or a domain; null when unknown.</summary>
    public Destination? Find(ReadOnlySpan<char> address)
    {
        Span<byte> buffer = stackalloc byte[AddressText.MaxLength];
        var lookup = Prepare(address, buffer);
        return DestinationAt(FindIndex(in lookup));
    }

    /// <inheritdoc cref="Find(ReadOnlySpan{char})"/>
    public Destination? Find(ReadOnlySpan<byte> address)
    {
        Span<byte> buffer = stackalloc byte[AddressText.MaxLength];
        var lookup = Prepare(address, buffer);
        return DestinationAt(FindIndex(in lookup));
    }

    /// <summary>True when the address lies in the provider's address set, as a caller's From and P-Asserted-Identity must.</summary>
    public bool Owns(Provider provider, ReadOnlySpan<char> address) => Find(address)?.Provider.Id == provider.Id;

    /// <summary>The agreement in force from one provider to another, or null; of several the first.</summary>
    public AgreementLink? FindAgreement(string from, string to, Instant now)
    {
        var (fromIndex, toIndex) = (ProviderIndex(from), ProviderIndex(to));
        if (fromIndex < 0 || toIndex < 0)
            return null;
        for (var link = _pairs.Find(fromIndex, toIndex); link != LinkRow.None; link = _linkRows[link].Next)
        {
            if (_linkRows[link].IsInForce(now.ToUnixTimeTicks()))
                return Links[link];
        }

        return null;
    }

    /// <summary>
    /// Makes an address ready and begins to fetch what its lookup will read; other work may be done meanwhile. The buffer takes
    /// <see cref="AddressText.MaxLength"/> bytes and belongs to the lookup.
    /// </summary>
    internal AddressLookup Prepare(ReadOnlySpan<char> address, Span<byte> buffer)
    {
        var form = AddressText.Canonicalise(address, buffer, out var length);
        return Prepare(form, buffer[..length]);
    }

    /// <inheritdoc cref="Prepare(ReadOnlySpan{char}, Span{byte})"/>
    internal AddressLookup Prepare(ReadOnlySpan<byte> address, Span<byte> buffer)
    {
        var form = AddressText.Canonicalise(address, buffer, out var length);
        return Prepare(form, buffer[..length]);
    }

    /// <summary>The second step of fetching ahead, once the first should be there.</summary>
    internal void FetchPrefixes(in AddressLookup lookup)
    {
        if (!lookup.Number.IsEmpty)
            _prefixes.PrefetchBoundaries(lookup.Point);
    }

    /// <summary>The destination of an address that was made ready, or none.</summary>
    internal int FindIndex(in AddressLookup lookup)
    {
        if (lookup.Form == AddressForm.None)
            return DestinationRow.None;
        var index = lookup.Form == AddressForm.Number ? -1 : _addresses.Find(lookup.Canonical, lookup.Hash);
        if (index < 0 && !lookup.Number.IsEmpty)
        {
            // A SIP URI whose user is a global number stands for that number (RFC 3261 section 19.1.6), whatever host relays it.
            index = _numbers.Find(lookup.Number);
            if (index < 0)
                index = _prefixes.FindPoint(lookup.Point);
        }

        if (index < 0 && lookup.Form == AddressForm.Mailbox)
            index = _addresses.Find(lookup.Canonical[(lookup.Canonical.IndexOf((byte)'@') + 1)..]);
        return index;
    }

    /// <summary>What is known of a destination; null for none.</summary>
    internal Destination? DestinationAt(int index) => index < 0 ? null : _destinations[index];

    /// <summary>What every call reads of a destination.</summary>
    internal ref readonly DestinationRow DestinationRowAt(int index) => ref _destinationRows[index];

    /// <summary>What every call reads of a link.</summary>
    internal ref readonly LinkRow LinkRowAt(int link) => ref _linkRows[link];

    /// <summary>This node's slices of the limits.</summary>
    internal SliceCells Slices { get; }

    AddressLookup Prepare(AddressForm form, ReadOnlySpan<byte> canonical)
    {
        var lookup = new AddressLookup { Form = form, Canonical = canonical };
        if (form == AddressForm.None)
            return lookup;
        var number = AddressText.NumberOf(canonical);
        if (!number.IsEmpty && PrefixTable.TryPoint(number, out lookup.Point))
        {
            lookup.Number = number;
            _prefixes.PrefetchHead(lookup.Point);
        }

        if (form != AddressForm.Number)
        {
            lookup.Hash = AddressTable.Hash(canonical);
            _addresses.PrefetchSlot(lookup.Hash);
        }

        return lookup;
    }

    internal int ProviderIndex(ReadOnlySpan<char> id) =>
        _providerIndex.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out var index) ? index : -1;

    internal int ProfileIndex(string id) => _profileIndex.TryGetValue(id, out var index) ? index : -1;

    internal RouteSet ProviderRoutes(int provider) => _providerRoutes[provider];

    internal RouteSet EmergencyRoutes(int provider) => _emergencyRoutes[provider];

    /// <summary>The first link from one provider to another, or none.</summary>
    internal int FirstLink(int from, int to) => _pairs.Find(from, to);

    /// <summary>
    /// Begins to bring what the origin's calls will need into the cache while the target is being looked up: a customer of one neutral exchange
    /// uses one agreement for nearly all of them.
    /// </summary>
    internal void TouchOrigin(int origin) => Touch(_transitFrom.OnlyOf(origin));

    /// <summary>The same for the target, while it is seen whether the two have an agreement of their own.</summary>
    internal void TouchTarget(int destination) => Touch(_destinationRows[destination].Transit);

    /// <summary>Two agreements by way of a third party that both let transit through, both in force and covering the service.</summary>
    internal bool TryTransit(int from, int to, Service service, long nowTicks, out int first, out int second)
    {
        first = _transitFrom.OnlyOf(from).Link;
        second = _transitTo.OnlyOf(to).Link;
        if (first != LinkRow.None && second != LinkRow.None)
        {
            if (_linkRows[first].To == _linkRows[second].From && Carries(first, service, nowTicks) && Carries(second, service, nowTicks))
                return true;
            first = second = LinkRow.None;
            return false;
        }

        var outgoing = _transitFrom.Of(from);
        var incoming = _transitTo.Of(to);
        first = second = LinkRow.None;
        // From the side with fewer partners: a customer of one neutral exchange has one, the exchange itself has all.
        var fromOrigin = outgoing.Length <= incoming.Length;
        foreach (var near in fromOrigin ? outgoing : incoming)
        {
            if (!Carries(near, service, nowTicks))
                continue;
            // A single link on the other side is at hand; else the pair is looked up.
            ref readonly var row = ref _linkRows[near];
            var far = fromOrigin
                ? incoming is [var last] ? _linkRows[last].From == row.To ? last : LinkRow.None : _pairs.Find(row.To, to)
                : outgoing is [var start] ? _linkRows[start].To == row.From ? start : LinkRow.None : _pairs.Find(from, row.From);
            for (; far != LinkRow.None; far = _linkRows[far].Next)
            {
                if (!_linkRows[far].Transit || !Carries(far, service, nowTicks))
                    continue;
                (first, second) = fromOrigin ? (near, far) : (far, near);
                return true;
            }
        }

        return false;
    }

    bool Carries(int link, Service service, long nowTicks)
    {
        ref readonly var row = ref _linkRows[link];
        return row.IsInForce(nowTicks) && row.Covers(service);
    }

    void Touch(TransitTable.Single link)
    {
        if (link.Link == LinkRow.None)
            return;
        _linkRows.Prefetch(link.Link);
        Slices.Prefetch(link.Slice);
    }

    internal bool SpeaksFor(NeighbourEntry neighbour, Provider origin) => SpeaksFor(neighbour, ProviderIndex(origin.Id));

    internal bool SpeaksFor(NeighbourEntry neighbour, int origin)
    {
        if (neighbour.ProviderIndex == origin)
            return true;
        var provider = Providers[origin];
        return (neighbour.Neighbour.Kind == NeighbourKind.Exchange &&
                string.Equals(provider.Exchange, neighbour.Neighbour.Exchange, StringComparison.OrdinalIgnoreCase)) ||
            neighbour.Neighbour.SpeaksFor.Contains(provider.Id);
    }
}

using System.Collections.Immutable;
using Meetpoint.Exchange.Settlement;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Turns a faultless document into the tables of a <see cref="World"/>. Used once.</summary>
sealed class WorldBuilder
{
    readonly Dictionary<string, Tariff> _tariffs;
    readonly List<Destination> _destinations = [];
    readonly Dictionary<(int Provider, RouteSet Routes), int> _shared = [];
    readonly Dictionary<string, int> _addresses = new(StringComparer.Ordinal);
    readonly List<(string Prefix, int Payload)> _prefixes = [];

    public WorldBuilder(WorldDocument document, string exchange, LimitBook limits)
    {
        Document = document;
        Exchange = exchange;
        Limits = limits;
        Profiles = [.. EquipmentProfile.BuiltIn.Where(profile => document.Profiles.All(own => own.Id != profile.Id)), .. document.Profiles];
        Providers = Indexes(document.Providers.Select(provider => provider.Id));
        ProfileIndexes = Indexes(Profiles.Select(profile => profile.Id));
        _tariffs = document.Tariffs.ToDictionary(tariff => tariff.Id, StringComparer.Ordinal);
    }

    public WorldDocument Document { get; }

    public string Exchange { get; }

    public LimitBook Limits { get; }

    public ImmutableArray<EquipmentProfile> Profiles { get; }

    public Dictionary<string, int> Providers { get; }

    public Dictionary<string, int> ProfileIndexes { get; }

    public int ProviderIndex(string id) => Providers[id];

    public int ProfileIndex(string id) => ProfileIndexes[id];

    public Tariff Tariff(string id) => _tariffs[id];

    /// <summary>A set of addresses, domains and provider ids in canonical form.</summary>
    public static AddressTable AddressSet(IEnumerable<string> addresses)
    {
        var set = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var address in addresses)
            set.TryAdd(AddressText.Canonical(address, out _) ?? address, 0);
        return new AddressTable(set);
    }

    public ImmutableArray<NeighbourEntry> BuildNeighbours(World world) =>
    [
        .. Document.Neighbours.Select((neighbour, index) => new NeighbourEntry(
            world, index, neighbour, ProviderIndex(neighbour.Provider), ProfileIndex(neighbour.Profile), Limits.Gate(neighbour.Id),
            Document.Providers[ProviderIndex(neighbour.Provider)].Numbering)),
    ];

    /// <summary>
    /// Where each provider's emergency calls go: to what it names, else to its own trunks. Never over an NNI but that to its own exchange; the validator
    /// refuses a document that says otherwise.
    /// </summary>
    public RouteSet[] BuildEmergencyRoutes(ImmutableArray<NeighbourEntry> neighbours)
    {
        var byId = neighbours.ToDictionary(entry => entry.Neighbour.Id, StringComparer.Ordinal);
        return
        [
            .. Document.Providers.Select(provider => new RouteSet(
            [
                .. (provider.Emergency.IsEmpty
                    ? neighbours.Where(entry => entry.Neighbour.Provider == provider.Id && entry.Neighbour.Kind == NeighbourKind.SipTrunk)
                    : provider.Emergency.Select(id => byId[id]))
                    .Take(Route.MaxCandidates).Select(entry => new Candidate(entry, [])),
            ])),
        ];
    }

    public ImmutableArray<AgreementLink> BuildLinks()
    {
        var links = ImmutableArray.CreateBuilder<AgreementLink>(Document.Agreements.Length * 2);
        foreach (var agreement in Document.Agreements)
        {
            var hash = CanonicalJson.Hash(agreement);
            links.Add(new AgreementLink(agreement, hash, aToB: true, this));
            links.Add(new AgreementLink(agreement, hash, aToB: false, this));
        }

        return links.MoveToImmutable();
    }

    public (AddressTable Addresses, AddressTable Numbers, PrefixTable Prefixes, Destination[] Destinations, RouteSet[] ProviderRoutes) BuildDestinations(
        ImmutableArray<NeighbourEntry> neighbours)
    {
        var byId = neighbours.ToDictionary(entry => entry.Neighbour.Id, StringComparer.Ordinal);
        var providerRoutes = ProviderRoutes(neighbours);
        var routes = Document.Routes.Select(route => Candidates(route, byId)).ToArray();

        AddDomains(providerRoutes, routes, byId);
        // Payloads of prefixes: a provider's index, or the providers' count and a route's index, so that a route is resolved after its provider.
        var providers = Document.Providers;
        for (var p = 0; p < providers.Length; p++)
        {
            foreach (var prefix in providers[p].Prefixes)
                _prefixes.Add((prefix, p));
        }

        for (var r = 0; r < routes.Length; r++)
        {
            if (Document.Routes[r].Prefix is { } prefix)
                _prefixes.Add((prefix, providers.Length + r));
        }

        var prefixes = new PrefixTable(_prefixes, (outer, payload) => ResolvePrefix(outer, payload, providerRoutes, routes, byId));
        AddNumbers(providerRoutes);
        AddCustomers(providerRoutes);
        for (var r = 0; r < routes.Length; r++)
        {
            if (Document.Routes[r].Address is { } address)
                AddAddressRoute(Canonical(address), OwnerOf(Document.Routes[r], byId), routes[r]);
        }

        return (Table(isNumber: false), Table(isNumber: true), prefixes, [.. _destinations], providerRoutes);

        AddressTable Table(bool isNumber) =>
            new(_addresses.Where(entry => entry.Key.StartsWith('+') == isNumber).ToDictionary(StringComparer.Ordinal));
    }

    static Dictionary<string, int> Indexes(IEnumerable<string> ids) =>
        ids.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index, StringComparer.Ordinal);

    static string Canonical(string address) => AddressText.Canonical(address, out _) ?? throw new ArgumentException($"'{address}' is no address");

    RouteSet[] ProviderRoutes(ImmutableArray<NeighbourEntry> neighbours)
    {
        var own = neighbours.ToLookup(entry => entry.Neighbour.Provider, StringComparer.Ordinal);
        var exchanges = neighbours.Where(entry => entry.Neighbour.Exchange is not null)
            .ToLookup(entry => entry.Neighbour.Exchange!, StringComparer.OrdinalIgnoreCase);
        var local = new Candidate(null, []);
        return
        [
            .. Document.Providers.Select(provider =>
            {
                var here = string.Equals(provider.Exchange, Exchange, StringComparison.OrdinalIgnoreCase);
                var found = exchanges[provider.Exchange].Concat(own[provider.Id]).Distinct()
                    .Where(entry => !here || entry.Neighbour.Kind == NeighbourKind.SipTrunk)
                    .Select(entry => new Candidate(entry, entry.Neighbour.Exchange is { } exchange ? [exchange] : []));
                return new RouteSet([.. (here ? found.Prepend(local) : found).Take(Route.MaxCandidates)]);
            }),
        ];
    }

    RouteSet Candidates(Route route, Dictionary<string, NeighbourEntry> byId) => new(
    [
        .. route.Candidates.Select(candidate => candidate.Via is not { } via ? new Candidate(candidate.Enum!, candidate.AnyDomain)
            : via == Route.Local ? new Candidate(null, [])
            : new Candidate(byId[via], byId[via].Neighbour.Exchange is { } next && !candidate.Path.Contains(next) ? [next, .. candidate.Path] : candidate.Path)),
    ]);

    int OwnerOf(Route route, Dictionary<string, NeighbourEntry> byId, int known = -1)
    {
        if (route.Provider is { } named)
            return ProviderIndex(named);
        if (known >= 0)
            return known;
        var first = route.Candidates.FirstOrDefault(candidate => candidate.Via is not (null or Route.Local));
        return first is null ? -1 : ProviderIndex(byId[first.Via!].Neighbour.Provider);
    }

    void AddDomains(RouteSet[] providerRoutes, RouteSet[] routes, Dictionary<string, NeighbourEntry> byId)
    {
        for (var p = 0; p < Document.Providers.Length; p++)
        {
            foreach (var domain in Document.Providers[p].Domains)
                _addresses[Canonical(domain)] = Shared(p, providerRoutes[p]);
        }

        for (var r = 0; r < routes.Length; r++)
        {
            if (Document.Routes[r].Domain is not { } domain)
                continue;
            var known = _addresses.TryGetValue(Canonical(domain), out var index) ? _destinations[index].ProviderIndex : -1;
            if (OwnerOf(Document.Routes[r], byId, known) is var owner and >= 0)
                _addresses[Canonical(domain)] = Shared(owner, routes[r]);
        }
    }

    int ResolvePrefix(int outer, int payload, RouteSet[] providerRoutes, RouteSet[] routes, Dictionary<string, NeighbourEntry> byId)
    {
        var around = outer < 0 ? null : _destinations[outer];
        if (payload >= Document.Providers.Length)
        {
            var route = payload - Document.Providers.Length;
            var owner = OwnerOf(Document.Routes[route], byId, around?.ProviderIndex ?? -1);
            return owner < 0 ? outer : Shared(owner, routes[route]);
        }

        // A provider that nothing leads to directly is reached by the route of the shorter prefix.
        var own = providerRoutes[payload];
        return Shared(payload, own.Candidates.IsEmpty && around is not null ? around.Routes : own);
    }

    void AddNumbers(RouteSet[] providerRoutes)
    {
        for (var p = 0; p < Document.Providers.Length; p++)
        {
            foreach (var number in Document.Providers[p].Numbers)
                _addresses[Canonical(number)] = Shared(p, providerRoutes[p]);
        }
    }

    void AddCustomers(RouteSet[] providerRoutes)
    {
        var organisations = Document.Organisations.ToDictionary(o => o.Id, o => ProviderIndex(o.Provider), StringComparer.Ordinal);
        var users = Document.Users.ToDictionary(user => user.Id, StringComparer.Ordinal);
        foreach (var user in Document.Users)
            Add(user.Sip, organisations[user.Organisation], null, user);

        foreach (var endpoint in Document.Endpoints)
        {
            var user = endpoint.User is { } id ? users[id] : null;
            var provider = organisations[user?.Organisation ?? endpoint.Organisation!];
            Add(endpoint.Sip, provider, endpoint, user);
            if (endpoint.Number is { } number)
                Add(number, provider, endpoint, user);
        }

        void Add(string address, int provider, Endpoint? endpoint, User? user)
        {
            var whiteList = endpoint is { WhiteList.IsEmpty: false } ? AddressSet(endpoint.WhiteList) : null;
            _destinations.Add(new Destination(provider, Document.Providers[provider], providerRoutes[provider], endpoint, user, whiteList));
            _addresses[Canonical(address)] = _destinations.Count - 1;
        }
    }

    void AddAddressRoute(string address, int owner, RouteSet routes)
    {
        if (_addresses.TryGetValue(address, out var index) && _destinations[index] is var known && (known.Endpoint ?? (object?)known.User) is not null)
        {
            _destinations[index] = new Destination(known.ProviderIndex, known.Provider, routes, known.Endpoint, known.User, known.WhiteList);
            return;
        }

        var domain = address[(address.IndexOf('@', StringComparison.Ordinal) + 1)..];
        if (owner < 0 && _addresses.TryGetValue(domain, out var domainIndex))
            owner = _destinations[domainIndex].ProviderIndex;
        if (owner >= 0)
            _addresses[address] = Shared(owner, routes);
    }

    int Shared(int provider, RouteSet routes)
    {
        if (_shared.TryGetValue((provider, routes), out var index))
            return index;
        _destinations.Add(new Destination(provider, Document.Providers[provider], routes, null, null, null));
        return _shared[(provider, routes)] = _destinations.Count - 1;
    }
}

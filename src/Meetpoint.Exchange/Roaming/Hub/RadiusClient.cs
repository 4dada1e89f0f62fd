using System.Text;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;
using Meetpoint.Radius.Authenticators;
using Meetpoint.Radius.Exchanges;
using Meetpoint.Radius.Packets;

namespace Meetpoint.Exchange.Roaming.Hub;

/// <summary>A neighbour that asks: its secret, and what it asked lately. On the hub's loop.</summary>
sealed class RadiusClient
{
    const char RealmNameSpace = '1'; // RFC 5580 section 4.1

    (byte[] Name, string Provider)[] _operators;

    public RadiusClient(NeighbourEntry entry)
    {
        Entry = entry;
        Security = SecurityOrNull(entry);
        _operators = OperatorsOf(entry);
    }

    /// <summary>Its record, of the world in force.</summary>
    public NeighbourEntry Entry { get; private set; }

    /// <summary>How packets are protected over UDP; null where it asks over TLS alone.</summary>
    public PacketSecurity? Security { get; private set; }

    /// <summary>Operator-Name of its provider (RFC 5580 section 4.1), in the name space of realms; empty for another exchange, which says it itself.</summary>
    public ReadOnlySpan<byte> OperatorName => _operators.Length > 0 && !IsExchange ? _operators[0].Name : default;

    bool IsExchange => Entry.Neighbour.Kind == NeighbourKind.Exchange;

    /// <summary>What it asked lately.</summary>
    public DuplicateTable Asked { get; } = new(new DuplicateTableOptions());

    /// <summary>How packets are protected between it and us.</summary>
    public static PacketSecurity SecurityOf(NeighbourRadius radius) => PacketSecurity.By(
        new SharedSecret(Encoding.UTF8.GetBytes(radius.Secret!)),
        radius.Protection == RadiusProtection.Legacy ? MessageAuthenticatorRule.WithProxyState : MessageAuthenticatorRule.Always);

    /// <summary>Another world: what it asked lately stays.</summary>
    public void Follow(NeighbourEntry entry)
    {
        if (Entry.Neighbour.Radius != entry.Neighbour.Radius)
            Security = SecurityOrNull(entry);
        Entry = entry;
        _operators = OperatorsOf(entry);
    }

    /// <summary>
    /// At whose hotspot somebody asks: the provider that Operator-Name says, if the neighbour may speak for it, or its own where there is none. Null for a name that is not its, and
    /// for another exchange without one.
    /// </summary>
    public string? OperatorOf(in RadiusPacket packet)
    {
        if (!packet.TryFind(AttributeType.OperatorName, out var name))
            return IsExchange ? null : Entry.Neighbour.Provider;
        foreach (var (known, provider) in _operators)
        {
            if (Ascii.EqualsIgnoreCase(name.Value, known))
                return provider;
        }

        return null;
    }

    /// <summary>The Operator-Names of a provider, the one that is written first.</summary>
    public static IEnumerable<string> OperatorNamesOf(Provider provider) =>
        provider.Realms.Where(realm => realm is { IsSuffix: false, IsDefault: false }).Select(realm => realm.Name).Concat(provider.Domains).Select(name => RealmNameSpace + name);

    static PacketSecurity? SecurityOrNull(NeighbourEntry entry) => entry.Neighbour.Radius!.Secret is null ? null : SecurityOf(entry.Neighbour.Radius);

    static (byte[] Name, string Provider)[] OperatorsOf(NeighbourEntry entry) =>
    [
        .. from provider in entry.World.Providers
           where entry.World.SpeaksFor(entry, provider)
           orderby provider.Id == entry.Neighbour.Provider ? 0 : 1
           from name in OperatorNamesOf(provider)
           select (Encoding.ASCII.GetBytes(name), provider.Id),
    ];
}

/// <summary>IDENTIFY for RADIUS: over UDP who asks is known by listener and source address, and proves it by the secret; over TLS by its certificate. On the hub's loop.</summary>
sealed class RadiusClients
{
    readonly Dictionary<string, RadiusClient> _byId = new(StringComparer.Ordinal);
    readonly Dictionary<(string Listener, NetAddress Source), RadiusClient?> _bySource = [];
    World? _world;

    /// <summary>Addresses that are remembered as strangers', at most.</summary>
    const int MaxRemembered = 100_000;

    /// <summary>Whoever sends from there; null for a stranger.</summary>
    /// <param name="world">In force.</param>
    /// <param name="listener">Where it came in.</param>
    /// <param name="from">Who sends.</param>
    /// <param name="isDynamic">True where home servers ask: they are known by where they are asked themselves.</param>
    public RadiusClient? Find(World world, string listener, in NetAddress from, bool isDynamic)
    {
        if (!ReferenceEquals(_world, world))
            Follow(world);
        var source = from.WithPort(isDynamic ? 1 : 0);
        if (_bySource.TryGetValue((listener, source), out var known))
            return known;
        var address = from.ToIPAddress().ToString();
        var found = world.FindNeighbourBySource(listener, address) ?? (isDynamic ? HomeAt(world, address) : null);
        var client = found is { Neighbour: { Kind: NeighbourKind.Radius, Radius.Secret: not null } } ? ClientOf(found) : null;
        if (_bySource.Count >= MaxRemembered)
            _bySource.Clear();
        _bySource[(listener, source)] = client;
        return client;
    }

    // Apart from its caller: what a lambda holds is made where its method begins, and that would be for every packet.
    static NeighbourEntry? HomeAt(World world, string address) =>
        world.Neighbours.FirstOrDefault(entry => entry.Neighbour.Radius?.Servers.Any(server => NetAddress.TryParse(server, 1_812, out var at) && at.ToIPAddress().ToString() == address) == true);

    /// <summary>A neighbour that has proved itself.</summary>
    public RadiusClient ClientOf(NeighbourEntry entry)
    {
        if (!ReferenceEquals(_world, entry.World))
            Follow(entry.World);
        if (!_byId.TryGetValue(entry.Neighbour.Id, out var client))
            _byId[entry.Neighbour.Id] = client = new RadiusClient(entry);
        return client;
    }

    void Follow(World world)
    {
        _world = world;
        _bySource.Clear();
        foreach (var (id, client) in _byId)
        {
            if (world.FindNeighbour(id) is { Neighbour.Radius: not null } entry)
                client.Follow(entry);
            else
                _byId.Remove(id);
        }
    }
}

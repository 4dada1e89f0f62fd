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
        Security = SecurityOf(entry.Neighbour.Radius!);
        _operators = OperatorsOf(entry);
    }

    /// <summary>Its record, of the world in force.</summary>
    public NeighbourEntry Entry { get; private set; }

    public PacketSecurity Security { get; private set; }

    /// <summary>Operator-Name of its provider (RFC 5580 section 4.1), in the name space of realms.</summary>
    public ReadOnlySpan<byte> OperatorName => _operators.Length > 0 ? _operators[0].Name : default;

    /// <summary>What it asked lately.</summary>
    public DuplicateTable Asked { get; } = new(new DuplicateTableOptions());

    /// <summary>How packets are protected between it and us.</summary>
    public static PacketSecurity SecurityOf(NeighbourRadius radius) => PacketSecurity.By(
        new SharedSecret(Encoding.UTF8.GetBytes(radius.Secret)),
        radius.Protection == RadiusProtection.Legacy ? MessageAuthenticatorRule.WithProxyState : MessageAuthenticatorRule.Always);

    /// <summary>Another world: what it asked lately stays.</summary>
    public void Follow(NeighbourEntry entry)
    {
        if (Entry.Neighbour.Radius != entry.Neighbour.Radius)
            Security = SecurityOf(entry.Neighbour.Radius!);
        Entry = entry;
        _operators = OperatorsOf(entry);
    }

    /// <summary>At whose hotspot somebody asks: the provider that Operator-Name says, if the neighbour may speak for it, or its own where there is none. Null for a name that is not its.</summary>
    public string? OperatorOf(in RadiusPacket packet)
    {
        if (!packet.TryFind(AttributeType.OperatorName, out var name))
            return Entry.Neighbour.Provider;
        foreach (var (known, provider) in _operators)
        {
            if (Ascii.EqualsIgnoreCase(name.Value, known))
                return provider;
        }

        return null;
    }

    static (byte[] Name, string Provider)[] OperatorsOf(NeighbourEntry entry) =>
    [
        .. from id in entry.Neighbour.SpeaksFor.Prepend(entry.Neighbour.Provider)
           let provider = entry.World.FindProvider(id)
           where provider is not null
           from name in provider.Realms.Where(realm => realm is { IsSuffix: false, IsDefault: false }).Select(realm => realm.Name).Concat(provider.Domains)
           select (Encoding.ASCII.GetBytes(RealmNameSpace + name), id),
    ];
}

/// <summary>IDENTIFY for RADIUS over UDP: who asks is known by listener and source address, and proves it by the secret. On the hub's loop.</summary>
sealed class RadiusClients
{
    readonly Dictionary<string, RadiusClient> _byId = new(StringComparer.Ordinal);
    readonly Dictionary<(string Listener, NetAddress Source), RadiusClient?> _bySource = [];
    World? _world;

    /// <summary>Addresses that are remembered as strangers', at most.</summary>
    const int MaxRemembered = 100_000;

    /// <summary>Whoever sends from there; null for a stranger.</summary>
    public RadiusClient? Find(World world, string listener, in NetAddress from)
    {
        if (!ReferenceEquals(_world, world))
            Follow(world);
        var source = from.WithPort(0);
        if (_bySource.TryGetValue((listener, source), out var known))
            return known;
        var client = world.FindNeighbourBySource(listener, source.ToIPAddress().ToString()) is { Neighbour.Kind: NeighbourKind.Radius } entry ? ClientOf(entry) : null;
        if (_bySource.Count >= MaxRemembered)
            _bySource.Clear();
        _bySource[(listener, source)] = client;
        return client;
    }

    RadiusClient ClientOf(NeighbourEntry entry)
    {
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
            if (world.FindNeighbour(id) is { Neighbour.Kind: NeighbourKind.Radius } entry)
                client.Follow(entry);
            else
                _byId.Remove(id);
        }
    }
}

using System.Collections.Immutable;

namespace Meetpoint.Exchange.Interconnect;

/// <summary>Whose an address is and how it is reached. Part of a <see cref="World"/>; immutable.</summary>
public sealed class Destination
{
    internal Destination(int providerIndex, Provider provider, RouteSet routes, Endpoint? endpoint, User? user, AddressTable? whiteList)
    {
        ProviderIndex = providerIndex;
        Provider = provider;
        Routes = routes;
        Endpoint = endpoint;
        User = user;
        WhiteList = whiteList;
    }

    /// <summary>Whose customer it is.</summary>
    public Provider Provider { get; }

    /// <summary>How it is reached.</summary>
    public RouteSet Routes { get; }

    /// <summary>The endpoint with this very address, when it is ours; null otherwise.</summary>
    public Endpoint? Endpoint { get; }

    /// <summary>The user with this very address, when it is ours; null otherwise.</summary>
    public User? User { get; }

    internal int ProviderIndex { get; }

    /// <summary>What every call reads of it.</summary>
    internal DestinationRow Row(TransitTable.Single transit) => new()
    {
        All = Routes.All,
        OnlyNeighbour = Routes.OnlyNeighbour,
        Provider = ProviderIndex,
        Transit = transit,
        HasWhiteList = WhiteList is not null,
    };

    /// <summary>Callers let through to the endpoint; null: everyone.</summary>
    internal AddressTable? WhiteList { get; }
}

/// <summary>Ordered ways to a destination, shared by all that are reached alike. Immutable.</summary>
public sealed class RouteSet
{
    /// <summary>No way at all.</summary>
    public static RouteSet None { get; } = new([]);

    internal RouteSet(ImmutableArray<Candidate> candidates)
    {
        Candidates = candidates;
        All = (1UL << candidates.Length) - 1;
        if (candidates is [{ Neighbour: { } only }])
            OnlyNeighbour = only.Index;
    }

    /// <summary>The ways, best first.</summary>
    public ImmutableArray<Candidate> Candidates { get; }

    /// <summary>Index of the neighbour that is the one way; -1 when there are more, or it is this exchange.</summary>
    internal int OnlyNeighbour { get; } = -1;

    /// <summary>A bit for each way.</summary>
    internal ulong All { get; }

    /// <summary>The ways without those to one neighbour.</summary>
    internal ulong Except(int neighbour)
    {
        var ways = All;
        for (var i = 0; i < Candidates.Length; i++)
        {
            if (Candidates[i].Neighbour?.Index == neighbour)
                ways &= ~(1UL << i);
        }

        return ways;
    }
}

/// <summary>One way: a neighbour, or this exchange itself.</summary>
public sealed class Candidate
{
    internal Candidate(NeighbourEntry? neighbour, ImmutableArray<string> path)
    {
        Neighbour = neighbour;
        Path = path;
    }

    internal Candidate(string enumSuffix, bool anyDomain)
    {
        EnumSuffix = enumSuffix;
        AnyDomain = anyDomain;
        Path = [];
    }

    /// <summary>The neighbour; null for this exchange, and where ENUM has to say.</summary>
    public NeighbourEntry? Neighbour { get; }

    /// <summary>Where the number has to be looked up before the way is known: <see cref="EnumRoutes"/>; null for other ways.</summary>
    public string? EnumSuffix { get; }

    /// <summary>True when what is found there may lie outside of all known providers.</summary>
    public bool AnyDomain { get; }

    /// <summary>Exchanges on the way, the nearest first.</summary>
    public ImmutableArray<string> Path { get; }

    /// <summary>True when the destination is served here.</summary>
    public bool IsLocal => Neighbour is null && EnumSuffix is null;
}

/// <summary>A neighbour as admission reads it. Part of a <see cref="World"/>; immutable but for its gate.</summary>
public sealed class NeighbourEntry
{
    readonly int _index;

    internal NeighbourEntry(World world, int index, Neighbour neighbour, int providerIndex, int profileIndex, NeighbourGate gate, Numbering? numbering)
    {
        World = world;
        _index = index;
        Neighbour = neighbour;
        ProviderIndex = providerIndex;
        ProfileIndex = profileIndex;
        Gate = gate;
        // Exchanges tell each other numbers with a plus, and each has sorted out at its own door whose routing numbers to believe.
        Numbers = new NumberNormaliser(
            world,
            neighbour.Numbering ?? (neighbour.Kind == NeighbourKind.Exchange ? new Numbering { RoutingNumbers = true } : numbering ?? Numbering.None),
            neighbour.Provider);
    }

    /// <summary>Its record.</summary>
    public Neighbour Neighbour { get; }

    /// <summary>Understands the numbers that it sends.</summary>
    public NumberNormaliser Numbers { get; }

    /// <summary>Closed while all of its traffic is refused.</summary>
    public NeighbourGate Gate { get; }

    /// <summary>The snapshot that it belongs to; admission finds its successor when a newer one is in force.</summary>
    internal World World { get; }

    internal int Index => _index;

    internal int ProviderIndex { get; }

    internal int ProfileIndex { get; }

    /// <summary>Begins to fetch it.</summary>
    internal void Touch() => Prefetch.Of(in _index);
}

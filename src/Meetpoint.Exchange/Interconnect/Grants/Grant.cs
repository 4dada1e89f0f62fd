namespace Meetpoint.Exchange.Interconnect;

/// <summary>
/// Leave to go on, and the hold on the limits that it took. A handle: copy it freely, release it once. Thread safe; after release every
/// property throws, since the place may serve another.
/// </summary>
public readonly struct Grant : IEquatable<Grant>
{
    readonly GrantTable? _table;
    readonly int _slot;
    readonly uint _generation;

    internal Grant(GrantTable table, int slot, uint generation)
    {
        _table = table;
        _slot = slot;
        _generation = generation;
    }

    /// <summary>True until it is released; false for the default value.</summary>
    public bool IsHeld => _table is not null && Volatile.Read(ref _table[_slot].Generation) == _generation;

    /// <summary>The id of the session, on every exchange of the path.</summary>
    public CorrelationId Correlation => State.Correlation;

    /// <summary>What it is for.</summary>
    public GrantKind Kind => State.Kind;

    /// <summary>Durable id of the parent grant, as the request named it: a participant's parent is its meeting.</summary>
    public string? Parent => State.Parent;

    /// <summary>Whose customer asks.</summary>
    public Provider Origin => State.World!.Providers[State.Origin];

    /// <summary>Whose customer is asked for.</summary>
    public Provider Target => State.World!.Providers[State.Target];

    /// <summary>The neighbour that asked; null when it was this exchange itself.</summary>
    public NeighbourEntry? Sender => State.Sender < 0 ? null : State.World!.Neighbours[State.Sender];

    /// <summary>The destination's endpoint, when the target was the address of one; null otherwise.</summary>
    public Endpoint? Endpoint => Destination?.Endpoint;

    /// <summary>The destination's user, when the target was the address of one; null otherwise.</summary>
    public User? User => Destination?.User;

    /// <summary>Agreements from origin to target: none within one provider, one, or two by way of a third.</summary>
    public int LinkCount => State.First == LinkRow.None ? 0 : State.Second == LinkRow.None ? 1 : 2;

    /// <summary>True for a call to an emergency service: it holds no limit, and is charged to nobody.</summary>
    public bool IsEmergency => State.IsEmergency;

    /// <summary>Ports taken.</summary>
    public int Ports => State.Ports;

    /// <summary>Ways to the target, best first, without the sender and without what lies on the path already.</summary>
    public CandidateSequence Candidates => new(
        State.IsEmergency ? State.World!.EmergencyRoutes(State.Target) : Destination?.Routes ?? State.World!.ProviderRoutes(State.Target), State.Admissible);

    /// <summary>An agreement of the chain, from the origin's side.</summary>
    public AgreementLink Link(int index) => (uint)index < (uint)LinkCount
        ? State.World!.Links[index == 0 ? State.First : State.Second]
        : throw new ArgumentOutOfRangeException(nameof(index), index, "the chain is shorter");

    /// <summary>Gives back what was taken from the limits. True for the one call that did.</summary>
    public bool Release() => _table is not null && _table.Release(_slot, _generation);

    /// <inheritdoc/>
    public bool Equals(Grant other) => _table == other._table && _slot == other._slot && _generation == other._generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Grant other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_slot, _generation);

    /// <summary>Equality of the handle.</summary>
    public static bool operator ==(Grant left, Grant right) => left.Equals(right);

    /// <summary>Inequality of the handle.</summary>
    public static bool operator !=(Grant left, Grant right) => !left.Equals(right);

    Destination? Destination => State.World!.DestinationAt(State.Destination);

    ref GrantState State
    {
        get
        {
            if (!IsHeld)
                throw new InvalidOperationException("the grant is released");
            return ref _table![_slot];
        }
    }
}

/// <summary>The ways of a grant; enumerating allocates nothing.</summary>
public readonly struct CandidateSequence
{
    readonly RouteSet _routes;
    readonly ulong _admissible;

    internal CandidateSequence(RouteSet routes, ulong admissible)
    {
        _routes = routes;
        _admissible = admissible;
    }

    /// <summary>Number of ways.</summary>
    public int Count => System.Numerics.BitOperations.PopCount(_admissible);

    /// <summary>From the best on.</summary>
    public Enumerator GetEnumerator() => new(_routes, _admissible);

    /// <summary>Steps over the ways.</summary>
    public struct Enumerator
    {
        readonly RouteSet _routes;
        ulong _left;

        internal Enumerator(RouteSet routes, ulong admissible)
        {
            _routes = routes;
            _left = admissible;
            Current = null!;
        }

        /// <summary>The way that stands.</summary>
        public Candidate Current { get; private set; }

        /// <summary>To the next; false at the end.</summary>
        public bool MoveNext()
        {
            if (_left == 0)
                return false;
            Current = _routes.Candidates[System.Numerics.BitOperations.TrailingZeroCount(_left)];
            _left &= _left - 1;
            return true;
        }
    }
}

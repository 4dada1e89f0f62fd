using System.Collections.Frozen;

namespace Meetpoint.Exchange.Nni;

/// <summary>Another exchange, as the operator's configuration has it.</summary>
/// <param name="Exchange">Its domain name, which is its identity in messages.</param>
/// <param name="KeyThumbprint">RFC 7638 thumbprint of its identity key.</param>
/// <param name="Host">Host name of its NNI; null when it has no link of its own with this exchange.</param>
/// <param name="Port">Port of its NNI.</param>
/// <param name="Via">The neutral exchange that carries for it; null on a direct NNI.</param>
public sealed record NniNeighbour(string Exchange, string KeyThumbprint, string? Host, int Port = 443, string? Via = null)
{
    /// <summary>A second key that is believed while the neighbour replaces its identity.</summary>
    public string? NextKeyThumbprint { get; init; }

    /// <summary>True when this key is pinned for it.</summary>
    public bool Pins(string thumbprint) => thumbprint == KeyThumbprint || thumbprint == NextKeyThumbprint;
}

/// <summary>The exchanges that this one knows, as an immutable snapshot that is replaced whole.</summary>
/// <remarks>Thread safe. Domain names compare without case.</remarks>
public sealed class NniNeighbours
{
    Snapshot _snapshot = new([]);

    /// <summary>Starts with these.</summary>
    /// <exception cref="ArgumentException">Two of one name, or two that share a key.</exception>
    public NniNeighbours(params IEnumerable<NniNeighbour> neighbours) => Replace(neighbours);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<NniNeighbour> All => Volatile.Read(ref _snapshot).ByName.Values;

    /// <summary>Takes a new set; links and certificates follow at their next use.</summary>
    /// <exception cref="ArgumentException">Two of one name, or two that share a key.</exception>
    public void Replace(IEnumerable<NniNeighbour> neighbours) => Volatile.Write(ref _snapshot, new Snapshot(neighbours));

    /// <summary>The neighbour of that name; null when there is none.</summary>
    public NniNeighbour? Find(string exchange) => Volatile.Read(ref _snapshot).ByName.GetValueOrDefault(exchange);

    /// <summary>The neighbour for which that key is pinned; null when there is none.</summary>
    public NniNeighbour? FindByKey(string thumbprint) => Volatile.Read(ref _snapshot).ByKey.GetValueOrDefault(thumbprint);

    /// <summary>The neighbour to connect to for a destination: itself, or who carries for it; null when there is no way.</summary>
    public NniNeighbour? NextHop(string destination) => Find(destination) is not { } found ? null
        : found.Via is null ? (found.Host is null ? null : found)
        : Find(found.Via) is { Host: not null } carrier ? carrier : null;

    sealed class Snapshot
    {
        public Snapshot(IEnumerable<NniNeighbour> neighbours)
        {
            var list = neighbours.ToList();
            ByName = list.ToFrozenDictionary(neighbour => neighbour.Exchange, StringComparer.OrdinalIgnoreCase);
            ByKey = list.SelectMany(Keys).ToFrozenDictionary(pair => pair.Key, pair => pair.Neighbour, StringComparer.Ordinal);
        }

        public FrozenDictionary<string, NniNeighbour> ByName { get; }

        public FrozenDictionary<string, NniNeighbour> ByKey { get; }

        static IEnumerable<(string Key, NniNeighbour Neighbour)> Keys(NniNeighbour neighbour)
        {
            yield return (neighbour.KeyThumbprint, neighbour);
            if (neighbour.NextKeyThumbprint is { } next)
                yield return (next, neighbour);
        }
    }
}

using Meetpoint.Exchange.Interconnect;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Rules;

/// <summary>The crossings of the world in force, each compiled when the first packet takes it. On the hub's loop.</summary>
/// <param name="secret">From which pseudonyms follow, 32 octets; the same on every node of the exchange.</param>
/// <param name="world">In force.</param>
sealed class Crossings(byte[] secret, Func<World> world)
{
    /// <summary>Crossings that are kept compiled, at most.</summary>
    const int MaxKept = 10_000;

    readonly Dictionary<Key, Crossing> _crossings = [];
    World? _world;

    /// <summary>Under the agreements by which a request was let through.</summary>
    public Crossing Of(in Grant grant) => grant.LinkCount switch
    {
        0 => Crossing.Own,
        1 => Find(new Key(grant.Origin.Id, grant.Target.Id, grant.Link(0), null)),
        _ => Find(new Key(grant.Origin.Id, grant.Target.Id, grant.Link(0), grant.Link(1))),
    };

    /// <summary>Under the agreements in force; what they let through is not asked, since accounting comes after they ended too.</summary>
    public Crossing Between(string visited, string home, Instant now)
    {
        if (visited == home)
            return Crossing.Own;
        var (first, second) = RoamingCover.Way(world(), visited, home, now);
        return Find(new Key(visited, home, first, second));
    }

    Crossing Find(in Key key)
    {
        var current = world();
        if (!ReferenceEquals(_world, current) || _crossings.Count >= MaxKept)
        {
            _world = current;
            _crossings.Clear();
        }

        if (_crossings.TryGetValue(key, out var known))
            return known;
        AgreementLink[] agreements = key.Second is { } second ? [key.First!, second] : key.First is { } first ? [first] : [];
        return _crossings[key] = new Crossing(agreements, key.Visited, key.Home, new CuiPseudonyms(secret, key.Home, key.Visited));
    }

    readonly record struct Key(string Visited, string Home, AgreementLink? First, AgreementLink? Second);
}

using System.Collections.Frozen;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Calls;

/// <summary>The endpoints of a world by what calls ask for. Immutable.</summary>
sealed class EndpointIndex
{
    readonly FrozenDictionary<uint, Endpoint> _byNumber;
    readonly ILookup<string, Endpoint> _byUser;

    public EndpointIndex(World world)
    {
        World = world;
        _byNumber = world.Document.Endpoints.DistinctBy(endpoint => new CallParty(null, endpoint).Number)
            .ToFrozenDictionary(endpoint => new CallParty(null, endpoint).Number);
        _byUser = world.Document.Endpoints.Where(endpoint => endpoint.User is not null).ToLookup(endpoint => endpoint.User!, StringComparer.Ordinal);
    }

    /// <summary>Whose they are.</summary>
    public World World { get; }

    /// <summary>By <see cref="CallParty.Number"/>; null when none has it.</summary>
    public Endpoint? Find(uint number) => _byNumber.GetValueOrDefault(number);

    /// <summary>All of one user.</summary>
    public IEnumerable<Endpoint> Of(User user) => _byUser[user.Id];
}

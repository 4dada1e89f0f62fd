using System.Collections.Frozen;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Calls;

/// <summary>The endpoints of a world by what calls ask for. Immutable.</summary>
sealed class EndpointIndex
{
    readonly FrozenDictionary<uint, Endpoint> _byNumber;
    readonly ILookup<string, Endpoint> _byUser;
    readonly FrozenDictionary<string, User> _users;

    public EndpointIndex(World world)
    {
        World = world;
        _byNumber = world.Document.Endpoints.DistinctBy(endpoint => new CallParty(null, endpoint).Number)
            .ToFrozenDictionary(endpoint => new CallParty(null, endpoint).Number);
        _users = world.Document.Users.ToFrozenDictionary(user => user.Id, StringComparer.Ordinal);
        _byUser = world.Document.Endpoints.Where(endpoint => endpoint.User is not null).ToLookup(endpoint => endpoint.User!, StringComparer.Ordinal);
    }

    /// <summary>Whose they are.</summary>
    public World World { get; }

    /// <summary>By <see cref="CallParty.Number"/>; null when none has it.</summary>
    public Endpoint? Find(uint number) => _byNumber.GetValueOrDefault(number);

    /// <summary>All of one user.</summary>
    public IEnumerable<Endpoint> Of(User user) => _byUser[user.Id];

    /// <summary>Whose it is; null for a room's, or one of nobody in particular.</summary>
    public User? OwnerOf(Endpoint endpoint) => endpoint.User is { } id ? _users.GetValueOrDefault(id) : null;
}

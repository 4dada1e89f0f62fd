using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Signalling;

namespace Meetpoint.Exchange.Calls;

/// <summary>One side of a call: a neighbour, or an endpoint of ours.</summary>
/// <param name="Neighbour">The neighbour; null for an endpoint.</param>
/// <param name="Endpoint">The endpoint of ours; null for a neighbour.</param>
readonly record struct CallParty(NeighbourEntry? Neighbour, Endpoint? Endpoint)
{
    /// <summary>Who it is, for people and records.</summary>
    public string Name => Neighbour?.Neighbour.Id ?? Endpoint?.Id ?? "";

    /// <summary>Id of the provider whose neighbour it is; null for an endpoint, whose provider is the exchange's own to tell.</summary>
    public string? Provider => Neighbour?.Neighbour.Provider;

    /// <summary>The same on every node and after a restart: what a route token names it by.</summary>
    public uint Number => NumberOf(Neighbour is not null, Name);

    /// <summary>How it speaks.</summary>
    public EquipmentProfile ProfileIn(World world) =>
        world.FindProfile(Endpoint?.Profile ?? Neighbour?.Neighbour.Profile ?? EquipmentProfile.GenericId) ?? world.FindProfile(EquipmentProfile.GenericId)!;

    /// <summary>The same as who asks for something within a call.</summary>
    /// <param name="world">In force.</param>
    /// <param name="provider">Whose customer is meant.</param>
    /// <param name="address">The customer's address.</param>
    public SipCaller AsCaller(World world, Provider provider, string address) => new(Neighbour, provider, address, null, Endpoint, ProfileIn(world));

    /// <summary>FNV-1a over the id, told apart by kind.</summary>
    static uint NumberOf(bool isNeighbour, string id)
    {
        unchecked
        {
            var hash = isNeighbour ? 2166136261u : 2166136261u ^ 0x9e3779b9u;
            foreach (var letter in id)
                hash = (hash ^ letter) * 16777619u;
            return hash;
        }
    }
}

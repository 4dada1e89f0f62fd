using System.Collections.Frozen;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Presence;

/// <summary>Whose presence is meant by an address.</summary>
/// <param name="Address">The one address that all of hers lead to, canonical.</param>
/// <param name="Provider">Whose customer she is.</param>
/// <param name="User">Her record, where she is a customer here; null otherwise.</param>
sealed record PresenceTarget(string Address, Provider Provider, User? User);

/// <summary>A system that is asked for somebody's presence.</summary>
/// <param name="Neighbour">The system.</param>
/// <param name="Address">Her address there, canonical.</param>
sealed record PresenceWay(NeighbourEntry Neighbour, string Address)
{
    /// <summary>The SIP URI by which she is asked for; a number is one of the neighbour's host.</summary>
    /// <param name="exchange">Name of this exchange, for a neighbour that names no host.</param>
    public string UriAt(string exchange)
    {
        if (!Address.StartsWith('+'))
            return $"sip:{Address}";
        var host = Neighbour.Neighbour.SipUri is { } text && SipUri.TryParse(text, out var uri) ? uri.Host : exchange;
        return $"sip:{Address}@{host};user=phone";
    }
}

/// <summary>Finds people by any of their addresses, and the systems that know them. By the world in force; on the loop only.</summary>
sealed class PresenceDirectory(Admission admission)
{
    Index? _index;

    Index Current => _index?.World == admission.World ? _index : _index = new Index(admission.World);

    /// <summary>True where anybody's record is here.</summary>
    public bool HasPeople => Current.People.Count > 0;

    /// <summary>Who it is; null for an address that nobody here knows a way to.</summary>
    /// <param name="address">A SIP, SIPS, pres or tel URI, "user@domain" or "+number".</param>
    public PresenceTarget? Find(string address)
    {
        if (address.StartsWith("pres:", StringComparison.OrdinalIgnoreCase))
            address = address[5..];
        if (AddressText.Canonical(address, out var form) is not { } canonical || form == AddressForm.Domain)
            return null;
        if (Current.People.TryGetValue(canonical, out var user))
            return new PresenceTarget(AddressText.Canonical(user.Sip, out _) ?? canonical, Current.World.Find(user.Sip)!.Provider, user);
        return Current.World.Find(canonical) is { } found ? new PresenceTarget(canonical, found.Provider, null) : null;
    }

    /// <summary>The list that has this address; null for an address that is none's.</summary>
    /// <param name="address">A SIP or SIPS URI, or "user@domain".</param>
    public PresenceList? FindList(string address) =>
        Current.Lists.Count > 0 && AddressText.Canonical(address, out var form) is { } canonical && form == AddressForm.Mailbox ? Current.Lists.GetValueOrDefault(canonical) : null;

    /// <summary>The list with this id; null when there is none.</summary>
    public PresenceList? ListById(string id) => Current.ListsById.GetValueOrDefault(id);

    /// <summary>The number of somebody's first endpoint that has one; null without.</summary>
    public string? NumberOf(User user) => Current.Numbers.GetValueOrDefault(user.Id);

    /// <summary>Who is on a list, canonical, in its order.</summary>
    public static IEnumerable<string> MembersOf(PresenceList list) => list.Members.Select(member => AddressText.Canonical(member, out _)).OfType<string>();

    /// <summary>The systems that are asked for her states, in order. Hers where she is a customer here; else the best way that routes lead to.</summary>
    public IReadOnlyList<PresenceWay> WaysTo(PresenceTarget target)
    {
        var world = Current.World;
        if (target.User is { Presence.Systems.IsEmpty: false } user)
            return [.. SystemsOf(user).Where(way => way.Neighbour.Neighbour.Presence.Subscribe)];

        if (world.Find(target.Address) is not { } destination)
            return [];
        var neighbours = destination.Routes.Candidates.Select(candidate => candidate.Neighbour).OfType<NeighbourEntry>().Where(entry => entry.Neighbour.Presence.Subscribe);
        // Several systems of a provider of ours may share a domain, and each may know something; another exchange knows all that there is.
        var isOurs = string.Equals(target.Provider.Exchange, world.Exchange, StringComparison.OrdinalIgnoreCase);
        return [.. (isOurs ? neighbours : neighbours.Take(1)).Select(neighbour => new PresenceWay(neighbour, target.Address))];
    }

    /// <summary>People whose states are put into systems of their own: each with the system.</summary>
    public IEnumerable<(User User, PresenceWay Into)> OwnSystems() =>
        from user in Current.World.Document.Users
        from way in SystemsOf(user)
        where way.Neighbour.Neighbour.Presence.Publish != PresencePublishing.None
        select (user, way);

    /// <summary>Lines of hers that are monitored by uaCSTA (ECMA TR/87), in order: each the call control's neighbour, with the line's address there.</summary>
    public IReadOnlyList<PresenceWay> LinesOf(PresenceTarget target) =>
        target.User is { } user ? [.. SystemsOf(user).Where(way => way.Neighbour.Neighbour.Presence.Csta)] : [];

    /// <summary>The URI of a canonical address.</summary>
    public static string UriOf(string address) => address.StartsWith('+') ? $"tel:{address}" : $"sip:{address}";

    /// <summary>Where a neighbour takes requests; null where nothing says.</summary>
    public static SipRoute? RouteTo(NeighbourEntry neighbour)
    {
        var record = neighbour.Neighbour;
        var text = record.SipUri ?? (record.Exchange is { } exchange ? $"sip:{exchange};transport=tls" : null);
        return text is not null && SipUri.TryParse(text, out var uri) ? SipRoute.To(uri).From(record.Listener) : null;
    }

    /// <summary>Every system that her record names, in order, with her address there.</summary>
    IEnumerable<PresenceWay> SystemsOf(User user) =>
        from system in user.Presence.Systems
        let neighbour = Current.World.FindNeighbour(system.Neighbour)
        where neighbour is not null
        select new PresenceWay(neighbour, AddressText.Canonical(system.Address ?? user.Sip, out _) ?? user.Sip);

    sealed class Index
    {
        public Index(World world)
        {
            World = world;
            var people = new Dictionary<string, User>(StringComparer.Ordinal);
            var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
            var byId = world.Document.Users.ToDictionary(user => user.Id, StringComparer.Ordinal);
            foreach (var user in world.Document.Users)
            {
                Add(user.Sip, user);
                foreach (var system in user.Presence.Systems)
                    Add(system.Address, user);
            }

            foreach (var endpoint in world.Document.Endpoints)
            {
                if (endpoint.User is { } id && byId.TryGetValue(id, out var owner))
                {
                    Add(endpoint.Sip, owner);
                    Add(endpoint.Number, owner);
                    if (endpoint.Number is { } number)
                        numbers.TryAdd(id, number);
                }
            }

            People = people.ToFrozenDictionary(StringComparer.Ordinal);
            Numbers = numbers.ToFrozenDictionary(StringComparer.Ordinal);
            ListsById = world.Document.PresenceLists.ToFrozenDictionary(list => list.Id, StringComparer.Ordinal);
            Lists = world.Document.PresenceLists.ToFrozenDictionary(list => AddressText.Canonical(list.Address, out _) ?? list.Address, StringComparer.Ordinal);

            void Add(string? address, User user)
            {
                if (address is not null && AddressText.Canonical(address, out _) is { } canonical)
                    people.TryAdd(canonical, user);
            }
        }

        public World World { get; }

        public FrozenDictionary<string, User> People { get; }

        public FrozenDictionary<string, string> Numbers { get; }

        public FrozenDictionary<string, PresenceList> Lists { get; }

        public FrozenDictionary<string, PresenceList> ListsById { get; }
    }
}

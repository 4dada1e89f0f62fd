using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Hub;

namespace Meetpoint.Exchange.Presence.Publishing;

/// <summary>
/// Puts into a system what its own users do on others: it never asks a partner about them. Each person of two systems and more has an <see cref="OwnPublication"/> in each system
/// that takes any. On the loop only.
/// </summary>
sealed class OwnUserPublisher(PresenceContext context)
{
    readonly Dictionary<(string Address, string Neighbour), OwnPublication> _all = [];

    /// <summary>Everyone who is published.</summary>
    public IEnumerable<OwnPublication> All => _all.Values;

    /// <summary>Those of one person.</summary>
    public IEnumerable<OwnPublication> Of(string address) => _all.Values.Where(publication => publication.View?.Presentity.Address == address);

    /// <summary>Begins with who is to be published by the world in force, and ends with who is no more.</summary>
    /// <param name="tags">What the systems gave us before a restart.</param>
    public void Readmit(IReadOnlyDictionary<(string Address, string Neighbour), string>? tags = null)
    {
        var wanted = new HashSet<(string, string)>();
        foreach (var (user, into) in context.Directory.OwnSystems())
        {
            if (context.Directory.Find(user.Sip) is not { } target)
                continue;
            var key = (target.Address, into.Neighbour.Neighbour.Id);
            wanted.Add(key);
            if (_all.TryGetValue(key, out var known) && known.Into.Address == into.Address)
            {
                known.Into = into;
                continue;
            }

            known?.Close();
            var publication = new OwnPublication(context, into) { Tag = tags?.GetValueOrDefault(key) };
            _all[key] = publication;
            publication.View = context.Hub.Watch(
                target.Address, new PresenceAudience(into.Neighbour.Neighbour.Id, null, PresenceLevel.Note, null), publication);
            publication.Begin();
        }

        foreach (var (key, publication) in _all.Where(pair => !wanted.Contains(pair.Key)).ToList())
        {
            _all.Remove(key);
            publication.Close();
        }
    }
}

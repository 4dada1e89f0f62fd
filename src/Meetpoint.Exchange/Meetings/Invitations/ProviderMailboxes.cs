using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Meetings.Invitations;

/// <summary>The mailboxes that this exchange writes from, one for each provider it serves.</summary>
/// <param name="world">The world in force.</param>
/// <param name="exchange">Domain name of this exchange, which stands in for a provider that has none.</param>
/// <param name="user">User part of each.</param>
sealed class ProviderMailboxes(Func<World> world, string exchange, string user)
{
    /// <summary>From which customers of that provider are written to.</summary>
    public MailParty Of(string provider)
    {
        var found = world().FindProvider(provider);
        return new MailParty(found?.Name ?? exchange, $"{user}@{found?.Domains.FirstOrDefault() ?? exchange}");
    }
}

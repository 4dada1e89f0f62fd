using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Presence.Hub;

/// <summary>For whom a presentity is composed: all watchers of one audience see the same. A value.</summary>
/// <param name="Neighbour">Id of the neighbour that they are behind, whose own states they are not told again; null for watchers of this exchange itself.</param>
/// <param name="Exchange">Name of that neighbour where it is an exchange: what came through it is not told to it either.</param>
/// <param name="Level">How much is shown.</param>
/// <param name="Watcher">The one watcher, where sources decide by watcher what they show; null where they leave that to this exchange.</param>
readonly record struct PresenceAudience(string? Neighbour, string? Exchange, PresenceLevel Level, string? Watcher);

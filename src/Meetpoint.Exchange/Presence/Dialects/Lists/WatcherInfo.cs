using System.Globalization;
using Meetpoint.Net.Xml;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Dialects;

/// <summary>Somebody who watches, or wants to.</summary>
/// <param name="Id">A name that stays while this subscription does.</param>
/// <param name="Uri">Who.</param>
/// <param name="Status">"pending", "active", "waiting" or "terminated".</param>
/// <param name="Event">What brought it there: "subscribe", "approved", "deactivated", "probation", "rejected", "timeout", "giveup", "noresource".</param>
/// <param name="Subscribed">For how long the subscription stands.</param>
/// <param name="Expires">After which it ends unless it is refreshed; null where that is not known.</param>
/// <param name="DisplayName">What people call the watcher; null without.</param>
sealed record Watcher(string Id, string Uri, string Status, string Event, Duration Subscribed, Duration? Expires, string? DisplayName = null);

/// <summary>Writes watcher information (RFC 3858): who watches somebody's presence.</summary>
static class WatcherInfo
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "application/watcherinfo+xml";

    /// <summary>Watchers of one document, at most; those behind are left out.</summary>
    public const int MaxWatchers = 500;

    const string Ns = "urn:ietf:params:xml:ns:watcherinfo";

    /// <summary>Writes all watchers of a presentity, or those that changed.</summary>
    /// <param name="resource">Whom they watch.</param>
    /// <param name="version">Grows by one with each notification of the subscription, from 0 on.</param>
    /// <param name="isFull">True when these are all.</param>
    /// <param name="watchers">The watchers.</param>
    public static byte[] Write(string resource, uint version, bool isFull, IEnumerable<Watcher> watchers)
    {
        var xml = new XmlDocumentWriter("", "watcherinfo", Ns).Attribute("version", version.ToString(CultureInfo.InvariantCulture))
            .Attribute("state", isFull ? "full" : "partial");
        xml.Start("watcher-list", Ns).Attribute("resource", resource).Attribute("package", "presence");
        foreach (var watcher in watchers.Take(MaxWatchers))
        {
            xml.Start("watcher", Ns).Attribute("id", watcher.Id).Attribute("status", watcher.Status).Attribute("event", watcher.Event)
                .Attribute("duration-subscribed", Seconds(watcher.Subscribed)).Attribute("expiration", watcher.Expires is { } expires ? Seconds(expires) : null)
                .Attribute("display-name", watcher.DisplayName).Text(watcher.Uri).End();
        }

        return xml.Finish();
    }

    static string Seconds(Duration duration) => ((long)Math.Max(0, duration.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}

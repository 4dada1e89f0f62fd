using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Presence.Calls;
using Meetpoint.Exchange.Presence.Csta;
using Meetpoint.Exchange.Presence.Dialects;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Presence.Upstream;
using Meetpoint.Exchange.Presence.Xmpp;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Presence.Api;

/// <summary>Reads what is believed of somebody, from whom, and who is told. On the loop only; changes nothing.</summary>
sealed class PresencePicture(PresenceService presence)
{
    readonly PresenceContext _context = presence.Context;

    /// <summary>The picture of one person.</summary>
    public PresencePictureView Of(PresenceTarget target)
    {
        var known = _context.Hub.Find(target.Address);
        var devices = known is null ? [] : AudienceView.Everything(known);
        return new PresencePictureView
        {
            Address = target.Address,
            Provider = target.Provider.Id,
            Name = target.User?.Name,
            State = JsonDialect.View(Composition.Of(devices)),
            Devices = [.. devices.Select(Belief)],
            Sources = [.. Sources(target, known)],
            Watchers = known is null ? [] : [.. Watchers(known, devices)],
            Published = [.. presence.Publisher.Of(target.Address).Select(into => new PresencePublishedView(into.Into.Neighbour.Neighbour.Id, into.Into.Address, into.Standing))],
        };
    }

    /// <summary>One line of the list; null for somebody of whom nothing is left.</summary>
    public PresenceSummaryView? Summary(string address) => _context.Hub.Find(address) is not { } known ? null : new PresenceSummaryView(
        address, JsonDialect.View(Composition.Of(AudienceView.Everything(known))), known.Sources.Count, known.Views.Sum(view => view.Watchers.Sum(watcher => watcher.Count)));

    /// <summary>Who is told, each with what it is not told.</summary>
    IEnumerable<PresenceWatcherView> Watchers(Presentity known, DeviceState[] devices)
    {
        var (now, nowNs) = (_context.Now, _context.Loop.NowNs);
        foreach (var view in known.Views)
        {
            var leftOut = devices.Where(device => !view.Gathered.Any(device.IsOfSameDevice)).Select(device => new PresenceLeftOutView(device.Origin, device.Device, WhyNot(view, device))).ToList();
            foreach (var watcher in view.Watchers.OfType<IWatcherList>().SelectMany(list => list.Watchers(now, nowNs)))
                yield return watcher with { LeftOut = leftOut };
        }
    }

    static string WhyNot(AudienceView view, DeviceState device)
    {
        var tellers = view.Presentity.Sources.Where(source => source.States.Exists(device.IsOfSameDevice)).ToList();
        if (tellers.Exists(source => source.Neighbour is not null && source.Neighbour == view.Audience.Neighbour))
            return $"{view.Audience.Neighbour} says it itself, and is not told it back";
        if (view.Audience.Exchange is { } exchange && device.Path.Contains(exchange, StringComparer.OrdinalIgnoreCase))
            return $"it came through {exchange}, which knows it";
        return tellers.Find(source => source.Audience is not null) is { } source ? $"it is said to {source.Audience} alone" : "it is of another audience";
    }

    IEnumerable<PresenceSourceView> Sources(PresenceTarget target, Presentity? known)
    {
        var upstreams = presence.Upstreams.Of(target.Address).ToList();
        foreach (var source in known?.Sources ?? [])
            yield return Source(source, upstreams.Find(upstream => upstream.Source == source));
        var lines = _context.Directory.LinesOf(target).Where(line => !upstreams.OfType<CstaMonitor>().Any(upstream => upstream.Way.Neighbour.Neighbour.Id == line.Neighbour.Neighbour.Id));
        var ways = _context.Directory.WaysTo(target).Where(way => !upstreams.OfType<UpstreamSubscription>().Any(upstream => upstream.Way.Neighbour.Neighbour.Id == way.Neighbour.Neighbour.Id)
            && known?.Sources.Exists(source => source.IsWhole && source.Neighbour == way.Neighbour.Neighbour.Id && !upstreams.Exists(upstream => upstream.Source == source)) != true);
        var why = known is not { Views.Count: > 0 } ? "nobody watches, so it is not asked" : "only its own users watch, who know";
        foreach (var way in ways.Concat(lines))
            yield return new PresenceSourceView(PresenceSourceKind.NotAsked, way.Neighbour.Neighbour.Id, way.Address, why, [], null, null, null);
    }

    PresenceSourceView Source(PresenceSource source, UpstreamSource? upstream)
    {
        var isUnheard = source.States is [{ IsUnheard: true, Path: [] }];
        var kind = upstream is CstaMonitor ? PresenceSourceKind.Csta
            : upstream is not null ? PresenceSourceKind.Subscription
            : presence.Clients.Holds(source) ? PresenceSourceKind.Api
            : source is { Neighbour: null, States: [{ Device: PhoneStates.Device }] } ? PresenceSourceKind.Calls
            : isUnheard ? PresenceSourceKind.Remembered
            : source.IsWhole ? PresenceSourceKind.Subscription : PresenceSourceKind.Publication;
        var contact = upstream is not null || !source.IsWhole ? null : presence.Xmpp?.Contacts.FirstOrDefault(contact => contact.Source == source);
        var standing = upstream?.Standing ?? (contact is { Standing: XmppStanding.Asked } ? "asked for leave" : isUnheard ? "heard before the restart, and not since" : source.LostSince is null ? "stands" : "silent");
        long? heldMs = source.Held is null ? null : Math.Max(0, (source.HeldUntilNs - _context.Loop.NowNs) / MonotonicTime.Millisecond);
        return new PresenceSourceView(
            kind, source.Neighbour, upstream?.Way.Address ?? contact?.Presentity.ToString(), standing, [.. source.States.Select(state => state.Device)], source.Audience, source.LostSince, heldMs);
    }

    static PresenceBeliefView Belief(DeviceState device) => new(
        device.Origin, device.Device, device.Kind, JsonDialect.View(device.State), JsonDialect.View(device).Capabilities, device.Version, device.IsLost, device.IsUnheard, device.Path);
}

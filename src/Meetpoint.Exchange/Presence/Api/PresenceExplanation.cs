using Meetpoint.Exchange.Contracts;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Presence.Api;

/// <summary>Says why who was told what, and whether somebody may watch at all. On the loop only; changes nothing.</summary>
sealed class PresenceExplanation(PresenceService presence)
{
    readonly PresenceContext _context = presence.Context;
    readonly PresencePicture _picture = new(presence);

    /// <summary>Everything that is known, and of one watcher whether he may watch.</summary>
    /// <param name="target">Of whom.</param>
    /// <param name="watcher">Canonical address of the watcher; null for all.</param>
    public PresenceExplanationView Of(PresenceTarget target, string? watcher)
    {
        var picture = _picture.Of(target);
        var watchers = watcher is null ? picture.Watchers : [.. picture.Watchers.Where(one => one.Watcher == watcher)];
        var decisions = _context.Hub.Decisions?.Of(target.Address, _context.Hub.Find(target.Address)) ?? [];
        var neighbours = watchers.Select(one => one.Neighbour).ToHashSet();
        return new PresenceExplanationView
        {
            Picture = picture with { Watchers = watchers },
            Decisions = [.. decisions.Where(decision => watcher is null || Concerns(decision, watcher, neighbours)).Select(View)],
            Verdict = watcher is null ? null : Verdict(target, watcher, watchers.Count > 0),
        };
    }

    /// <summary>What sources said concerns everyone; what was told or refused, only whom it was told to.</summary>
    static bool Concerns(in Decision decision, string watcher, HashSet<string?> neighbours) => decision.Kind switch
    {
        DecisionKind.Watched or DecisionKind.Refused or DecisionKind.Ended => decision.Who == watcher,
        DecisionKind.Told or DecisionKind.Waits => neighbours.Contains(decision.Who),
        _ => true,
    };

    PresenceVerdictView Verdict(PresenceTarget target, string watcher, bool isWatching)
    {
        var world = _context.Admission.World;
        if (world.Find(watcher)?.Provider is not { } provider)
            return new PresenceVerdictView(watcher, isWatching, null, KebabEnum<RefusalReason>.Word(RefusalReason.UnknownSender), "no provider that is known here has this customer");
        var isOurs = _context.Policy.IsHere(provider);
        var sender = isOurs ? null : world.FindNeighbourByExchange(provider.Exchange);
        if (!isOurs && sender is null)
            return new PresenceVerdictView(watcher, isWatching, null, KebabEnum<RefusalReason>.Word(RefusalReason.UnknownSender), $"{provider.Exchange} is no neighbour of this exchange");
        var path = isOurs ? Array.Empty<string>() : [provider.Exchange];
        if (_context.Policy.TryAdmit(new PresenceAsker(sender, provider, watcher, path, default), target, out var audience, out var refusal))
            return new PresenceVerdictView(watcher, isWatching, audience.Level, null, isWatching ? "may watch, and does" : "may watch, and has not subscribed");
        return new PresenceVerdictView(watcher, isWatching, null, KebabEnum<RefusalReason>.Word(refusal.Reason), $"{refusal.Row.ApiTitle}: {refusal.Describe()}");
    }

    static PresenceDecisionView View(Decision decision)
    {
        var isChange = decision.Kind == DecisionKind.Told;
        return new PresenceDecisionView(
            decision.At, decision.Kind, decision.Who, isChange ? decision.Before : null, isChange ? decision.After : null, decision.Count, Text(decision));
    }

    static string Text(in Decision decision)
    {
        var who = decision.Who ?? "this exchange's own";
        var times = decision.Count == 1 ? "" : $", {decision.Count} times";
        return decision.Kind switch
        {
            DecisionKind.Told when decision.Before == decision.After => $"a device changed: told to {Watchers(decision.Count)} of {who}, who see {KebabEnum<Activity>.Word(decision.After)} as before",
            DecisionKind.Told => $"{KebabEnum<Activity>.Word(decision.Before)} → {KebabEnum<Activity>.Word(decision.After)}: told to {Watchers(decision.Count)} of {who}",
            DecisionKind.NothingNew => $"{who} reported what changes nothing for anybody: no one told{times}",
            DecisionKind.Held => $"{who} says that the phone was put down: held {Hub.PresenceHub.HoldNs / 1_000_000} ms, since most are lifted again at once",
            DecisionKind.Lost => $"{who} fell silent: what it said is the last that is known, and makes nobody more available",
            DecisionKind.Waits => $"waits for the messages a second that {who} takes; the state is found when it is sent{times}",
            DecisionKind.Watched => $"{who} subscribed",
            DecisionKind.Refused => $"{who} was refused: {decision.Detail}",
            DecisionKind.Ended => $"the subscription of {who} ended: {decision.Detail}",
            DecisionKind.Upstream => $"{who}, which is asked for it: {decision.Detail}",
            _ => decision.Detail ?? "",
        };
    }

    static string Watchers(int count) => count == 1 ? "1 watcher" : $"{count} watchers";
}

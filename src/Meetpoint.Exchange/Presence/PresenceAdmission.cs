using Meetpoint.Net;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Presence.Hub;
using Meetpoint.Exchange.Signalling;

namespace Meetpoint.Exchange.Presence;

/// <summary>Who asks for somebody's presence.</summary>
/// <param name="Sender">The neighbour that it came by; null for a customer of ours who asks directly.</param>
/// <param name="Provider">Whose customer asks.</param>
/// <param name="Address">The watcher, canonical.</param>
/// <param name="Path">Exchanges that it has come through.</param>
/// <param name="Correlation">The session that the request belongs to.</param>
sealed record PresenceAsker(NeighbourEntry? Sender, Provider Provider, string Address, string[] Path, CorrelationId Correlation);

/// <summary>Asks the waist, the agreement and the person's own lists who may see whom, and how much. On the loop only.</summary>
sealed class PresenceAdmission(PresenceContext context)
{
    /// <summary>True with the audience that the watcher belongs to, or false with the refusal.</summary>
    public bool TryAdmit(PresenceAsker asker, PresenceTarget target, out PresenceAudience audience, out Refusal refusal)
    {
        audience = default;
        var request = new AdmissionRequest
        {
            Sender = asker.Sender,
            IsOwn = asker.Sender is null,
            Origin = asker.Provider.Id,
            Caller = asker.Address,
            TargetProvider = target.Provider.Id,
            Kind = GrantKind.Presence,
            Path = asker.Path,
            Correlation = asker.Correlation,
            Now = context.Now,
            NowNs = context.Time.NowNs(),
        };
        if (!context.Admission.Admit(in request, out var grant, out refusal))
            return false;
        var level = PresenceLevel.Note;
        var isDelegated = true;
        for (var i = 0; i < grant.LinkCount; i++)
        {
            var link = grant.Link(i);
            var terms = link.Agreement.Presence;
            // The link goes from the watcher's side to the presentity's: what that side shows counts.
            var shown = link.AToB ? terms.ShownByB : terms.ShownByA;
            level = shown < level ? shown : level;
            isDelegated &= terms.Delegated;
        }

        var correlation = grant.Correlation;
        grant.Release(); // a subscription takes from no limit; what it costs is counted by its notifications
        var reason = level == PresenceLevel.Nothing ? RefusalReason.ServiceNotCovered : MayWatch(asker, target) ? RefusalReason.None : RefusalReason.NotOnWhiteList;
        if (reason != RefusalReason.None)
        {
            refusal = context.Admission.Refuse(reason, correlation) with { Sender = asker.Sender, Origin = asker.Provider, Target = target.Provider };
            return false;
        }

        // Of somebody else's customer each watcher asks in his own name, or in his provider's where that is agreed. An XMPP server is asked so by whomever it stands for.
        var inWhoseName = IsHere(target.Provider) && !IsBehindXmpp(target) ? null : isDelegated ? DelegateOf(asker.Provider) : asker.Address;
        audience = new PresenceAudience(asker.Sender?.Neighbour.Id, asker.Sender?.Neighbour.Exchange, level, inWhoseName);
        return true;
    }

    /// <summary>True for an endpoint that speaks for itself or its user, and for a system of the provider, which speaks for all of its customers.</summary>
    public bool IsHerself(SipCaller caller, PresenceTarget target) => caller.Sender is { } sender
        ? sender.Neighbour.Kind == NeighbourKind.SipTrunk && sender.Neighbour.Provider == target.Provider.Id
        : context.Directory.Find(caller.Address)?.Address == target.Address;

    /// <summary>True for whom a list is kept; whom of it he sees is decided for each by herself.</summary>
    public static bool MayWatch(PresenceAsker asker, PresenceList list) => asker.Provider.Id == list.Provider || list.Allow.Any(entry => Covers(entry, asker));

    /// <summary>Who asks for all of a provider's watchers together.</summary>
    public string DelegateOf(Provider provider) => $"presence@{provider.Domains.FirstOrDefault() ?? context.Admission.World.Exchange}";

    /// <summary>True for a customer of a provider that this exchange serves.</summary>
    public bool IsHere(Provider provider) => string.Equals(provider.Exchange, context.Admission.World.Exchange, StringComparison.OrdinalIgnoreCase);

    bool IsBehindXmpp(PresenceTarget target)
    {
        if (context.Admission.World.Find(target.Address) is not { } found)
            return false;
        foreach (var candidate in found.Routes.Candidates)
        {
            if (candidate.Neighbour?.Neighbour.Kind == NeighbourKind.Xmpp)
                return true;
        }

        return false;
    }

    /// <summary>What the person's own lists say; nobody is blocked from seeing himself.</summary>
    static bool MayWatch(PresenceAsker asker, PresenceTarget target)
    {
        if (target.User is not { Presence: { } own } || asker.Address == target.Address)
            return true;
        if (own.Block.Any(entry => Covers(entry, asker)))
            return false;
        return own.Allow.IsEmpty || own.Allow.Any(entry => Covers(entry, asker));
    }

    static bool Covers(string entry, PresenceAsker asker)
    {
        if (entry == asker.Provider.Id)
            return true;
        if (AddressText.Canonical(entry, out var form) is not { } canonical)
            return false;
        return form == AddressForm.Domain
            ? asker.Address.EndsWith(canonical, StringComparison.Ordinal) && asker.Address.Length > canonical.Length && asker.Address[^(canonical.Length + 1)] == '@'
            : canonical == asker.Address;
    }
}

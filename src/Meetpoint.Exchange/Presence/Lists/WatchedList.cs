using System.Diagnostics.CodeAnalysis;
using Meetpoint.Exchange.Interconnect;

namespace Meetpoint.Exchange.Presence.Lists;

/// <summary>
/// People whom one watcher watches together: each is admitted for him as if he watched her alone, and who may not be seen stands there as refused. On the loop only.
/// </summary>
/// <param name="context">What presence works with.</param>
/// <param name="watcher">Who watches.</param>
sealed class WatchedList(PresenceContext context, IListWatcher watcher)
{
    /// <summary>Members, at most; those behind are left out.</summary>
    public const int MaxMembers = PresenceList.MaxMembers;

    readonly Dictionary<string, ListMember> _members = new(StringComparer.Ordinal);

    /// <summary>Everyone, those first who came first.</summary>
    public IReadOnlyCollection<ListMember> Members => _members.Values;

    /// <summary>The one with this address.</summary>
    public bool TryFind(string resource, [NotNullWhen(true)] out ListMember? member) => _members.TryGetValue(resource, out member);

    /// <summary>Puts somebody on it; false where she is there already, or it is full.</summary>
    public bool Add(string resource)
    {
        if (_members.Count >= MaxMembers || _members.ContainsKey(resource))
            return false;
        var member = new ListMember(watcher, resource);
        _members[resource] = member;
        Admit(member);
        return true;
    }

    /// <summary>Takes somebody off it; false where she is not there.</summary>
    public bool Remove(string resource)
    {
        if (!_members.Remove(resource, out var member))
            return false;
        Leave(member);
        return true;
    }

    /// <summary>Decides anew by the world in force; gives those who are shown otherwise.</summary>
    public IReadOnlyList<ListMember> Readmit() => [.. _members.Values.Where(Admit)];

    /// <summary>Watches nobody any more.</summary>
    public void Leave()
    {
        foreach (var member in _members.Values)
            Leave(member);
        _members.Clear();
    }

    /// <summary>True when she is shown otherwise than before.</summary>
    bool Admit(ListMember member)
    {
        var (view, reason) = (member.View, member.Reason);
        member.Target = context.Directory.Find(member.Resource);
        if (member.Target is not { } target)
            Show(member, null, "noresource");
        else if (watcher.Current is not { } asker || !context.Policy.TryAdmit(asker, target, out var audience, out _))
            Show(member, null, "rejected");
        else if (view is null || view.Audience != audience || view.Presentity.Address != target.Address)
            Show(member, context.Hub.Watch(target.Address, in audience, member), "probation");
        return !ReferenceEquals(view, member.View) || reason != member.Reason;
    }

    void Show(ListMember member, Hub.AudienceView? view, string reasonWithout)
    {
        Leave(member);
        member.View = view;
        member.Reason = view is null ? reasonWithout : null;
    }

    void Leave(ListMember member)
    {
        if (member.View is { } view)
            context.Hub.Unwatch(view, member);
        member.View = null;
    }
}

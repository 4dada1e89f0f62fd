using Meetpoint.Exchange.Interconnect;
using Meetpoint.Net;

namespace Meetpoint.Exchange.Presence.Pages;

/// <summary>
/// Watches whom phones' pages show, for as long as they are fetched: so that states are there, and nobody is asked for on behalf of a phone that was thrown away. On the loop only.
/// </summary>
sealed class PhonePages(PresenceContext context)
{
    /// <summary>Pages that are watched at a time, at most.</summary>
    public const int MaxOpen = 10_000;

    /// <summary>After the last fetch a page is watched for so long: several times what <see cref="ReloadSeconds"/> makes phones wait.</summary>
    public const long KeepNs = 180 * MonotonicTime.Second;

    /// <summary>Phones fetch a page again after so many seconds.</summary>
    public const int ReloadSeconds = 30;

    readonly Dictionary<string, PhonePageWatch> _open = new(StringComparer.Ordinal);
    readonly PriorityQueue<PhonePageWatch, long> _closing = new();

    /// <summary>Pages that are watched.</summary>
    public int Count => _open.Count;

    /// <summary>Shows a page: at once where it is watched already, else when its members' states are there, or <see cref="PhonePageWatch.FirstWaitNs"/> later.</summary>
    /// <param name="page">Which.</param>
    /// <param name="shown">Told once, on the loop: what is to be seen, or null where the list is gone or no longer for him.</param>
    /// <returns>False, and nothing is told, when too many pages are watched.</returns>
    public bool Show(PhonePage page, Action<PhonePageShown?> shown)
    {
        if (!_open.TryGetValue(page.Id, out var watch))
        {
            if (Allowed(page) is not { } allowed)
            {
                shown(null);
                return true;
            }

            if (_open.Count >= MaxOpen)
                return false;
            _open[page.Id] = watch = new PhonePageWatch(context, page, allowed.Asker);
            watch.Follow(allowed.List);
            watch.Begin();
            _closing.Enqueue(watch, context.Loop.NowNs + KeepNs);
        }

        watch.ExpiresNs = context.Loop.NowNs + KeepNs;
        watch.Tell(shown);
        return true;
    }

    /// <summary>Watches for a page no more.</summary>
    public void Close(string id)
    {
        if (_open.Remove(id, out var watch))
            watch.Close();
    }

    /// <summary>The world has changed: lists too, and who may see whom.</summary>
    public void Readmit()
    {
        foreach (var (id, watch) in _open.ToList())
        {
            if (Allowed(watch.Page) is { } allowed)
                watch.Follow(allowed.List);
            else
                Close(id);
        }
    }

    /// <summary>Lets go of what is fetched no more. Regularly.</summary>
    public void Advance(long nowNs)
    {
        while (_closing.TryPeek(out var watch, out var dueNs) && dueNs <= nowNs)
        {
            _closing.Dequeue();
            if (watch.IsClosed)
                continue;
            if (watch.ExpiresNs > nowNs)
                _closing.Enqueue(watch, watch.ExpiresNs);
            else
                Close(watch.Page.Id);
        }
    }

    /// <summary>The list of a page and who watches it, by the world in force; null where either is gone, or he may not.</summary>
    public (PresenceList List, PresenceAsker Asker)? Allowed(PhonePage page) =>
        context.Admission.World.Find(page.Watcher)?.Provider is { } provider && context.Policy.IsHere(provider) && context.Directory.ListById(page.List) is { } list
        && new PresenceAsker(null, provider, page.Watcher, [], default) is var asker && PresenceAdmission.MayWatch(asker, list) ? (list, asker) : null;
}

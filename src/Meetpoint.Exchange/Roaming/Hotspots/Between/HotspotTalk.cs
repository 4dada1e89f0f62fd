using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>
/// Keeps the catalogues of other exchanges' providers up to date, as far as agreements open them to ours, and tells other exchanges that ours have
/// changed. Turns come from the housekeeping of the exchange; one at a time.
/// </summary>
/// <remarks>
/// What is told is only that there is something new; it is asked for. So an outage piles up nothing, a million hotspots stand in no queue before a
/// booking, and a word that was lost costs no more than <see cref="PollNs"/>.
/// </remarks>
sealed class HotspotTalk(Store store, INniOutbox outbox, Func<World> world, HotspotDirectory directory, IClock clock, TimeProvider time)
{
    /// <summary>A catalogue is asked for this often also when nobody said that it changed.</summary>
    public const long PollNs = 600 * MonotonicTime.Second;

    /// <summary>Which catalogues are wanted is looked at this often, as agreements begin and end by the clock too.</summary>
    const long WantedEveryNs = 5 * MonotonicTime.Second;

    const long FirstRetryNs = 2 * MonotonicTime.Second;
    const long LastRetryNs = 300 * MonotonicTime.Second;

    /// <summary>A catalogue in which something was lost is read whole this often at most: its other half may count otherwise.</summary>
    const long LostEveryNs = 3_600 * MonotonicTime.Second;

    /// <summary>How long word of a change waits for a link that is down; after that it is found out by asking.</summary>
    static readonly Duration _wordLifetime = Duration.FromMinutes(10);

    readonly HotspotFollower _follower = new(store, outbox, clock);
    readonly ConcurrentDictionary<string, bool> _changed = new(StringComparer.Ordinal);
    readonly Dictionary<string, Followed> _followed = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    long _wantedAtNs = long.MinValue;
    int _worldChanged;

    /// <summary>Another world is in force: other catalogues may be wanted. From any thread.</summary>
    public void OnWorldApplied() => Volatile.Write(ref _worldChanged, 1);

    /// <summary>Handles hotspot.changed.</summary>
    public void OnChanged(StoreTransaction transaction, NniMessage message)
    {
        if (message.Body["providers"] is not JsonArray providers)
            return;
        var standing = world();
        var known = providers.Take(standing.Providers.Length).OfType<JsonValue>()
            .Select(value => value.TryGetValue<string>(out var id) && standing.FindProvider(id) is { } provider ? provider.Id : null).OfType<string>().ToList();
        transaction.AfterCommit(() =>
        {
            foreach (var provider in known)
                _changed[provider] = true;
        });
    }

    /// <summary>Does what is due; nothing is asked of two exchanges one after the other.</summary>
    public async Task RunAsync(long nowNs)
    {
        await TellAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _worldChanged, 0) != 0 || _wantedAtNs == long.MinValue || nowNs - _wantedAtNs >= WantedEveryNs)
        {
            _wantedAtNs = nowNs;
            await WantAsync(nowNs).ConfigureAwait(false);
        }

        foreach (var provider in _changed.Keys)
        {
            if (_changed.TryRemove(provider, out _) && _followed.TryGetValue(provider, out var followed))
                followed.DueNs = nowNs;
        }

        var due = _followed.Values.Where(followed => nowNs >= followed.DueNs).ToLookup(followed => followed.Source, StringComparer.OrdinalIgnoreCase);
        if (due.Count == 0)
            return;
        await Task.WhenAll(due.Select(PullAllAsync)).ConfigureAwait(false);
        await directory.CatchUpAsync().ConfigureAwait(false);
    }

    /// <summary>The exchange that a catalogue is read from: its provider's own, or one in the middle; null when there is no way.</summary>
    static string? SourceOf(World standing, Provider visited, string home, Instant now)
    {
        if (standing.FindNeighbourByExchange(visited.Exchange) is not null)
            return visited.Exchange;
        return RoamingCover.TryTransit(standing, home, visited.Id, now, out _, out var third)
            && standing.FindProvider(third) is { } middle && standing.FindNeighbourByExchange(middle.Exchange) is not null
            ? middle.Exchange : null;
    }

    async Task PullAllAsync(IEnumerable<Followed> ofOneExchange)
    {
        foreach (var followed in ofOneExchange)
        {
            followed.DueNs = time.NowNs() + LastRetryNs; // also when the store is away and it ends in an exception
            var outcome = await _follower.PullAsync(followed.Provider, followed.Source).ConfigureAwait(false);
            var nowNs = time.NowNs();
            if (outcome == PullOutcome.Lost && (followed.LostNs is not { } before || nowNs - before >= LostEveryNs))
            {
                followed.LostNs = nowNs;
                await _follower.ForgetPositionAsync(followed.Provider).ConfigureAwait(false);
                outcome = await _follower.PullAsync(followed.Provider, followed.Source).ConfigureAwait(false);
            }

            // What is closed is asked for now and then: the other side may have its agreement a little later.
            followed.RetryNs = outcome is PullOutcome.UpToDate or PullOutcome.Lost ? 0 : Math.Clamp(followed.RetryNs * 2, FirstRetryNs, LastRetryNs);
            followed.DueNs = nowNs + (followed.RetryNs == 0 ? PollNs : followed.RetryNs);
        }
    }

    /// <summary>Looks which catalogues are to be followed, and forgets those that are not any more.</summary>
    async Task WantAsync(long nowNs)
    {
        var (standing, now) = (world(), clock.GetCurrentInstant());
        var own = standing.Providers.Where(provider => IsOwn(standing, provider)).Select(provider => provider.Id).ToList();
        var wanted = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var visited in standing.Providers.Where(provider => !IsOwn(standing, provider)))
        {
            var source = own.Where(home => RoamingCover.Covers(standing, home, visited.Id, now)).Select(home => SourceOf(standing, visited, home, now)).FirstOrDefault(name => name is not null);
            if (source is not null)
                wanted[visited.Id] = source;
        }

        foreach (var provider in _followed.Keys.Except(wanted.Keys).ToList())
            _followed.Remove(provider);
        foreach (var (provider, source) in wanted)
        {
            if (!_followed.TryGetValue(provider, out var followed) || followed.Source != source)
                _followed[provider] = new Followed(provider, source) { DueNs = nowNs };
        }

        if (directory.Catalogues.Keys.All(provider => wanted.ContainsKey(provider) || own.Contains(provider)))
            return;
        var left = store.Read(HotspotRows.Catalogues).Where(row => row.Source is not null && !wanted.ContainsKey(row.Provider)).ToList();
        foreach (var row in left)
            await _follower.DropAsync(row.Provider).ConfigureAwait(false);
        if (left.Count > 0)
            await directory.CatchUpAsync().ConfigureAwait(false);
    }

    static bool IsOwn(World standing, Provider provider) => string.Equals(provider.Exchange, standing.Exchange, StringComparison.OrdinalIgnoreCase);

    /// <summary>Says which catalogues have changed since it was said last, to whom they are open.</summary>
    async Task TellAsync()
    {
        var changed = directory.Catalogues.Values.Where(catalogue => _told.GetValueOrDefault(catalogue.Provider) != catalogue.Version).ToList();
        if (changed.Count == 0)
            return;
        foreach (var catalogue in changed)
            _told[catalogue.Provider] = catalogue.Version;
        var (standing, now) = (world(), clock.GetCurrentInstant());
        var exchanges = standing.Neighbours.Where(entry => entry.Neighbour.Kind == NeighbourKind.Exchange).Select(entry => entry.Neighbour.Exchange!)
            .Distinct(StringComparer.OrdinalIgnoreCase).Select(name => (Name: name, Open: OpenTo(standing, name, changed, now))).Where(exchange => exchange.Open.Count > 0).ToList();
        foreach (var (name, open) in exchanges)
        {
            try
            {
                await store.WriteAsync(transaction => outbox.Enqueue(
                    transaction, name, HotspotTypes.Changed, new JsonObject { ["providers"] = new JsonArray([.. open.Select(id => (JsonNode)id)]) }, now + _wordLifetime)).ConfigureAwait(false);
            }
            catch (NniOutboxException)
            {
                // It is found out by asking.
            }
        }
    }

    static List<string> OpenTo(World standing, string exchange, List<HotspotCatalogue> catalogues, Instant now)
    {
        var homes = standing.Providers.Where(home => string.Equals(home.Exchange, exchange, StringComparison.OrdinalIgnoreCase)).ToList();
        return [.. catalogues.Select(catalogue => catalogue.Provider).Where(visited => homes.Exists(home => home.Id != visited && RoamingCover.Covers(standing, home.Id, visited, now)))];
    }

    /// <summary>A catalogue that is followed.</summary>
    sealed class Followed(string provider, string source)
    {
        public string Provider => provider;

        public string Source => source;

        public long DueNs { get; set; }

        public long RetryNs { get; set; }

        public long? LostNs { get; set; }
    }
}

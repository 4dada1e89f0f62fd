using Meetpoint.Exchange.Interconnect;
using Meetpoint.Exchange.Nni;
using Meetpoint.Exchange.Storage;
using Meetpoint.Net;
using NodaTime;

namespace Meetpoint.Exchange.Roaming.Hotspots;

/// <summary>The hotspot directory of an exchange, put together.</summary>
sealed class HotspotService : IDisposable
{
    const long ForgetEveryNs = 3_600 * MonotonicTime.Second;

    readonly Store _store;
    readonly IClock _clock;
    readonly StoreSweep _sweep;
    readonly HotspotTalk _talk;
    readonly HotspotPages _pages;
    readonly IExchangeLog _log;
    int _isTalking;
    long _forgotAtNs;

    /// <param name="store">Where hotspots stand.</param>
    /// <param name="outbox">The way to other exchanges.</param>
    /// <param name="world">In force.</param>
    /// <param name="clock">Wall time.</param>
    /// <param name="time">Monotonic time.</param>
    /// <param name="ids">Of imports.</param>
    /// <param name="log">Hears what fails.</param>
    public HotspotService(Store store, INniOutbox outbox, Func<World> world, IClock clock, TimeProvider time, Ids ids, IExchangeLog log)
    {
        (_store, _clock, _log) = (store, clock, log);
        Directory = new HotspotDirectory(store, world, clock);
        Book = new HotspotBook(store, Directory, clock, ids);
        _talk = new HotspotTalk(store, outbox, world, Directory, clock, time);
        _pages = new HotspotPages(store, world, clock);
        _sweep = new StoreSweep(store, reader => Directory.IsBehind(reader) || HotspotBook.IsAnyImporting(reader), FollowStoreAsync);
    }

    /// <summary>Look-ups and searches.</summary>
    public HotspotDirectory Directory { get; }

    /// <summary>Publishes.</summary>
    public HotspotBook Book { get; }

    /// <summary>Takes part in the NNI; before it starts.</summary>
    public void Register(NniNode nni)
    {
        nni.Inbox.Handle(HotspotTypes.Changed, _talk.OnChanged);
        nni.Questions.Handle(HotspotTypes.Page, _pages.AnswerAsync);
    }

    /// <summary>Reads what the store has; before anybody asks.</summary>
    public Task StartAsync() => Directory.CatchUpAsync();

    /// <summary>Another world is in force.</summary>
    public void OnWorldApplied() => _talk.OnWorldApplied();

    /// <summary>Goes on with imports that were interrupted, and takes over what other nodes wrote.</summary>
    public Task SweepAsync() => _sweep.RunAsync();

    /// <summary>A turn of following other exchanges; left out while the one before goes on. Never waits.</summary>
    public void Talk(long nowNs)
    {
        if (Interlocked.Exchange(ref _isTalking, 1) == 0)
            _ = TalkAsync(nowNs);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Book.Dispose();
        Directory.Dispose();
    }

    async Task TalkAsync(long nowNs)
    {
        try
        {
            await _talk.RunAsync(nowNs).ConfigureAwait(false);
            if (nowNs - _forgotAtNs >= ForgetEveryNs)
                await ForgetAsync(nowNs).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The exchange was stopped meanwhile.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _log.Fault("hotspots", exception);
        }

        Volatile.Write(ref _isTalking, 0);
    }

    async Task ForgetAsync(long nowNs)
    {
        _forgotAtNs = nowNs;
        var before = _clock.GetCurrentInstant() - HotspotLimits.RemovalsKept;
        foreach (var row in _store.Read(HotspotRows.Catalogues))
        {
            while (await _store.WriteAsync(transaction => HotspotRows.ForgetRemovals(transaction, row.Provider, before, HotspotLimits.RowsAtOnce)).ConfigureAwait(false))
            {
                // A few rows at a time, so that others get their turn.
            }
        }
    }

    async Task FollowStoreAsync()
    {
        await Book.ContinueAsync().ConfigureAwait(false);
        await Directory.CatchUpAsync().ConfigureAwait(false);
    }
}

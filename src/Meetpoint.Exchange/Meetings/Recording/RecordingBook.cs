using System.Globalization;
using System.Security.Cryptography;
using Meetpoint.Exchange.Storage;
using Meetpoint.Media.Recording;
using NodaTime;

namespace Meetpoint.Exchange.Meetings.Recording;

/// <summary>What is written down of recordings, and their files: who, when, how large, with which sum; deleted when their time is over. Thread safe.</summary>
/// <param name="settings">Null: nothing is recorded here.</param>
/// <param name="node">Name of this node.</param>
/// <param name="store">Where it is written down.</param>
/// <param name="clock">Wall time.</param>
/// <param name="time">Monotonic time.</param>
/// <param name="log">Hears of recordings that ended by themselves.</param>
sealed class RecordingBook(RecordingSettings? settings, string node, Store store, IClock clock, TimeProvider time, IExchangeLog log)
{
    /// <summary>Recordings that one turn of the sweep deletes.</summary>
    const int MaxDeleted = 100;

    /// <summary>Files of a recording that a crash left, at most.</summary>
    const int MaxLeftParts = 500;

    const string Crashed = "Crashed";

    static readonly Duration _sweepEvery = Duration.FromMinutes(10);
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    readonly Dictionary<string, Task> _open = []; // by recording, until its end is written down
    readonly Lock _lock = new();
    long _bytes;
    Instant _nextSweep;

    /// <summary>Whether another can begin.</summary>
    public bool HasRoom => settings is not null && Interlocked.Read(ref _bytes) < settings.MaxBytes;

    /// <summary>At the start of the process: counts what there is, and ends what a crash left open.</summary>
    public async Task StartAsync()
    {
        var left = store.Read(reader => RecordingRows.Open(reader, node));
        foreach (var row in left)
        {
            var parts = LeftParts(row.Id);
            await store.WriteAsync(transaction => RecordingRows.End(transaction, row.Id, clock.GetCurrentInstant(), Crashed, null, parts));
            log.RecordingFailed(row.Id, Crashed);
        }

        Interlocked.Exchange(ref _bytes, store.Read(RecordingRows.Bytes));
    }

    /// <summary>Writes down that one begins; nothing is taken down before it completes.</summary>
    public Task<bool> BeginAsync(RecordingRow row) => store.WriteAsync<bool>(transaction =>
    {
        RecordingRows.Insert(transaction, row with { Node = node });
        return true;
    });

    /// <summary>How one is taken down that was written down.</summary>
    /// <param name="row">Which.</param>
    /// <param name="ended">Called when nothing more is taken down, from any thread.</param>
    public RecordingOptions Options(RecordingRow row, Action<RecordingEnd> ended)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _open[row.Id] = over.Task;
        var options = new RecordingOptions
        {
            Folder = settings!.Folder,
            Name = row.Id,
            Title = row.Title,
            Grows = bytes => Interlocked.Add(ref _bytes, bytes) <= settings.MaxBytes,
            Ended = end =>
            {
                ended(end);
                _ = EndAsync(row.Id, end, over);
            },
        };
        return settings.Run is { } run ? options with { Run = run } : options;
    }

    /// <summary>Recordings of a meeting, in order, with their files.</summary>
    public IReadOnlyList<(RecordingRow Row, IReadOnlyList<RecordingPart> Parts)> Of(string meeting) =>
        store.Read(reader => RecordingRows.Of(reader, meeting).Select(row => (row, RecordingRows.PartsOf(reader, row.Id))).ToList());

    /// <summary>A file of a recording, to be read; null when there is none.</summary>
    public (RecordingRow Row, RecordingPart Part, Stream File)? Open(string recording, int number)
    {
        var (row, parts) = store.Read(reader => (RecordingRows.Find(reader, recording), RecordingRows.PartsOf(reader, recording)));
        if (row is null || number < 1 || number > parts.Count)
            return null;
        try
        {
            return settings is null ? null : (row, parts[number - 1], settings.Folder.Read(parts[number - 1].Name));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            log.Fault("recordings", fault);
            return null;
        }
    }

    /// <summary>Deletes those whose time is over; now and then.</summary>
    public async Task SweepAsync()
    {
        var now = clock.GetCurrentInstant();
        if (settings is null || now < _nextSweep)
            return;
        _nextSweep = now + _sweepEvery;
        foreach (var row in store.Read(reader => RecordingRows.EndedBefore(reader, now - settings.KeptFor, MaxDeleted)))
        {
            var parts = store.Read(reader => RecordingRows.PartsOf(reader, row.Id));
            foreach (var part in parts)
                settings.Folder.Delete(part.Name);
            await store.WriteAsync(transaction => RecordingRows.Delete(transaction, row.Id));
            Interlocked.Add(ref _bytes, -parts.Sum(part => part.Bytes));
        }
    }

    /// <summary>Completes when all that was ended is written down, or the disk takes too long for it.</summary>
    public async Task FinishAsync()
    {
        Task[] open;
        lock (_lock)
            open = [.. _open.Values];
        if (open.Length > 0)
            await Task.WhenAny(Task.WhenAll(open), Task.Delay(_patience, time));
    }

    async Task EndAsync(string id, RecordingEnd end, TaskCompletionSource over)
    {
        try
        {
            await store.WriteAsync(transaction => RecordingRows.End(transaction, id, clock.GetCurrentInstant(), end.Reason.ToString(), end.Detail, end.Parts));
        }
        catch (StoreUnavailableException fault)
        {
            log.Fault("recordings", fault); // and is ended at the next start
        }

        if (end.Reason != RecordingEndReason.Asked)
            log.RecordingFailed(id, end.Detail is null ? end.Reason.ToString() : $"{end.Reason}: {end.Detail}");
        lock (_lock)
            _open.Remove(id);
        over.SetResult();
    }

    /// <summary>What is on the disk of a recording that nobody ended; how long it is nobody has said.</summary>
    List<RecordingPart> LeftParts(string id)
    {
        var parts = new List<RecordingPart>();
        while (settings is not null && parts.Count < MaxLeftParts)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{id}-{parts.Count + 1}.mkv");
            try
            {
                using var file = settings.Folder.Read(name);
                parts.Add(new RecordingPart(name, 0, 0, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)), HasPictures: false));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                break;
            }
        }

        return parts;
    }
}

using System.Collections.Concurrent;

namespace Meetpoint.Logging;

/// <summary>
/// A log line that anyone can cause, sampled for each of a few kinds: the first is written at once, what follows within a second together at
/// its end. None goes unsaid, no kind hides another, and nobody fills the log.
/// </summary>
/// <remarks>Thread safe. Kinds are ours to name, never taken from what was received, so that there are few.</remarks>
/// <param name="time">Clock of the second.</param>
/// <param name="write">Writes a line: its kind, what the last one was about, and how many there were since the line before.</param>
sealed class SampledLine<TKind, T>(TimeProvider time, Action<TKind, T, long> write)
    where TKind : notnull
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<TKind, Sample> _samples = [];

    /// <summary>It happened once more.</summary>
    public void Add(TKind kind, T what) => _samples.GetOrAdd(kind, static (kind, line) => line.NewSample(kind), this).Add(what);

    Sample NewSample(TKind kind) => new(time, (last, count) => write(kind, last, count));

    sealed class Sample
    {
        readonly Lock _turn = new();
        readonly Action<T, long> _write;
        readonly ITimer _end;
        bool _isHeldBack;
        long _count;
        T _last = default!;

        public Sample(TimeProvider time, Action<T, long> write)
        {
            _write = write;
            _end = time.CreateTimer(_ => OnEnd(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Add(T what)
        {
            lock (_turn)
            {
                _count++;
                _last = what;
                if (!_isHeldBack)
                    Write();
            }
        }

        void OnEnd()
        {
            lock (_turn)
            {
                _isHeldBack = false;
                if (_count > 0)
                    Write();
            }
        }

        void Write()
        {
            _write(_last, _count);
            _count = 0;
            _isHeldBack = true;
            _end.Change(Every, Timeout.InfiniteTimeSpan);
        }
    }
}

using Meetpoint.Net;

namespace Meetpoint.Exchange.Calls.Statistics;

/// <summary>The sums of one partner and destination. Not thread safe.</summary>
sealed class CallCell
{
    readonly int[] _causes = new int[Q850.Most + 1];
    readonly DelayHistogram _delays = new();
    long _seizures;
    long _answered;
    long _effective;
    long _conversationNs;
    long _delayed;
    long _delayNs;
    long _longestDelayNs;

    /// <summary>Adds an attempt.</summary>
    public void Add(in CallOutcome outcome)
    {
        _seizures++;
        _causes[outcome.EffectiveCause]++;
        if (outcome.IsEffective)
            _effective++;
        if (outcome.AnsweredNs is { } answered)
        {
            _answered++;
            _conversationNs += Math.Max(0, outcome.EndedNs - answered);
        }

        if ((outcome.RingingNs ?? outcome.AnsweredNs) is { } heard)
        {
            var delay = Math.Max(0, heard - outcome.StartedNs);
            _delayed++;
            _delayNs += delay;
            _longestDelayNs = Math.Max(_longestDelayNs, delay);
            _delays.Add(delay / MonotonicTime.Millisecond);
        }
    }

    /// <summary>Adds another's sums.</summary>
    public void Add(CallCell other)
    {
        _seizures += other._seizures;
        _answered += other._answered;
        _effective += other._effective;
        _conversationNs += other._conversationNs;
        _delayed += other._delayed;
        _delayNs += other._delayNs;
        _longestDelayNs = Math.Max(_longestDelayNs, other._longestDelayNs);
        _delays.Add(other._delays);
        for (var i = 0; i < _causes.Length; i++)
            _causes[i] += other._causes[i];
    }

    /// <summary>The figures that follow.</summary>
    public CallFigures Figures(CallKey key) => new(
        key.Partner, key.Direction, key.Destination, _seizures, _answered, _effective, _conversationNs / MonotonicTime.Millisecond, _delayed, _delayNs / MonotonicTime.Millisecond,
        _longestDelayNs / MonotonicTime.Millisecond, _delays,
        _causes.Index().Where(cause => cause.Item > 0).ToDictionary(cause => cause.Index, cause => (long)cause.Item));
}

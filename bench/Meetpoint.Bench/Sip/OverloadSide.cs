using System.Globalization;
using Meetpoint.Bench.Harness;
using Meetpoint.Bench.Sip.Agents;
using Meetpoint.Net;

namespace Meetpoint.Bench.Sip;

/// <summary>One server, what it carried at most, and what it carries beyond that.</summary>
sealed class OverloadSide(string name, SipServer server, AgentLoad load, Effort effort) : IDisposable
{
    const double WakingRate = 250;

    /// <summary>Of the calls that begin while the window is settled, how many must come to a good end for the next step to be tried.</summary>
    const double Carried = 0.8;

    /// <summary>How much longer than it should the agents may take to begin the calls of a window.</summary>
    const double MaxSlip = 1.15;

    /// <summary>What is under way in the server runs out, so that a window is not charged with the one before.</summary>
    const int QuietMs = 2_000;

    /// <summary>The first rate that is tried, of the one at which a processor would be full by what a call costs at an easy rate: the server has a share of one.</summary>
    const double FirstStep = 0.3;

    const double Step = 1.25;
    const double LeastRate = 10;
    const int StepSeconds = 4;

    readonly List<string> _notes = [];
    readonly int _scale = effort == Effort.Full ? 1 : 3;
    double _peak;
    double _peakRate;

    public IEnumerable<string> Notes =>
        [.. _notes, string.Create(CultureInfo.InvariantCulture, $"{name}: resident {server.ResidentBytes / 1e6:f0} MB at the end")];

    /// <summary>Goes up in steps until calls fail.</summary>
    public void FindPeak()
    {
        const int WakingSeconds = 9;
        const int EasySeconds = 3;
        Offer(WakingRate, WakingSeconds / _scale, 0);
        var clock = server.ProcessorNs;
        var easy = Offer(WakingRate, EasySeconds, 0);
        var rate = FirstStep * easy.Begun * 1e9 / (server.ProcessorNs - clock);
        while (!Carries(rate) && rate > LeastRate)
            rate /= 2;
        do
        {
            rate *= Step;
        }
        while (Carries(rate) || Carries(rate)); // One failure may be another program's.

        Note($"carries {_peak:f0} good calls a second at most, when {_peakRate:f0} are begun; resident {server.ResidentBytes / 1e6:f0} MB");
        Pause.For(QuietMs);
    }

    /// <summary>Good calls a second at a multiple of the peak, as a share of the peak.</summary>
    public Sample Run(double times)
    {
        var rate = times * _peak;
        var counts = Offer(rate, 8 / _scale, 3 / _scale);
        Note($"at {rate:f0} a second {counts.GoodPerSecond:f0} a second were good, resident {server.ResidentBytes / 1e6:f0} MB: {counts}");
        Pause.For(QuietMs);
        return new Sample(counts.GoodPerSecond / _peak, null);
    }

    public void Dispose() => server.Dispose();

    bool Carries(double rate)
    {
        var good = Offer(rate, StepSeconds, StepSeconds / 2).GoodPerSecond;
        if (good > _peak)
            (_peak, _peakRate) = (good, rate);
        return good >= rate * Carried;
    }

    AgentCounts Offer(double rate, int seconds, int settleSeconds)
    {
        var counts = load.Run(server.Entry, (int)(rate * seconds), rate, new AgentTimes { SettleNs = settleSeconds * MonotonicTime.Second });
        if (effort == Effort.Full && counts.BeginningNs > MaxSlip * seconds * MonotonicTime.Second)
            throw new InvalidOperationException($"the agents do not keep up: {rate:f0} calls a second for {seconds} s took {counts.BeginningNs / 1e9:f1} s; {counts}");
        return counts;
    }

    void Note(FormattableString text) => _notes.Add($"{name}: {text.ToString(CultureInfo.InvariantCulture)}");
}

using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>
/// The bound that loss sets: whether what is lost, is lost by chance at any rate, as on a radio link, or because more is sent than goes
/// through, as where a policer or a short queue shows no delay. The likelier of both explains the last observations of rate and loss.
/// </summary>
/// <remarks>
/// Of a packet sent at rate s over a link of capacity c that loses a share p by chance, 1 - (1 - p) * min(1, c / s) is the likelihood of being lost. A few
/// values of p and c are tried; a limit must be clearly likelier than none, since to be bound wrongly would last.
/// </remarks>
sealed class LossModel
{
    /// <summary>Observations that count; each has at least <see cref="MinObservedNs"/> and <see cref="MinObservedPackets"/>.</summary>
    public const int Observations = 20;

    /// <summary>The least time of an observation.</summary>
    public const long MinObservedNs = 250 * MonotonicTime.Millisecond;

    /// <summary>The fewest packets of an observation.</summary>
    public const int MinObservedPackets = 20;

    /// <summary>Bit/s when there is no bound.</summary>
    public const long NoBound = long.MaxValue;

    const double Forgetting = 0.9;
    const double MinEvidence = 4;
    const double PriorPerShare = 30;
    const double Growth = 1.02;

    /// <summary>Of a limit newly found: the rest lets a short queue empty, and shows whether the loss ends below it.</summary>
    const double BelowLimit = 0.95;

    const int Candidates = 4;

    // No link that loses more by chance is worth loading to the full.
    static readonly double[] ChanceLosses = [0, 0.005, 0.01, 0.02, 0.04, 0.07, 0.1, 0.13, 0.17, 0.22];

    readonly Observation[] _observations = new Observation[Observations];
    int _count;
    long _firstSentNs;
    long _lastSentNs;
    long _bytes;
    int _packets;
    int _lost;

    /// <summary>The bound in bit/s; <see cref="NoBound"/> when loss sets none.</summary>
    public long BitsPerSecond { get; private set; } = NoBound;

    /// <summary>The share that is lost by chance, 0 to 1, as far as is known.</summary>
    public double ChanceLoss { get; private set; }

    /// <summary>The share lost in the last observation, 0 to 1.</summary>
    public double LastLoss => _count == 0 ? 0 : _observations[_count - 1].Lost / (double)_observations[_count - 1].Packets;

    /// <summary>Counts a packet that arrived or is missing.</summary>
    public void OnPacket(in SentPacket packet, bool arrived)
    {
        if (packet.State == SentPacketState.Missing)
        {
            _lost = Math.Max(0, _lost - 1); // it was only late
            return;
        }

        if (_packets == 0)
            _firstSentNs = packet.SentNs;
        _lastSentNs = Math.Max(_lastSentNs, packet.SentNs);
        _packets++;
        _bytes += packet.Bytes;
        if (!arrived)
            _lost++;
    }

    /// <summary>Looks again at the bound, when enough was seen; what the delay allows at the moment is given, in bit/s.</summary>
    public void Update(long allowed)
    {
        if (_packets < MinObservedPackets || _lastSentNs - _firstSentNs < MinObservedNs)
            return;
        if (_count == Observations)
            Array.Copy(_observations, 1, _observations, 0, --_count);
        _observations[_count++] = new Observation(_bytes * 8 * (double)MonotonicTime.Second / (_lastSentNs - _firstSentNs), _packets, _lost);
        (_bytes, _packets, _lost) = (0, 0, 0);
        Decide(allowed);
    }

    void Decide(long allowed)
    {
        var isLossless = true;
        for (var i = 0; i < _count; i++)
            isLossless &= _observations[i].Lost == 0;
        var (freely, freeChance) = isLossless ? (0, 0) : Best(double.PositiveInfinity);
        var (limit, likeliest, limitChance) = (double.PositiveInfinity, freely + MinEvidence, freeChance);
        for (var i = Math.Max(0, _count - Candidates); i < _count && !isLossless; i++)
        {
            var delivered = _observations[i].Rate * (1 - (_observations[i].Lost / (double)_observations[i].Packets));
            Try(delivered);
            Try(delivered / (1 - freeChance));
        }

        if (BitsPerSecond != NoBound && !isLossless)
        {
            Try(BitsPerSecond);
            Try(BitsPerSecond * Growth);
        }

        ChanceLoss = limitChance;
        if (!double.IsInfinity(limit))
            BitsPerSecond = (long)(limit < BitsPerSecond ? limit * BelowLimit : limit);
        else if (BitsPerSecond != NoBound)
            BitsPerSecond = BitsPerSecond * Growth >= allowed ? NoBound : (long)(BitsPerSecond * Growth);

        void Try(double capacity)
        {
            var (likelihood, chance) = Best(capacity);
            if (likelihood > likeliest)
                (limit, likeliest, limitChance) = (capacity, likelihood, chance);
        }
    }

    // The chance loss that explains best what was seen, with this capacity, and the logarithm of its likelihood.
    (double Likelihood, double Chance) Best(double capacity)
    {
        var best = (Likelihood: double.NegativeInfinity, Chance: 0.0);
        foreach (var chance in ChanceLosses)
        {
            var (likelihood, weight) = (-PriorPerShare * chance, 1.0);
            for (var i = _count - 1; i >= 0; i--, weight *= Forgetting)
            {
                ref readonly var seen = ref _observations[i];
                var through = Math.Clamp((1 - chance) * Math.Min(1, capacity / seen.Rate), 0.001, 0.999);
                likelihood += weight * ((seen.Lost * Math.Log(1 - through)) + ((seen.Packets - seen.Lost) * Math.Log(through)));
            }

            if (likelihood > best.Likelihood)
                best = (likelihood, chance);
        }

        return best;
    }

    readonly record struct Observation(double Rate, int Packets, int Lost);
}

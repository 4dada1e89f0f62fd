using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// Tells when messages wait longer than they should, and which new calls are then turned away, so that those that are taken are served in time. What is
/// in a dialog, answers, and calls for help are never turned away.
/// </summary>
/// <remarks>
/// A queue that empties now and then does no harm; one that stands for two windows is overload (the thought of CoDel, RFC 8289). The part turned away
/// rises and falls with how far its least delay is from the target. On the loop only; allocates nothing.
/// </remarks>
public sealed class SipOverload
{
    /// <summary>What the least delay of a window must exceed.</summary>
    public const long TargetNs = 50 * MonotonicTime.Millisecond;

    /// <summary>Length of a window.</summary>
    public const long WindowNs = 200 * MonotonicTime.Millisecond;

    /// <summary>At least one call in this many is taken, so that the end of the overload is seen.</summary>
    const int MostInOne = 50;

    /// <summary>By how much the part changes in a window, at the target's double and at none.</summary>
    const double Step = 0.04;
    const double MostSteps = 3;

    long _windowEndNs;
    long _leastNs = long.MaxValue;
    double _carry;
    bool _stands;

    /// <summary>The part of new calls that is turned away, 0 to under 1.</summary>
    public double Loss { get; private set; }

    /// <summary>Calls that were turned away.</summary>
    public long ShedCount { get; private set; }

    /// <summary>A message came up for work.</summary>
    /// <param name="waitedNs">How long it waited since it came.</param>
    /// <param name="nowNs">The time.</param>
    public void Waited(long waitedNs, long nowNs)
    {
        _leastNs = Math.Min(_leastNs, waitedNs);
        if (nowNs < _windowEndNs)
            return;
        if (_windowEndNs != 0)
            Adjust(Math.Max(1, (nowNs - _windowEndNs) / WindowNs));
        _windowEndNs = nowNs + WindowNs;
        _leastNs = long.MaxValue;
    }

    /// <summary>True when this new call is to be turned away; evenly spread over those that come.</summary>
    public bool Sheds()
    {
        if (Loss <= 0)
            return false;
        _carry += Loss;
        if (_carry < 1)
            return false;
        _carry -= 1;
        ShedCount++;
        return true;
    }

    /// <param name="windows">Windows that ended since the last look: those without any message were idle.</param>
    void Adjust(long windows)
    {
        var stood = _stands && windows == 1;
        _stands = _leastNs > TargetNs;
        var steps = Math.Min(MostSteps, ((double)_leastNs / TargetNs) - 1);
        if (steps <= 0)
            Loss = Math.Max(0, Loss + (Step * (steps - windows + 1)));
        else if (stood) // a machine that stood still for a moment is no overload
            Loss = Math.Min(1 - (1.0 / MostInOne), Loss + (Step * steps));
    }
}

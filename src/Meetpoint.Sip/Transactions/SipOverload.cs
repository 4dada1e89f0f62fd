using Meetpoint.Net;

namespace Meetpoint.Sip;

/// <summary>
/// Tells when messages wait longer than they should, how many new calls may then wait for their turn, and what part of them is turned away. What is in a
/// dialog, answers, and calls for help neither wait nor are turned away.
/// </summary>
/// <remarks>
/// New calls are served with what everything else leaves, and no more of them wait than are served in <see cref="MaxWaitNs"/>: so the part that is turned
/// away needs no tuning, and all that can be carried is. A queue that empties now and then does no harm (the thought of CoDel, RFC 8289): what a machine
/// that stood still for a moment finds, waits and is served. On the loop only; allocates nothing.
/// </remarks>
public sealed class SipOverload
{
    /// <summary>A message that waited longer than this: from now on new calls stand behind all else.</summary>
    public const long LateNs = 20 * MonotonicTime.Millisecond;

    /// <summary>How long after the last such message.</summary>
    public const long LateForNs = 200 * MonotonicTime.Millisecond;

    /// <summary>How long a new call waits at most, as far as can be told: well within the 500 ms after which it would be sent again (RFC 3261, T1).</summary>
    public const long MaxWaitNs = 150 * MonotonicTime.Millisecond;

    /// <summary>Most calls that wait, whatever the rate.</summary>
    public const int MaxWaiting = 1_024;

    /// <summary>So many may wait however slow it is.</summary>
    public const int MinWaiting = 32;

    /// <summary>Windows in a row in which the queue did not empty, before fewer may wait.</summary>
    const int StandingWindows = 2;

    /// <summary>Over what the rate of service and the part turned away are taken.</summary>
    const long WindowNs = 250 * MonotonicTime.Millisecond;

    /// <summary>A wait that brings what is heard near what the system's buffers hold, beyond which it is lost whatever it is.</summary>
    const long DeafNs = 40 * MonotonicTime.Millisecond;

    /// <summary>Most that is asked of others, so that the end of the overload is seen; and by how much it goes back in a window.</summary>
    const double MaxFeedback = 0.95;
    const double FeedbackStep = 0.05;

    /// <summary>By how much a window counts against those before it.</summary>
    const double Smoothing = 0.5;

    long _lateUntilNs;
    long _lastWaitNs;
    long _windowEndNs;
    int _served;
    int _shed;
    int _standing;
    bool _ranDry;
    double _asked;
    double _servedPerWindow = MinWaiting;

    /// <summary>True while new calls are to wait behind all else.</summary>
    public bool IsLate { get; private set; }

    /// <summary>How many of those that wait are served in a turn of the loop: few while even what is heard at once does not keep up with what comes.</summary>
    public int ServedInTurn => _lastWaitNs > DeafNs ? 4 : 32;

    /// <summary>How many may wait now.</summary>
    public int Room { get; private set; } = MaxWaiting;

    /// <summary>The part of new calls that was turned away of late, 0 to 1.</summary>
    public double Loss { get; private set; }

    /// <summary>What those are told who ask for it; 0 percent while there is nothing to tell.</summary>
    public OverloadFeedback Feedback { get; private set; }

    /// <summary>Calls that were turned away.</summary>
    public long ShedCount { get; private set; }

    /// <summary>A message came up for work.</summary>
    /// <param name="waitedNs">How long it waited since it came.</param>
    /// <param name="nowNs">The time.</param>
    public void Waited(long waitedNs, long nowNs)
    {
        _lastWaitNs = waitedNs;
        if (waitedNs > LateNs)
            _lateUntilNs = nowNs + LateForNs;
        Pass(nowNs);
    }

    /// <summary>Time passes, whether or not messages come: what was said of a moment does not outlive it. Now and then.</summary>
    public void Pass(long nowNs)
    {
        IsLate = nowNs < _lateUntilNs;
        if (nowNs >= _windowEndNs)
            Close(nowNs);
    }

    /// <summary>A new call that waited is served; or one came while none had to wait.</summary>
    public void Served() => _served++;

    /// <summary>A new call is turned away.</summary>
    public void Shed()
    {
        _shed++;
        ShedCount++;
    }

    /// <summary>Nobody waits any more: there was more time than calls.</summary>
    public void RanDry() => _ranDry = true;

    void Close(long nowNs)
    {
        var windows = _windowEndNs == 0 ? 1 : 1 + ((nowNs - _windowEndNs) / WindowNs);
        var served = (double)_served / windows;
        var emptied = _ranDry || windows > 1 || (_served == 0 && _shed == 0);

        // A window in which nobody had to wait says only that at least so many can be served.
        if (!emptied || served > _servedPerWindow)
            _servedPerWindow += Smoothing * (served - _servedPerWindow);
        _standing = emptied ? 0 : _standing + 1;
        Room = _standing < StandingWindows ? MaxWaiting : (int)Math.Clamp(_servedPerWindow * MaxWaitNs / WindowNs, MinWaiting, MaxWaiting);
        var part = _shed == 0 ? 0 : (double)_shed / (_shed + _served);
        Loss = windows > 1 ? 0 : Loss + (Smoothing * (part - Loss));
        if (Loss < 0.01)
            Loss = part;

        // Who heeds it sends less, so what is still turned away comes on top; and it is taken back little by little.
        _asked = part > 0 ? 1 - ((1 - _asked) * (1 - part)) : windows > 1 ? 0 : Math.Max(0, _asked - FeedbackStep);
        _asked = Math.Min(_asked, MaxFeedback);
        Feedback = new OverloadFeedback((int)Math.Ceiling(_asked * 100), OverloadFeedback.DefaultValidMs, nowNs / MonotonicTime.Millisecond / 1000m);
        (_served, _shed, _ranDry) = (0, 0, false);
        _windowEndNs = nowNs + WindowNs;
    }
}

namespace Meetpoint.Media.Dtls;

/// <summary>When to send the last flight again: the wait doubles from first to longest (RFC 6347 4.2.4.1). Monotonic nanoseconds.</summary>
sealed class RetransmitTimer(long initialNs, long maxNs)
{
    long _waitNs;

    /// <summary><see cref="long.MaxValue"/> when not armed.</summary>
    public long DueNs { get; private set; } = long.MaxValue;

    /// <summary>A new flight went out.</summary>
    public void Restart(long nowNs)
    {
        _waitNs = initialNs;
        DueNs = nowNs + _waitNs;
    }

    /// <summary>The flight went out again.</summary>
    public void BackOff(long nowNs)
    {
        _waitNs = Math.Min(_waitNs * 2, maxNs);
        DueNs = nowNs + _waitNs;
    }

    public void Stop() => DueNs = long.MaxValue;
}

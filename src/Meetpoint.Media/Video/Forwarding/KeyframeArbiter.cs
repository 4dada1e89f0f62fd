using Meetpoint.Net;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// When a source is asked for a keyframe: however many receivers want one, once in <see cref="IntervalNs"/>, and again while none has come.
/// A mutable value: keep it in a field.
/// </summary>
struct KeyframeArbiter
{
    /// <summary>The least time between two requests to one source.</summary>
    public const long IntervalNs = 500 * MonotonicTime.Millisecond;

    long _askedNs;
    bool _hasAsked;

    /// <summary>A keyframe is wanted and has not come.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Somebody wants a keyframe.</summary>
    public void Want() => IsWaiting = true;

    /// <summary>One came, or nobody looks any more.</summary>
    public void Settle() => IsWaiting = false;

    /// <summary>True when the source is to be asked now.</summary>
    public bool TakeRequest(long nowNs)
    {
        if (!IsWaiting || (_hasAsked && nowNs - _askedNs < IntervalNs))
            return false;
        (_askedNs, _hasAsked) = (nowNs, true);
        return true;
    }
}

using Meetpoint.Net;

namespace Meetpoint.Media.Video.Bandwidth;

/// <summary>How two neighbouring groups of packets lie apart.</summary>
/// <param name="SentNs">Apart when they were sent.</param>
/// <param name="ArrivedNs">Apart when they arrived, by the receiver's clock.</param>
/// <param name="AtNs">Arrival of the later one.</param>
readonly record struct GroupStep(long SentNs, long ArrivedNs, long AtNs);

/// <summary>
/// Puts packets that were sent together into one group, since a queue delays a frame's packets by their own number as well, which says nothing
/// of congestion (draft-ietf-rmcat-gcc-02 5.2). A mutable value: keep it in a field.
/// </summary>
struct PacketGroups
{
    /// <summary>Packets sent within this time are one group.</summary>
    public const long BurstNs = 5 * MonotonicTime.Millisecond;

    /// <summary>Packets that a link held back and let go at once arrive closer together than this, and are one group too, but for no longer than <see cref="MaxBurstNs"/>.</summary>
    const long ArrivalBurstNs = 5 * MonotonicTime.Millisecond;
    const long MaxBurstNs = 100 * MonotonicTime.Millisecond;

    Group _current;
    Group _previous;

    /// <summary>Takes a packet that arrived, in the order of their numbers; true when a group came to its end, with how it lies to the one before.</summary>
    public bool TryAdd(long sentNs, long arrivedNs, out GroupStep step)
    {
        step = default;
        if (!_current.IsStarted)
        {
            _current = new Group(sentNs, arrivedNs);
            return false;
        }

        if (sentNs < _current.FirstSentNs)
            return false; // sent again, or told late
        if (sentNs - _current.FirstSentNs <= BurstNs || IsHeldBack(sentNs, arrivedNs))
        {
            _current.LastSentNs = Math.Max(_current.LastSentNs, sentNs);
            _current.LastArrivedNs = Math.Max(_current.LastArrivedNs, arrivedNs);
            return false;
        }

        var isStep = _previous.IsStarted;
        if (isStep)
            step = new GroupStep(_current.LastSentNs - _previous.LastSentNs, _current.LastArrivedNs - _previous.LastArrivedNs, _current.LastArrivedNs);
        _previous = _current;
        _current = new Group(sentNs, arrivedNs);
        return isStep && step.ArrivedNs >= 0;
    }

    /// <summary>Forgets all.</summary>
    public void Reset() => this = default;

    readonly bool IsHeldBack(long sentNs, long arrivedNs) =>
        arrivedNs - _current.LastArrivedNs <= ArrivalBurstNs
        && arrivedNs - _current.LastArrivedNs < sentNs - _current.LastSentNs
        && arrivedNs - _current.FirstArrivedNs < MaxBurstNs;

    struct Group(long sentNs, long arrivedNs)
    {
        public readonly bool IsStarted = true;
        public readonly long FirstSentNs = sentNs;
        public readonly long FirstArrivedNs = arrivedNs;
        public long LastSentNs = sentNs;
        public long LastArrivedNs = arrivedNs;
    }
}

namespace Meetpoint.Media.Rtp;

/// <summary>Turns 16-bit sequence numbers that wrap into a growing 64-bit count (RFC 3550 A.1).</summary>
public struct SequenceExtender
{
    long _highest;
    bool _started;

    /// <summary>The highest extended number so far.</summary>
    public readonly long Highest => _highest;

    /// <summary>The extended number nearest to the highest; moves the highest when it is newer.</summary>
    public long Extend(ushort sequence)
    {
        if (!_started)
        {
            _started = true;
            // One cycle up, so that a packet that was overtaken by the first has a number that is not negative.
            _highest = 0x1_0000L + sequence;
            return _highest;
        }

        var extended = _highest + (short)(sequence - (ushort)_highest);
        if (extended > _highest)
            _highest = extended;
        return extended;
    }

    /// <summary>Forgets all.</summary>
    public void Reset() => this = default;
}

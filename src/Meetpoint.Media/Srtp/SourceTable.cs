namespace Meetpoint.Media.Srtp;

/// <summary>What a direction remembers of one synchronisation source.</summary>
sealed class SourceState(uint ssrc)
{
    public readonly uint Ssrc = ssrc;

    /// <summary>RTP indices sent or received.</summary>
    public ReplayWindow Rtp;

    /// <summary>RTCP indices received.</summary>
    public ReplayWindow Rtcp;

    /// <summary>Index of the next RTCP packet sent; starts at 0 (RFC 3711 3.4).</summary>
    public uint NextRtcpIndex;
}

/// <summary>The sources of one direction, bounded. The last one asked for is at hand, since packets of one source come in runs.</summary>
sealed class SourceTable(int maxSources)
{
    readonly Dictionary<uint, SourceState> _sources = [];
    SourceState? _last;

    public bool IsFull => _sources.Count >= maxSources;

    /// <summary>The state of a known source, or null.</summary>
    public SourceState? Find(uint ssrc)
    {
        if (_last is { } last && last.Ssrc == ssrc)
        {
            return last;
        }
        if (_sources.TryGetValue(ssrc, out var found))
        {
            _last = found;
        }
        return found;
    }

    /// <summary>Takes up a source that is not known, while the table is not full.</summary>
    public SourceState Add(uint ssrc)
    {
        var state = new SourceState(ssrc);
        _sources.Add(ssrc, state);
        _last = state;
        return state;
    }
}

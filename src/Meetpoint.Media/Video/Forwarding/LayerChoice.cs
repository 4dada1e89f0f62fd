using Meetpoint.Media.Video.Bandwidth;
using Meetpoint.Net;

namespace Meetpoint.Media.Video.Forwarding;

/// <summary>
/// Which layer each line of a peer may be sent: what the receiver looks at, within what the way to it carries. Below the lowest layer stands its
/// base temporal layer, where it has some.
/// </summary>
sealed class LayerChoice(VideoPeer peer)
{
    /// <summary>The first line goes on for so long before anything is known of the way: its packets are what the estimate is made of.</summary>
    const long StartNs = 2 * MonotonicTime.Second;

    readonly LayerAllocation _allocation = new();
    readonly LineDemand[] _demands = new LineDemand[VideoRoomOptions.MaxLinesPerPeer];
    readonly SourceLine[] _lines = new SourceLine[VideoRoomOptions.MaxLinesPerPeer];
    readonly int[] _layers = new int[VideoRoomOptions.MaxLinesPerPeer];
    long _startedNs;

    /// <summary>Sets <see cref="SourceLine.MaxLayer"/> and <see cref="SourceLine.TemporalTarget"/> of each line.</summary>
    public void Choose(long nowNs)
    {
        var count = 0;
        var isFirstCamera = true;
        foreach (var line in peer.Lines)
        {
            var importance = line.Kind == VideoKind.Content ? LineImportance.Content : isFirstCamera || line.IsOnWall ? LineImportance.Speaker : LineImportance.Other;
            isFirstCamera &= line.Kind == VideoKind.Content;
            if (line.Feed is not { IsAlive: true } feed || line.MaxHeight == 0)
                continue;
            _lines[count] = line;
            _demands[count++] = new LineDemand(line.Id, feed.Participant, importance, RatesOf(feed, line.MaxHeight, nowNs));
        }

        var demands = _demands.AsSpan(0, count);
        peer.Bandwidth.SetDemand(Math.Min(LayerAllocation.Demand(demands), peer.Options.MaxBitsPerSecond));
        _allocation.Allocate(demands, Math.Min(peer.Bandwidth.BitsPerSecond, peer.Options.MaxBitsPerSecond), nowNs, _layers);
        if (count > 0 && _startedNs == 0)
            _startedNs = nowNs;
        var first = FirstOf(demands);
        for (var i = 0; i < count; i++)
        {
            // Who says nothing of the way is not left without a picture, nor with a dark screen of several, and who has just come is shown one at once.
            if ((i == first || _lines[i].IsOnWall) && _layers[i] == LayerAllocation.Paused && (!SaysWhatItReceives || nowNs - _startedNs < StartNs))
                _layers[i] = _demands[i].Rates[0] > 0 ? 0 : 1;
            _lines[i].MaxLayer = _layers[i] == LayerAllocation.Paused ? -1 : Math.Max(0, _layers[i] - 1);
            _lines[i].TemporalTarget = _layers[i] == 0 ? 0 : SourceLine.AllTemporalLayers;
        }
    }

    bool SaysWhatItReceives => peer.Options.HasTransportFeedback || peer.Options.HasRemb;

    // At 0 the base temporal layer of the lowest; then the layers up to the one that is large enough.
    static LayerRates RatesOf(VideoFeed feed, int height, long nowNs)
    {
        var rates = default(LayerRates);
        var highest = feed.Choose(height, VideoInput.MaxLayers)?.Layer ?? -1;
        for (var layer = 0; layer <= highest; layer++)
        {
            if (feed.IsLayerAlive(layer))
                rates[layer + 1] = Math.Max(1, feed.Layers[layer].BitRate(nowNs));
        }

        if (highest >= 0 && feed.IsLayerAlive(0))
            rates[0] = feed.Layers[0].BaseBitRate(nowNs);
        return rates;
    }

    static int FirstOf(ReadOnlySpan<LineDemand> demands)
    {
        var first = -1;
        for (var i = 0; i < demands.Length; i++)
        {
            if (first < 0 || demands[i].Importance < demands[first].Importance)
                first = i;
        }

        return first;
    }
}

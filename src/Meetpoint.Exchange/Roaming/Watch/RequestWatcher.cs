using System.Threading.Channels;
using Meetpoint.Exchange.Contracts;

namespace Meetpoint.Exchange.Roaming.Watch;

/// <summary>Somebody who watches: what happens is written on the hub's loop and read elsewhere.</summary>
/// <param name="name">Whose requests.</param>
/// <param name="untilNs">When it ends by itself, in the loop's time.</param>
sealed class RequestWatcher(WatchedName name, long untilNs)
{
    readonly Channel<RadiusWatchLine> _lines = Channel.CreateBounded<RadiusWatchLine>(new BoundedChannelOptions(WatchLimits.WaitingLines) { SingleReader = true, SingleWriter = true });
    readonly HashSet<string> _sessions = new(StringComparer.Ordinal);
    int _lost;

    /// <summary>Whose requests.</summary>
    public WatchedName Name => name;

    /// <summary>When it ends by itself, in the loop's time.</summary>
    public long UntilNs => untilNs;

    /// <summary>What is to be read; complete once the watch is over.</summary>
    public ChannelReader<RadiusWatchLine> Lines => _lines.Reader;

    /// <summary>Adds a line. One for which there is no room is lost, which the next one that finds some is told after.</summary>
    public void Write(RadiusWatchLine line)
    {
        if (_lost > 0 && _lines.Writer.TryWrite(line with { Step = RadiusWatchStep.Lost, Text = $"{_lost} lines were lost: they were not read in time", Attributes = [], IsLast = false }))
            _lost = 0;
        if (_lost > 0 || !_lines.Writer.TryWrite(line))
            _lost++;
    }

    /// <summary>It is a session of somebody who is watched: what comes of it later may not say whose it is.</summary>
    public void Remember(string session)
    {
        if (_sessions.Count < WatchLimits.Remembered)
            _sessions.Add(session);
    }

    /// <summary>Whether a session was seen.</summary>
    public bool Knows(string session) => _sessions.Contains(session);

    /// <summary>The watch is over.</summary>
    public void End() => _lines.Writer.TryComplete();
}

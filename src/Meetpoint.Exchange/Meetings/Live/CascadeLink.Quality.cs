using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What is counted of the link, and telling the other half how well those behind us are heard.</summary>
sealed partial class CascadeLink
{
    /// <summary>Its opening: figures of another are not those of this one.</summary>
    public string Opening => Session;

    /// <summary>Counts of its sound; null while there is no leg.</summary>
    public LegStatistics? Statistics => _leg?.Statistics;

    /// <summary>Counts of its pictures; null without.</summary>
    public VideoStatistics? Pictures => _pictures?.Statistics;

    /// <summary>Tells the other half; false while the cascade is down, when it is not told.</summary>
    public bool Tell(QualityWord word)
    {
        if (!IsUp || _call is not { State: CallState.Confirmed } call)
            return false;
        Send(call, new CascadeMessage { Quality = word });
        return true;
    }
}

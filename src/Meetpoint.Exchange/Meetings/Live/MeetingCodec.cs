using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Exchange.Meetings.Live.Cascade;
using Meetpoint.Media.Video;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>Which codec of pictures everybody in the meeting can decode, here and in the other halves. On the signalling loop only.</summary>
sealed class MeetingCodec(LiveMeeting meeting)
{
    VideoCodec? _here;

    /// <summary>What everybody's equipment can decode; null for any.</summary>
    public VideoCodec? Wanted { get; private set; }

    /// <summary>Our room says what those who are in it can decode; null for any.</summary>
    public void OnRoomNeeds(VideoCodec? codec)
    {
        _here = codec;
        Choose();
    }

    /// <summary>Works it out, and tells those whom it concerns when it has changed.</summary>
    public void Choose()
    {
        foreach (var link in meeting.Links.Values)
            Tell(link);
        var wanted = meeting.Links.Values.Any(static link => link.Words.NeedsH264) ? VideoCodec.H264 : _here;
        if (wanted == Wanted)
            return;
        Wanted = wanted;
        foreach (var browser in meeting.Browsers)
            browser.Say(JoinFrame.Codec(wanted));
    }

    /// <summary>Tells another half what those need who are here, or behind the others.</summary>
    public void Tell(CascadeLink to) =>
        to.Words.TellCodec(_here == VideoCodec.H264 || meeting.Links.Values.Any(link => link != to && link.Words.NeedsH264));
}

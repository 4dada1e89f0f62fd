using Meetpoint.Exchange.Meetings.Live.Browsers;
using Meetpoint.Media.Engine;
using Meetpoint.Media.Rooms;
using Meetpoint.Media.Video;

namespace Meetpoint.Exchange.Meetings.Live;

/// <summary>What a meeting's room tells, brought to whom it concerns: a participant, a link, or the meeting. On the signalling loop only.</summary>
sealed class RoomEvents(LiveMeeting meeting) : IMediaRoomEvents, IVideoRoomEvents
{
    void IMediaRoomEvents.OnMediaEvent(in MediaEvent e)
    {
        if (meeting.Cascade.OfLeg(e.LegId) is { } link)
        {
            link.OnMediaEvent(in e);
            return;
        }

        switch (e.Kind)
        {
            case MediaEventKind.Dtmf:
                meeting.OfLeg(e.LegId)?.OnDigit(e.Digit);
                break;
            case MediaEventKind.LegSilent or MediaEventKind.LegResumed:
                meeting.OfLeg(e.LegId)?.OnSilent(e.Kind == MediaEventKind.LegSilent);
                break;
            case MediaEventKind.LegFailed:
                meeting.OfLeg(e.LegId)?.End("No port for media");
                break;
            case MediaEventKind.ActiveSpeaker:
                meeting.OnSpeaker(e.ParticipantId);
                break;
        }
    }

    void IVideoRoomEvents.OnVideoEvent(in VideoEvent e)
    {
        if (e.Kind == VideoEventKind.CodecWanted)
        {
            meeting.Codec.OnRoomNeeds(e.Codec);
        }
        else if (e is { Kind: VideoEventKind.Demand, Demand: { } demand, Peer.Owner: VideoHandle across })
        {
            meeting.Cascade.OfLeg(across.Leg.LegId)?.Words.Tell(demand);
        }
        else if (e.Peer?.Owner is VideoHandle handle)
        {
            switch (meeting.OfLeg(handle.Leg.LegId))
            {
                case BrowserParticipant browser:
                    browser.OnVideo(in e);
                    break;
                case SipParticipant equipment:
                    equipment.OnVideo(in e);
                    break;
            }
        }
    }
}

using System.Text.Json;
using Meetpoint.Exchange.Meetings.Recording;
using Meetpoint.Media.Video;
using Meetpoint.Sip;

namespace Meetpoint.Exchange.Meetings.Live.Cascade;

/// <summary>What the two halves tell each other inside the cascade's dialog; while the cascade is down nobody there hears it.</summary>
/// <remarks>On the signalling loop only.</remarks>
sealed class CascadeWords(CascadeLink link, CascadeDialog dialog)
{
    readonly LiveMeeting _meeting = link.Meeting;
    readonly string _exchange = link.Exchange;
    uint _toldVersion;
    bool _toldNeedsH264;
    VideoDemand? _wanted;

    /// <summary>Somebody behind it decodes nothing but H.264, as far as it told us.</summary>
    public bool NeedsH264 { get; private set; }

    /// <summary>What those behind it look at of what we send, as they told last; null before they did.</summary>
    public VideoDemand? Looks { get; private set; }

    /// <summary>Tells who is behind us, when something changed; false while the cascade is down.</summary>
    public bool TryTellRoster()
    {
        if (!link.IsUp || !dialog.IsConfirmed)
            return false;
        if (_toldVersion == _meeting.Roster.Version)
            return true;
        _toldVersion = _meeting.Roster.Version;
        return dialog.Send(new CascadeMessage { Roster = _meeting.Roster.For(_exchange) });
    }

    /// <summary>Tells what somebody here, or behind us, has said.</summary>
    public void Tell(Saying saying) => Send(new CascadeMessage { Said = saying });

    /// <summary>Tells what somebody has said, in writing.</summary>
    public void Tell(Caption caption) => Send(new CascadeMessage { Caption = caption });

    /// <summary>Tells about the floor; while the cascade is down the other half hears so when it is up again.</summary>
    public void Tell(FloorWord word) => Send(new CascadeMessage { Floor = word });

    /// <summary>Tells how well those behind us are heard; false while the cascade is down.</summary>
    public bool Tell(QualityWord word) => Send(new CascadeMessage { Quality = word });

    /// <summary>Tells about a recording; also before our end of the cascade is up, since theirs may be.</summary>
    public void Tell(RecordingWord word) => dialog.Send(new CascadeMessage { Recording = word });

    /// <summary>Tells what is looked at here of what the other half sends; while the cascade is down it hears so when it is up.</summary>
    public void Tell(VideoDemand wanted)
    {
        _wanted = wanted;
        Send(new CascadeMessage { Looks = wanted });
    }

    /// <summary>Tells whether somebody behind us decodes nothing but H.264, when it was told otherwise.</summary>
    public void TellCodec(bool needsH264)
    {
        if (_toldNeedsH264 != needsH264 && Send(new CascadeMessage { NeedsH264 = needsH264 }))
            _toldNeedsH264 = needsH264;
    }

    /// <summary>The other half tells something: each goes to who knows what to believe of it.</summary>
    public void Heard(SipMessage info)
    {
        if (info.MediaType != CascadeMessage.MediaType || !TryRead(info.Body, out var message))
            return;
        if (message.Roster is { } roster)
            link.Roster.Take(roster);
        if (message.Said is { } said)
            _meeting.Talk.Heard(_exchange, said);
        if (message.Caption is { } caption)
            _meeting.Captions.Heard(_exchange, caption);
        if (message.NeedsH264 is { } needs)
        {
            NeedsH264 = needs;
            _meeting.Codec.Choose();
        }

        if (message.Looks is { } looks && looks.Bounded() is var bounded && link.Media?.SetDemand(bounded) == true)
            Looks = bounded;
        if (message.Floor is { } floor)
            _meeting.Floor.Heard(_exchange, floor);
        if (message.Quality is { } quality)
            _meeting.Quality.Heard(_exchange, quality);
        if (message.Recording is { } recording)
            _meeting.Recording.Heard(_exchange, recording);
    }

    /// <summary>The cascade is up: the other half hears what it could not before.</summary>
    public void OnUp()
    {
        if (_wanted is { } wanted)
            Tell(wanted);
        _toldVersion = 0;
    }

    /// <summary>It is down: nothing that was told holds any more.</summary>
    public void Forget()
    {
        (_toldNeedsH264, NeedsH264) = (false, false);
        (_wanted, Looks) = (null, null);
    }

    bool Send(CascadeMessage message) => link.IsUp && dialog.Send(message);

    static bool TryRead(ReadOnlySpan<byte> body, out CascadeMessage message)
    {
        try
        {
            message = JsonSerializer.Deserialize(body, CascadeJson.Default.CascadeMessage)!;
        }
        catch (JsonException)
        {
            message = null!;
        }

        return message is not null;
    }
}

using Meetpoint.Exchange.Meetings.Live.Clue;
using Meetpoint.Media.Video;
using Meetpoint.Sip.Clue;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Exchange.Meetings.Live;

// Of a room that speaks CLUE.
sealed partial class SipPictures
{
    /// <summary>Lines of a room that CLUE controls and that are taken: left, centre, right, and what is presented.</summary>
    const int MaxControlled = CameraPlace.MaxCameras + 1;

    readonly Dictionary<int, string> _encodings = []; // labels of our lines that CLUE controls
    ClueRoom? _clue;
    (SdpDescription Ours, SdpDescription Theirs)? _described;

    /// <summary>Its equipment speaks CLUE, and our lines for that are to be offered once the call stands; null where CLUE is not taken up, as at the entry desk.</summary>
    public Action? EncodingsWanted { get; init; }

    /// <summary>The room has offered a channel for it, and has one.</summary>
    public bool SpeaksClue => _clue is not null;

    /// <summary>Our offer of lines for the screens of a room that speaks CLUE, with all that stands; null when they were offered, or it speaks none.</summary>
    /// <param name="ours">What stands.</param>
    /// <param name="version">Of the description.</param>
    public SdpDescription? OfferEncodings(SdpDescription ours, ulong version)
    {
        if (_clue is not { IsActive: true } || _encodings.Count > 0 || ClueLines.Find(ours) is not { } clue)
            return null;
        var offer = SdpDescription.Parse(ours.ToString());
        offer.Origin = offer.Origin with { Version = version };
        offer.Media[clue.Channel].Attributes.Set("setup", "actpass");
        foreach (var label in RoomScene.Encodings)
        {
            if (AddLine(offer, BaselineMode1, null) is not { } line)
                break;
            line.Direction = SdpDirection.SendOnly;
            Mark(line, label, label);
            _encodings[offer.Media.Count - 1] = label;
        }

        Group(offer);
        return offer;
    }

    ClueRoom? OpenClue() => EncodingsWanted is { } wanted && _room.AddLeg() is { } port ? new ClueRoom(_context, port) { Changed = SettleAgain, LinesWanted = wanted } : null;

    void SettleAgain()
    {
        if (_described is var (ours, theirs))
            Settle(ours, theirs);
    }

    static void Mark(SdpMedia line, string mid, string? label)
    {
        line.Attributes.Set("mid", mid);
        if (label is not null)
            line.Attributes.Set("label", label);
    }

    /// <summary>Names the channel and all lines that it controls: those of pictures that have an identification. A line of floor control may have one too, and is none of them.</summary>
    static void Group(SdpDescription description) => description.Attributes.Set(
        "group", string.Join(' ', [ClueNames.Group, .. description.Media.Where(static line => line is { IsRefused: false, Mid: not null } && (line.Kind == "video" || line.Formats.Contains(ClueLines.Format))).Select(static line => line.Mid)]));
}

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

    static readonly string[] _ourLabels = [.. RoomScene.Encodings, RoomScene.ContentEncoding];

    readonly Dictionary<int, string> _encodings = []; // labels of our lines that CLUE controls
    Action? _encodingsWanted;
    ClueRoom? _clue;
    (SdpDescription Ours, SdpDescription Theirs)? _described;

    /// <summary>Its equipment speaks CLUE, and our lines for that are to be offered once the call stands; null where the channel waits for that, as at the entry desk.</summary>
    public Action? EncodingsWanted { init => _encodingsWanted = value; }

    /// <summary>There is a channel for it, offered by the room or to it.</summary>
    public bool SpeaksClue => _clue is not null;

    /// <summary>What our Contact says of that.</summary>
    public string ClueFeatures => SpeaksClue ? ";" + ClueNames.FeatureTag : "";

    /// <summary>Adds a channel to our offer, behind all other lines.</summary>
    public void OfferClue(SdpDescription offer)
    {
        if ((_clue ??= OpenClue()) is not { } clue)
            return;
        clue.Offer(offer);
        Group(offer);
    }

    /// <summary>From now on the channel may come up: whoever had the call before had no use for it.</summary>
    public void TakeUpClue(Action encodingsWanted)
    {
        _encodingsWanted = encodingsWanted;
        SettleAgain();
    }

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
        foreach (var label in _ourLabels)
        {
            if (AddLine(offer, label == RoomScene.ContentEncoding ? LargeMode1 : BaselineMode1, null) is not { } line)
                break;
            line.Direction = SdpDirection.SendOnly;
            Mark(line, label, label);
            _encodings[offer.Media.Count - 1] = label;
        }

        Group(offer);
        return offer;
    }

    ClueRoom? OpenClue() => _room.AddLeg() is { } port ? new ClueRoom(_context, port) { Changed = SettleAgain, LinesWanted = () => _encodingsWanted?.Invoke() } : null;

    /// <summary>It is refused, or taken back: the lines are what they are without it (RFC 8848 section 4.5.4.3).</summary>
    void DropClue()
    {
        var clue = _clue;
        _clue = null;
        _encodings.Clear();
        clue?.Stop();
    }

    /// <summary>True for a line of theirs that is taken: of those that they send as many as we can show, and those that they have for ours as long as we have some.</summary>
    bool TakesControlled(int index, SdpDirection direction, ref int taken)
    {
        if (_encodings.ContainsKey(index))
            return true;
        if (direction != SdpDirection.RecvOnly)
            return ++taken <= MaxControlled;
        if (_ourLabels.FirstOrDefault(label => !_encodings.ContainsValue(label)) is not { } free)
            return false;
        _encodings[index] = free;
        return true;
    }

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

using System.Globalization;
using Meetpoint.Net;
using Meetpoint.Sip.Sdp;

namespace Meetpoint.Simulation.Kit;

// A room system with cameras and screens: a line of VP8 for each, on ports of their own, from left to right.
sealed partial class SimulatedPhone
{
    const int FirstVideoPort = 4010;

    readonly List<PhonePicture> _pictures = [];
    string[] _labels = [];

    /// <summary>Lines of video that it was offered in the last call.</summary>
    public IReadOnlyList<SdpMedia> OfferedVideo { get; private set; } = [];

    /// <summary>What its screens show, as "room.camera", from left to right; - for nothing new in the last second.</summary>
    public string Screens => string.Join(' ', _pictures.Select(picture => picture.Seen(_loop.NowNs)));

    /// <summary>Gives it cameras and screens; each picture tells the room's number and which camera it is of. Labels are written at the lines in their order.</summary>
    public SimulatedPhone WithScreens(int count, byte room, params string[] labels)
    {
        _labels = labels;
        for (var i = 0; i < count; i++)
            _pictures.Add(new PhonePicture(_host, _loop, NetAddress.Parse($"{_address}:{FirstVideoPort + (2 * i)}"), room, (byte)i));
        return this;
    }

    /// <summary>What it has of CLUE; null without.</summary>
    public ClueEquipment? Clue { get; private set; }

    /// <summary>Makes it a room with three cameras and screens that speaks CLUE.</summary>
    public SimulatedPhone WithClue(byte room)
    {
        Clue = new ClueEquipment(_host, _loop, _address, room);
        return this;
    }

    /// <summary>Adds its lines to a description of its own, for the lines of an offer where there is one.</summary>
    void DescribePictures(SdpDescription ours, SdpDescription? offer)
    {
        if (Clue is not null)
        {
            Clue.Describe(ours, offer);
            return;
        }

        OfferedVideo = offer?.Media.Where(static line => line.Kind == "video").ToList() ?? [];
        if (offer is not null)
        {
            ours.Media.AddRange(offer.Media.Skip(1).Select(static line => line.Refuse()));
            for (var i = 0; i < Math.Min(OfferedVideo.Count, _pictures.Count); i++)
                ours.Media[offer.Media.IndexOf(OfferedVideo[i])] = Line(i, OfferedVideo[i].Formats.Find(format => OfferedVideo[i].RtpMap(format)?.Encoding == "VP8")!);
            return;
        }

        for (var i = 0; i < _pictures.Count; i++)
            ours.Media.Add(Line(i, "96"));
    }

    SdpMedia Line(int index, string type)
    {
        var line = new SdpMedia { Kind = "video", Port = FirstVideoPort + (2 * index), Protocol = "RTP/AVP" };
        line.AddFormat(new SdpRtpMap(int.Parse(type, CultureInfo.InvariantCulture), "VP8", 90_000));
        if (index < _labels.Length)
            line.Attributes.Add("label", _labels[index]);
        return line;
    }

    void StartPictures(SdpDescription remote)
    {
        Clue?.Start(remote);
        if (Clue is not null)
            return;
        var lines = remote.Media.Where(static line => line.Kind == "video").ToList();
        for (var i = 0; i < Math.Min(lines.Count, _pictures.Count); i++)
        {
            if (remote.AddressOf(lines[i]) is { } address)
                _pictures[i].Start(address, byte.Parse(lines[i].Formats.Find(format => lines[i].RtpMap(format)?.Encoding == "VP8")!, CultureInfo.InvariantCulture));
        }
    }

    void StopPictures()
    {
        Clue?.Stop();
        _pictures.ForEach(picture => picture.Stop());
    }
}

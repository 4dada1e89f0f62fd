using System.Collections.Immutable;
using Meetpoint.Media.Video;
using Meetpoint.Sip.Clue;

namespace Meetpoint.Exchange.Meetings.Live.Clue;

/// <summary>
/// What a meeting advertises to a room: who has the floor, left, centre and right, each a capture that is switched by how loud people are (a multiple content capture, RFC 8845 section 7.2), or
/// in one picture.
/// </summary>
static class RoomScene
{
    /// <summary>Lines of ours that a room is offered: one for each of its screens.</summary>
    public static readonly ImmutableArray<string> Encodings = ["mp-1", "mp-2", "mp-3"];

    const string Scene = "meeting", Group = "lines", Whole = "active";
    const ulong MaxBandwidth = 12_000_000;

    static readonly string[] _places = ["left", "centre", "right"];

    /// <summary>The advertisement, for the lines that the room has taken; left, centre and right want three.</summary>
    public static ClueAdvertisement Of(IReadOnlyList<string> encodings)
    {
        var places = encodings.Count >= _places.Length ? _places : [];
        return new ClueAdvertisement
        {
            Captures = [.. places.Select(static (place, i) => Capture(place, Area(i - 1.5, i - 0.5))), Capture(Whole, Area(-1.5, 1.5))],
            EncodingGroups = [new ClueEncodingGroup(Group, MaxBandwidth, encodings)],
            Scenes = [new ClueScene(Scene, "unknown", [.. places.Length > 0 ? [new ClueSceneView("places", places)] : Array.Empty<ClueSceneView>(), new ClueSceneView("whole", [Whole])])],
        };
    }

    /// <summary>On which of the room's screens a capture is shown.</summary>
    public static CameraPlace PlaceOf(string capture) => CameraPlace.Of(Array.IndexOf(_places, capture), _places.Length);

    static ClueCapture Capture(string id, ClueArea area) => new()
    {
        Id = id, MediaType = "video", Scene = Scene, Space = new ClueSpace(null, area), Policy = new CluePolicy(ClueChoice.SoundLevel, 0), MaxCaptures = 1, EncodingGroup = Group,
        Description = id == Whole ? "Who speaks" : $"Who speaks, {id}",
    };

    static ClueArea Area(double left, double right) => new(new(left, 0, 0), new(right, 0, 0), new(left, 0, 1), new(right, 0, 1));
}

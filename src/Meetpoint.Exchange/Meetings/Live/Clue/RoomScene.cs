using System.Collections.Immutable;
using Meetpoint.Media.Video;
using Meetpoint.Sip.Clue;

namespace Meetpoint.Exchange.Meetings.Live.Clue;

/// <summary>
/// What a meeting advertises to a room: who has the floor, left, centre and right, each a capture that is switched by how loud people are (a multiple content capture, RFC 8845 section 7.2), or
/// in one picture; and what is presented, by whomever, in a scene of its own.
/// </summary>
static class RoomScene
{
    /// <summary>Lines of ours that a room is offered: one for each of its screens.</summary>
    public static readonly ImmutableArray<string> Encodings = ["mp-1", "mp-2", "mp-3"];

    /// <summary>The line of ours that carries what is presented.</summary>
    public const string ContentEncoding = "mp-content";

    const string Scene = "meeting", Group = "lines", Whole = "active";
    const string ContentScene = "presentation", ContentGroup = "content-lines", Presented = "presented";
    const ulong MaxBandwidth = 12_000_000, MaxContentBandwidth = 4_000_000;

    static readonly string[] _places = ["left", "centre", "right"];

    static readonly ClueCapture _content = new()
    {
        Id = Presented, MediaType = "video", Scene = ContentScene, MaxCaptures = 1, EncodingGroup = ContentGroup, Presentation = "slides", Description = "What is presented",
    };

    /// <summary>The advertisement, for the lines that the room has taken; left, centre and right want three.</summary>
    public static ClueAdvertisement Of(IReadOnlyList<string> encodings)
    {
        var lines = encodings.Where(static encoding => encoding != ContentEncoding).ToList();
        var places = lines.Count >= _places.Length ? _places : [];
        var (captures, groups, scenes) = (new List<ClueCapture>(), new List<ClueEncodingGroup>(), new List<ClueScene>());
        if (lines.Count > 0)
        {
            captures.AddRange([.. places.Select(static (place, i) => Capture(place, Area(i - 1.5, i - 0.5))), Capture(Whole, Area(-1.5, 1.5))]);
            groups.Add(new ClueEncodingGroup(Group, MaxBandwidth, lines));
            scenes.Add(new ClueScene(Scene, "unknown", [.. places.Length > 0 ? [new ClueSceneView("places", places)] : Array.Empty<ClueSceneView>(), new ClueSceneView("whole", [Whole])]));
        }

        if (encodings.Count > lines.Count)
        {
            captures.Add(_content);
            groups.Add(new ClueEncodingGroup(ContentGroup, MaxContentBandwidth, [ContentEncoding]));
            scenes.Add(new ClueScene(ContentScene, "noscale", [new ClueSceneView("slides", [Presented])]));
        }

        return new ClueAdvertisement { Captures = captures, EncodingGroups = groups, Scenes = scenes };
    }

    /// <summary>What a capture shows.</summary>
    public static VideoKind KindOf(string capture) => capture == Presented ? VideoKind.Content : VideoKind.Camera;

    /// <summary>On which of the room's screens a capture is shown.</summary>
    public static CameraPlace PlaceOf(string capture) => CameraPlace.Of(Array.IndexOf(_places, capture), _places.Length);

    static ClueCapture Capture(string id, ClueArea area) => new()
    {
        Id = id, MediaType = "video", Scene = Scene, Space = new ClueSpace(null, area), Policy = new CluePolicy(ClueChoice.SoundLevel, 0), MaxCaptures = 1, EncodingGroup = Group,
        Description = id == Whole ? "Who speaks" : $"Who speaks, {id}",
    };

    static ClueArea Area(double left, double right) => new(new(left, 0, 0), new(right, 0, 0), new(left, 0, 1), new(right, 0, 1));
}
